"""Every operation of the API against its own OpenAPI document, with whatever schemathesis thinks of."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from exporters.http.api.routes import OPERATIONS
from tests.api.served import served

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
PATHS = [operation.path for operation in OPERATIONS]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give the document as the monitor serves it."""
    with served(tmp_path_factory.mktemp("api")) as url:
        yield schemathesis.openapi.from_url(f"{url}/api/openapi.json")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("path", PATHS)
def test_an_operation_is_what_the_document_says(path: str, mode: GenerationMode, document: Any) -> None:
    """Whatever is asked, rightly or wrongly, status, content type and every key are as described."""
    operation = document[path]["GET"]
    if mode is GenerationMode.NEGATIVE and not any(operation.iter_parameters()):
        return  # there is nothing that could be asked wrongly

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


def test_the_document_describes_every_operation(document: Any) -> None:
    """The document has the paths that are served, and no others."""
    assert set(document.raw_schema["paths"]) == set(PATHS)
    assert all(set(operations) == {"get"} for operations in document.raw_schema["paths"].values())
