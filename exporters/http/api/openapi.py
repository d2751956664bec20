"""The OpenAPI 3.1 document of the API, made from its operations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exporters.http.api.operation import Operation, Parameter

ERROR = {
    "type": "object",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
    "additionalProperties": False,
}
_VALUE = {"type": ["string", "number", "boolean", "null"]}


def document(
    operations: Iterable[Operation], components: Mapping[str, Any], *, version: str
) -> dict[str, Any]:
    """Describe every operation; `components` are schemas that answers refer to."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cctv-monitor",
            "version": version,
            "summary": "Whether school cameras reach the police control centre, and if not, why.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {operation.path: {"get": _operation(operation)} for operation in operations},
        "components": {"schemas": {"Error": ERROR, **components}},
    }


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.text,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": {
            "200": {"description": "The answer.", "content": _json(operation.schema)},
            "503": {"description": "Too much is asked at once; ask again.", "content": _json(_error())},
        },
    }
    if operation.parameters:
        told["responses"]["400"] = {"description": "The request is wrong.", "content": _json(_error())}
    if any(parameter.where == "path" for parameter in operation.parameters):
        told["responses"]["404"] = {"description": "There is no such thing.", "content": _json(_error())}
    return told


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.text,
        "required": parameter.required or parameter.where == "path",
        "schema": parameter.schema,
    }


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _error() -> dict[str, str]:
    return {"$ref": "#/components/schemas/Error"}


def rows_of(columns: Sequence[str], **more: Any) -> dict[str, Any]:
    """Describe a list: `as_of`, what else there is, and rows under columns."""
    row = {
        "type": "object",
        "properties": dict.fromkeys(columns, _VALUE),
        "required": list(columns),
        "additionalProperties": False,
    }
    properties = {
        "as_of": {"type": "string", "format": "date"},
        **more,
        "rows": {"type": "array", "items": row},
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
