"""What holds for every test: its docstring is the sentence that it proves, and it leaves nothing behind."""

from collections.abc import Iterator

import pytest
import structlog


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that does not say what it proves."""
    silent = [
        item.nodeid for item in items if isinstance(item, pytest.Function) and not item.function.__doc__
    ]
    if silent:
        raise pytest.UsageError("these tests have no docstring: " + ", ".join(silent))


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Undo what a command set up for its log: the stderr that it wrote to goes with its test."""
    yield
    structlog.reset_defaults()
