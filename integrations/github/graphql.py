"""What only GitHub's GraphQL API does, as documents, and what its answers mean. Pure.

An answer is 200 also where GitHub refuses: then it has `errors`, each with a type.
https://docs.github.com/graphql/reference/objects#pullrequestreviewthread
"""

from datetime import datetime
from typing import Any

from integrations.github.answers import Answer
from integrations.github.errors import (
    Forbidden,
    Gates,
    GitHubError,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    RequestRefused,
)
from integrations.github.rate_limit import seconds_to_wait
from integrations.github.shapes import optional, required

REVIEW_THREADS = """
query ReviewThreads($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes { id isResolved comments(first: 1) { nodes { databaseId } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
"""
RESOLVE_REVIEW_THREAD = """
mutation ResolveReviewThread($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { isResolved } }
}
"""
_REFUSALS: dict[str, type[RequestRefused]] = {
    "FORBIDDEN": Forbidden,
    "INSUFFICIENT_SCOPES": Forbidden,
    "NOT_FOUND": NotFound,
}
_LIMITED = 429


def graphql_url(base_url: str) -> str:
    """Beside the REST API of that base: https://api.github.com/graphql, https://HOST/api/graphql."""
    return base_url.removesuffix("/v3") + "/graphql"


def data_in(answer: Answer, *, now: datetime, gates: Gates) -> dict[str, Any]:
    """The `data` of the answer; what GitHub refused is raised."""
    payload = answer.payload()
    errors = optional(payload, "errors", list, [])
    if errors:
        raise _refusal(answer, errors, now, gates)
    return required(payload, "data", dict)


def _refusal(answer: Answer, errors: list[Any], now: datetime, gates: Gates) -> GitHubError:
    kind = optional(errors[0], "type", str, "")
    detail = f"GraphQL answered {kind or 'an error'} ({optional(errors[0], 'message', str, '')[:300]})"
    if kind == "RATE_LIMITED":
        wait = seconds_to_wait(_LIMITED, answer.headers, answer.payload(), now=now)
        return RateLimited(detail, retry_after=wait or 0.0, gate=gates.credential)
    if not kind:  # GitHub failed, in the middle of whatever it did
        return OutcomeUnknown(detail, gate=gates.host)
    return _REFUSALS.get(kind, RequestRefused)(detail)
