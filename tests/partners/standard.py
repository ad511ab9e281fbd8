"""Checks what our clients send against the official OpenAPI documents, where those are at hand."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from partners.network import Network

DOCUMENTS = Path(__file__).parents[3] / "shared" / "standards" / "ooapi"
FILES = {5: DOCUMENTS / "v5" / "ooapi.json", 6: DOCUMENTS / "v6" / "oeapi.json"}
ABSENT = "the official documents (../shared/standards) are not here"


def is_at_hand(version: int) -> bool:
    return FILES[version].exists()


class CheckingTransport(Network):
    """Sends over the network, after checking paths, parameters, headers and bodies."""

    def __init__(self, version: int) -> None:
        super().__init__()
        self._version = version
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if is_at_hand(self._version) and not request.url.path.endswith("/oauth/token"):
            check(self._version, request)
        return await super().handle_async_request(request)


def check(version: int, request: httpx.Request) -> None:
    """Raise AssertionError or ValidationError where the request is not what the document says."""
    document = _document(version)
    path = request.url.path.removeprefix(f"/v{version}")
    operation, template = _operation(document, path, request.method)
    _check_parameters(version, operation, request, template, path)
    assert request.headers["authorization"].startswith("Bearer ")
    if version == 6:
        assert request.headers["accept"] == "application/vnd.oeapi+json;version=6.0"
    content = operation.get("requestBody", {}).get("content")
    if content is None:
        assert not request.content
        return
    media = request.headers["content-type"]
    assert media in content, f"{media} is not one of {list(content)}"
    body = json.loads(request.content)
    if request.method == "PATCH":
        assert set(body) <= {"remoteState", "result"}
    _validator(version, content[media]["schema"]).validate(body)


def _operation(document: dict[str, Any], path: str, method: str) -> tuple[dict[str, Any], str]:
    for template, operations in sorted(document["paths"].items(), key=lambda item: item[0].count("{")):
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in operations:
            return operations[method.lower()], template
    raise AssertionError(f"{method} {path} is not in the standard")


def _check_parameters(
    version: int, operation: dict[str, Any], request: httpx.Request, template: str, path: str
) -> None:
    parameters = [_resolved(version, parameter) for parameter in operation.get("parameters", [])]
    known = {parameter["name"]: parameter for parameter in parameters if parameter["in"] == "query"}
    for name, value in request.url.params.multi_items():
        assert name in known, f"{name} is no parameter of {template}"
        schema = known[name]["schema"]
        if schema.get("type") == "array":
            assert set(value.split(",")) <= set(schema["items"]["enum"])
    in_path = dict(zip(re.findall(r"\{([^}]+)\}", template), _values(template, path), strict=True))
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["schema"].get("format") == "uuid":
            assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", in_path[parameter["name"]])


def _values(template: str, path: str) -> list[str]:
    match = re.fullmatch(re.sub(r"\{[^}]+\}", "([^/]+)", template), urlsplit(path).path)
    assert match is not None
    return list(match.groups())


def _resolved(version: int, parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    name = parameter["$ref"].rpartition("/")[2]
    resolved: dict[str, Any] = _document(version)["components"]["parameters"][name]
    return resolved


@cache
def _document(version: int) -> dict[str, Any]:
    document: dict[str, Any] = _adapt(json.loads(FILES[version].read_text(encoding="utf-8")))
    return document


@cache
def _registry(version: int) -> Registry[Any]:
    resource = DRAFT202012.create_resource(_document(version))
    empty: Registry[Any] = Registry()
    registry: Registry[Any] = empty.with_resource(uri="urn:document", resource=resource)
    return registry


def _validator(version: int, schema: dict[str, Any]) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        _absolute(schema), registry=_registry(version), format_checker=jsonschema.FormatChecker()
    )


def _absolute(schema: Any) -> Any:
    """Let references of a part of the document find the whole."""
    if isinstance(schema, dict):
        return {
            key: f"urn:document{value}" if key == "$ref" else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(value) for value in schema] if isinstance(schema, list) else schema


def _adapt(schema: Any) -> Any:
    """
    Read the documents as they are meant.

    `oneOf` of v5 results and associations matches twice for correct bodies (interop 1.5), so it
    is read as `anyOf`; the open lists of values, which validators pass over, are enforced, but
    for `x-` values, which they allow.
    """
    if isinstance(schema, list):
        return [_adapt(value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    adapted = {("anyOf" if key == "oneOf" else key): _adapt(value) for key, value in schema.items()}
    values = adapted.get("x-ooapi-extensible-enum")
    if isinstance(values, list):
        adapted["anyOf"] = [{"enum": values}, {"pattern": "^x-"}]
    return adapted
