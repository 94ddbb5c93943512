"""How OpenAPI tells of the API: what the views say of themselves, and what holds for all of them.

Named in settings.py; tests/monitoring/api/test_described.py asks the API whether it is so.
"""

import re
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import get_doc
from drf_spectacular.utils import Direction, OpenApiExample

from monitoring.api.authentication import TokenAuthentication
from monitoring.api.examples import EXAMPLES, PLACES
from monitoring.api.queries import JobFilterQuery, Strict
from monitoring.problems import API, CONTENT_TYPE

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "correlation_id": {"type": "string", "description": "What the log says more under."},
        "errors": {"type": "object", "additionalProperties": {}, "description": "By field, what is wrong with it."},
    },
    "required": ["type", "title", "status", "detail", "correlation_id"],
}
#: Name and meaning of each response that any operation may give.
_PROBLEMS = {
    400: ("NotReadable", "A question or a body cannot be read."),
    401: ("NotSignedIn", "Nobody is signed in, or the token is not valid."),
    403: ("NotAllowed", "The scope is missing, or this is about all organizations."),
    404: ("NotThere", "There is no such thing, or it is another organization's."),
    406: ("NotAcceptable", "Only JSON is to be had."),
    409: ("Conflict", "The state of things does not allow it."),
    412: ("Changed", "The job has changed since its ETag was given out."),
    413: ("TooLarge", "A body may have a million bytes."),
    415: ("NotJson", "A body is JSON."),
    422: ("NotUsable", "A field is not acceptable, or the Idempotency-Key was used for another request."),
    503: ("Busy", "The database did not answer in time; Retry-After says when to try again."),
}
_ALWAYS = {401, 403, 406, 503}
_OF_BODIES = {400, 409, 413, 415, 422}
_ONCE = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same request under the same key happens once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
_SEEN = {
    "in": "header",
    "name": "If-Match",
    "description": "The ETag of the job: it happens only if the job has not changed since.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}


class Bearer(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # drf-spectacular registers it so
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:  # noqa: ARG002 - theirs to name
        return {"type": "http", "scheme": "bearer", "bearerFormat": "kq_…"}


class NothingElse(OpenApiSerializerExtension):  # type: ignore[no-untyped-call] # drf-spectacular registers it so
    """A body may hold nothing that is not named."""

    target_class = Strict
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)  # type: ignore[no-untyped-call] # noqa: SLF001 - as its documentation has it
        least = {"minProperties": 1} if isinstance(self.target, JobFilterQuery) else {}
        return {**schema, "additionalProperties": False, **least}


class Description(AutoSchema):
    def get_operation_id(self) -> str:
        """List jobs: list_jobs."""
        return re.sub(r"\W+", "_", str(self.get_summary()).lower())

    def get_description(self) -> str:  # type: ignore[override] # as its own does
        """The method's own; not what is said of all views."""
        return str(get_doc(getattr(self.view, self.method.lower(), None)))

    def get_examples(self) -> list[OpenApiExample]:
        return EXAMPLES.get(self.get_operation_id(), [])


def only_ours(endpoints: list[Any]) -> list[Any]:
    """The addresses that are described here; those for Prometheus and for probes are not."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(API)]


def with_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation with how it may be refused, and every action with the headers it heeds."""
    result["components"]["schemas"]["Problem"] = _PROBLEM
    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    result["components"]["responses"] = {
        name: {"description": text, "content": content} for name, text in _PROBLEMS.values()
    }
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path, method)
    return result


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["example"] = PLACES[parameter["name"]]
    codes = set(_ALWAYS)
    if any(parameter["in"] == "query" for parameter in parameters):
        codes.add(400)
    if "{" in path:
        codes.add(404)
    if method == "post":
        codes |= _OF_BODIES
    if method == "post" and not path.endswith("/preview"):  # which does nothing, however often
        parameters.append(_ONCE)
    if path.endswith(("/{job_id}/cancel", "/{job_id}/retry")):
        codes.add(412)
        parameters.append(_SEEN)
    for code in sorted(codes):
        operation["responses"][str(code)] = {"$ref": f"#/components/responses/{_PROBLEMS[code][0]}"}
