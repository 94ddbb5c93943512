"""A request as the stand-in reads it, a reply as it gives it, and GitHub's way to refuse."""

from dataclasses import dataclass, field
from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"
HOURLY_REQUESTS = 5000


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str  # below the API's prefix, percent-decoded
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    payload: Any
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[str] | None = None,
        page: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        body: dict[str, Any] = {
            "message": message,
            "documentation_url": DOCUMENTATION + page,
            "status": str(status),
        }
        if errors is not None:
            body["errors"] = errors
        self.reply = Reply(status, body, headers or {})


def not_found() -> Refused:
    return Refused(404, "Not Found")
