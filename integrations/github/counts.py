"""Requests to GitHub, counted by endpoint: a path with everything taken out of it that names somebody or something."""

from contextlib import suppress

from integrations.github.answers import Answer
from telemetry import counters

_WORDS = frozenset(
    {"repos", "orgs", "app", "installation", "installations", "access_tokens", "token", "hook", "hooks", "deliveries"}
    | {"attempts", "pulls", "files", "reviews", "comments", "replies", "reactions", "issues", "commits", "check-runs"}
)
#: How many names follow these.
_NAMES_BEHIND = {"repos": 2, "orgs": 1}
NO_ANSWER = "none"


def count_answer(answer: Answer, *, seconds: float) -> None:
    counters.GITHUB_REQUESTS.add(answer.method, endpoint(answer.path), str(answer.status))
    counters.GITHUB_SECONDS.observe(seconds, answer.method)
    resource = answer.headers.get("x-ratelimit-resource", "")
    if resource not in {"core", "graphql", "search"}:
        return
    for gauge, header in ((counters.GITHUB_REMAINING, "remaining"), (counters.GITHUB_LIMIT, "limit")):
        with suppress(ValueError):  # what it says is its own
            gauge.set(float(answer.headers.get(f"x-ratelimit-{header}", "")), resource)


def count_failure(method: str, path: str) -> None:
    """No answer came."""
    counters.GITHUB_REQUESTS.add(method, endpoint(path), NO_ANSWER)


def endpoint(path: str) -> str:
    """/repos/octo/app/pulls/12/files → /repos/*/*/pulls/*/files."""
    if path.endswith("/graphql"):
        return "/graphql"
    names, shown = 0, []
    for part in path.strip("/").split("/"):
        shown.append("*" if names or part not in _WORDS else part)
        names = names - 1 if names else _NAMES_BEHIND.get(part, 0)
    return "/" + "/".join(shown)
