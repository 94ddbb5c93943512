"""Holds traffic against GitHub's published OpenAPI description (version 3.0): requests sent and answers given."""

import json
import re
from functools import cache
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.integrations.github.graphql_contract import check_data, check_document
from tests.shared_data import SHARED_DATA

SLICE = SHARED_DATA / "github" / "openapi-slice.json" if SHARED_DATA else None
needs_contract = pytest.mark.skipif(
    SLICE is None or not SLICE.exists(), reason="needs GitHub's OpenAPI description from the real-world test data"
)
# Refusals that GitHub gives on any call, or on this one, and does not describe.
UNDESCRIBED = {401, 403, 404, 422, 429, 500, 502, 503}
# The hooks of repositories and organizations answer as an app's does; the description at hand has the app's alone,
# and of that not the redelivery: an empty request, answered 202 with an empty object. It lacks the revocation of a
# token, too: an empty request, answered 204 with nothing.
_HOOK = re.compile(r"^/(?:repos/[^/]+/[^/]+|orgs/[^/]+)/hooks/\d+(?=/)")
# Of reactions it has those to a comment on a line; to a comment on the conversation they are the same.
_ON_A_LINE, _ON_THE_CONVERSATION = (
    f"/repos/{{owner}}/{{repo}}/{kind}/comments/{{comment_id}}/reactions" for kind in ("pulls", "issues")
)
_EMPTY = {"content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}}
_REPLY = {"type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"]}
_INSTALLATIONS = {"type": "array", "items": {"$ref": "#/components/schemas/installation"}}
_REPLIED = {"$ref": "#/components/schemas/pull-request-review-comment"}
_MISSING = {
    # A reply in a thread is made and answered as a comment on a line is.
    "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies": {
        "post": {
            "requestBody": {"content": {"application/json": {"schema": _REPLY}}},
            "responses": {"201": {"content": {"application/json": {"schema": _REPLIED}}}},
        }
    },
    "/app/hook/deliveries/{delivery_id}/attempts": {"post": {"responses": {"202": _EMPTY}}},
    "/installation/token": {"delete": {"responses": {"204": {"description": "Response"}}}},
    # Described at its place as if an account were a user and an enterprise at once; elsewhere it is one or the other.
    "/app/installations": {
        "get": {"responses": {"200": {"content": {"application/json": {"schema": _INSTALLATIONS}}}}}
    },
}


class ContractBroken(AssertionError):
    """The traffic is not what GitHub describes."""


class ContractTransport(httpx.BaseTransport):
    """Sends requests on and fails on any request or answer that GitHub's description does not allow."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/graphql"):
            return self._handle_graphql(request)
        path = request.url.path.removeprefix(self._prefix)
        check_request(request.method, path, request.read())
        response = self._inner.handle_request(request)
        body = response.read()
        check_answer(request.method, path, response.status_code, body)
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

    def _handle_graphql(self, request: httpx.Request) -> httpx.Response:
        check_document(request.read())
        response = self._inner.handle_request(request)
        body = response.read()
        if response.status_code == httpx.codes.OK:
            check_data(request.read(), body)
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

    def close(self) -> None:
        self._inner.close()


def check_request(method: str, path: str, body: bytes) -> None:
    pointer, operation = operation_for(method, path)
    if "requestBody" in operation:
        _validate(f"{pointer}/requestBody/content/application~1json/schema", json.loads(body))
    elif body:
        raise ContractBroken(f"{method} {path} takes no body.")


def check_answer(method: str, path: str, status: int, body: bytes) -> None:
    pointer, operation = operation_for(method, path)
    described = operation["responses"].get(str(status))
    if described is None:
        if status not in UNDESCRIBED:
            raise ContractBroken(f"{method} {path} does not answer {status}.")
        _validate("/components/schemas/basic-error", json.loads(body))
        return
    if described.keys() == {"description"}:
        if body:
            raise ContractBroken(f"{method} {path} answers {status} with nothing.")
        return
    pointer = described.get("$ref", f"{pointer}/responses/{status}").removeprefix("#")
    _validate(f"{pointer}/content/application~1json/schema", json.loads(body))


def operation_for(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Where in the description the call is, and what stands there."""
    path = _HOOK.sub("/app/hook", path)
    for template, operations in _description()["paths"].items():
        if method.lower() in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            escaped = template.replace("~", "~0").replace("/", "~1")
            return f"/paths/{escaped}/{method.lower()}", operations[method.lower()]
    raise ContractBroken(f"GitHub describes no {method} {path}.")


def _validate(pointer: str, instance: Any) -> None:
    errors = list(_validator(pointer).iter_errors(instance))
    if errors:
        told = [f"{error.json_path}: {error.message[:200]}" for error in errors[:10]]
        raise ContractBroken("\n".join([pointer, *told]))


@cache
def _validator(pointer: str) -> OAS30Validator:
    registry = Registry().with_resource("urn:github", Resource(contents=_description(), specification=DRAFT4))
    quoted = pointer.replace("{", "%7B").replace("}", "%7D")
    schema = {"$ref": f"urn:github#{quoted}"}
    return OAS30Validator(schema, registry=registry, format_checker=oas30_format_checker)


@cache
def _description() -> dict[str, Any]:
    assert SLICE is not None
    described = json.loads(SLICE.read_bytes(), object_hook=_with_nullable_enums)
    reactions = {_ON_THE_CONVERSATION: described["paths"][_ON_A_LINE]}
    return described | {"paths": described["paths"] | _MISSING | reactions}


def _with_nullable_enums(schema: dict[str, Any]) -> dict[str, Any]:
    # GitHub writes `nullable` beside an enum and means that null may come; OpenAPI 3.0.3 wants it in the enum too.
    if schema.get("nullable") is True and "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
