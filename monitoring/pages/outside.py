"""Addresses of what is not ours: pages of the code host, of a viewer of traces, of one of logs. Pure but for settings.

An address is made only of a base that an operator set and of values that are quoted into it: what a stranger wrote is
never taken for one. Empty where there is none.
"""

from urllib.parse import quote

from django.conf import settings

_PLACES = {"review": "#pullrequestreview-", "summary": "#issuecomment-", "reply": "#issuecomment-"}


def pull_request(repository: str, number: int | None) -> str:
    return _on_host(repository, f"pull/{number}") if number else ""


def comment(repository: str, number: int | None, comment_id: int | None) -> str:
    """On a line of a change."""
    address = pull_request(repository, number)
    return f"{address}#discussion_r{comment_id}" if address and comment_id else ""


def effect(repository: str, number: int, purpose: str, external_id: str) -> str:
    """Of what was written there: a review, a comment, a check."""
    if not external_id.isdecimal():
        return ""
    word = purpose.partition(" ")[0]
    if word == "check":
        return _on_host(repository, f"runs/{external_id}")
    address = pull_request(repository, number)
    place = _PLACES.get(word) or ("#pullrequestreview-" if word == "full" else "")
    return f"{address}{place}{external_id}" if address and place else address


def trace(trace_id: str) -> str:
    return _viewer(settings.TRACE_URL, "{trace_id}", trace_id)


def logs(correlation_id: str) -> str:
    return _viewer(settings.LOG_URL, "{correlation_id}", correlation_id)


def _viewer(template: str, placeholder: str, value: str) -> str:
    return template.replace(placeholder, quote(value, safe="")) if _is_web(template) and value else ""


def _on_host(repository: str, path: str) -> str:
    """The stand-in of the code host serves git over http, and has no pages."""
    base = settings.GITHUB_GIT_URL.rstrip("/")
    return f"{base}/{quote(repository)}/{path}" if base.startswith("https://") and repository else ""


def _is_web(address: str) -> bool:
    return address.startswith(("https://", "http://"))
