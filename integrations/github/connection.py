"""One request to GitHub and its limits: time, size, host, tries.

A GET is tried up to three times when GitHub fails or cannot be reached, or asks for a wait short enough to sit out;
everything longer is left to the job's own retry. A write is sent once: when no answer comes, `OutcomeUnknown`.
What is answered with 401 is sent again, once, if its credential can be renewed.
Redirects are followed on the same origin only, links to next pages are read and never followed, answers are capped.
Not for git: see the `git` room.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
import structlog

from integrations.github.answers import Answer, refusal
from integrations.github.counts import count_answer, count_failure
from integrations.github.credentials import Bearer, Credential, PlainToken
from integrations.github.errors import (
    DEFAULT_GATES,
    AnswerTooLarge,
    Gates,
    GitHubUnavailable,
    NewTokenRefused,
    OutcomeUnknown,
    PayloadShapeUnexpected,
    RateLimited,
    RedirectRefused,
)
from integrations.github.graphql import data_in, graphql_url
from integrations.github.paths import repository_path
from integrations.http import BodyTooLarge, checked_base_url, client_span, is_on_this_machine, read_capped

T = TypeVar("T")

TIMEOUTS = httpx.Timeout(connect=3.0, read=15.0, write=4.0, pool=1.0)
# How long after its start a write may still be on its way, for whoever must hold a lease across it. What can take
# longer is an answer that trickles in, and then GitHub has done what was asked.
WRITE_SECONDS_AT_MOST = 26.0
LONGEST_BODY_SECONDS = 15.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024
PER_PAGE = 100
MAX_PAGES = 50
MAX_REDIRECTS = 3
RETRY_DELAYS_SECONDS = (0.4, 1.2)
# A write whose token had to be made, or that was redirected, leaves within this of its start or not at all.
LATEST_SEND_SECONDS = 3.0
LONGEST_WAIT_IN_PLACE_SECONDS = 3.0

UNAUTHORIZED = 401

_HEADERS = {
    "Accept": "application/vnd.github+json",
    # Uncompressed, so the cap on what is read is a cap on what is held.
    "Accept-Encoding": "identity",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "kodus-queue",
}
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

log = structlog.get_logger(__name__)


class Connection:
    """Holds the credential and the sockets. Threads may share it."""

    def __init__(
        self,
        base_url: str,
        credential: str | Credential,
        *,
        gates: Gates = DEFAULT_GATES,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = checked_base_url(base_url, of="GitHub")
        self._gates = gates
        if isinstance(credential, str):
            credential = PlainToken(Bearer(credential, gates.credential))
        self._credential: Credential = credential
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=self.base_url,
            headers=_HEADERS,
            timeout=TIMEOUTS,
            transport=transport,
            trust_env=not is_on_this_machine(base_url),
        )

    def __repr__(self) -> str:
        return f"Connection({self.base_url!r})"

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **params: str | int) -> Any:
        """The JSON at `path`, in up to three tries."""
        return self._get(path, params).payload()

    def pages(self, path: str, *, at_most: int = MAX_PAGES, **params: str | int) -> Iterator[Any]:
        """The JSON of each page in turn. Its link says where the next one is; it is never followed itself."""
        place: dict[str, str | int] = {}
        for number in range(1, at_most + 1):
            answer = self._get(path, {**params, "per_page": PER_PAGE, **place})
            yield answer.payload()
            if not answer.has_next_page:
                return
            place = {"cursor": answer.next_cursor} if answer.next_cursor else {"page": number + 1}
        raise AnswerTooLarge(f"GET {path} has more than {at_most} pages.")

    def write(
        self,
        method: str,
        path: str,
        body: dict[str, Any],
        read: Callable[[Any], T],
        *,
        before_send: Callable[[], None] | None = None,
    ) -> T:
        """As `send`; what `read` makes of the answer's JSON. OutcomeUnknown also when the answer cannot be read."""
        answer = self.send(method, path, body, before_send=before_send)
        try:
            return read(answer.payload())
        except PayloadShapeUnexpected as error:
            # GitHub said yes in words we cannot read: what it made has an id we do not know.
            raise OutcomeUnknown(str(error), gate=self._gates.host) from error

    def graphql(
        self,
        repository: str,
        document: str,
        variables: dict[str, Any],
        *,
        before_send: Callable[[], None] | None = None,
    ) -> dict[str, Any]:
        """The data that GitHub answers to a GraphQL document about "octo/app". Sent once, as `send` does."""
        answer = self.send(
            "POST",
            graphql_url(self.base_url),
            {"query": document, "variables": variables},
            before_send=before_send,
            concerns=f"{repository_path(repository)}/graphql",
        )
        return data_in(answer, now=datetime.now(UTC), gates=self._gates)

    def send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        before_send: Callable[[], None] | None = None,
        bearer: Bearer | None = None,
        concerns: str = "",
    ) -> Answer:
        """Send once; the answer when GitHub said yes. OutcomeUnknown when it said neither yes nor no.

        `before_send` is called when the connection stands, immediately before the first byte, and again for each
        redirect that is followed and each token that is renewed; what it raises stops the request and comes out as it
        is. `bearer` goes instead of the credential's; `concerns` is the path to ask the credential about, where that
        is another than the request's.
        """
        extensions = {"trace": _before_first_byte(before_send)} if before_send else {}
        return self._exchange(method, path, bearer=bearer, concerns=concerns, json=body, extensions=extensions)

    def _get(self, path: str, params: dict[str, str | int]) -> Answer:
        for delay in RETRY_DELAYS_SECONDS:
            try:
                return self._exchange("GET", path, params=params)
            except (GitHubUnavailable, RateLimited) as error:
                wait = delay * random.uniform(0.75, 1.25) if error.retry_after is None else error.retry_after  # noqa: S311 - spreads tries
                if wait > LONGEST_WAIT_IN_PLACE_SECONDS:
                    raise
                log.info("github.read_retried", path=path, error=str(error), wait_seconds=wait)
                self._sleep(wait)
        return self._exchange("GET", path, params=params)

    def _exchange(
        self, method: str, path: str, *, bearer: Bearer | None = None, concerns: str = "", **content: Any
    ) -> Answer:
        """The answer when GitHub said yes; else what it said is raised."""
        started = time.monotonic()
        concerns = concerns or path
        shown = bearer or self._credential.bearer_for(concerns)
        answer = self._answer_to(method, path, shown, started, content)
        renewed = self._credential.renewed(concerns, shown) if answer.status == UNAUTHORIZED and not bearer else None
        if renewed:
            shown, answer = renewed, self._answer_to(method, path, renewed, started, content)
        if answer.ok:
            return answer
        refused = refusal(answer, now=datetime.now(UTC), gates=replace(self._gates, credential=shown.gate))
        raise NewTokenRefused(refused.detail) if renewed and answer.status == UNAUTHORIZED else refused

    def _answer_to(self, method: str, path: str, shown: Bearer, started: float, content: dict[str, Any]) -> Answer:
        authorization = {"Authorization": f"Bearer {shown.token}"}
        request = self._http.build_request(method, path, headers=authorization, **content)
        for _ in range(MAX_REDIRECTS + 1):
            if method != "GET" and time.monotonic() - started > LATEST_SEND_SECONDS:
                raise GitHubUnavailable(f"{method} {path} could not be sent in time.", gate=self._gates.host)
            answer, redirect = self._send(request, path)
            if redirect is None:
                return answer
            request = self._redirected(request, redirect)
        raise RedirectRefused(f"{method} {path} was redirected more than {MAX_REDIRECTS} times.")

    def _send(self, request: httpx.Request, path: str) -> tuple[Answer, httpx.Request | None]:
        with client_span(request.method, str(request.url), method=request.method) as span:
            answer, redirect = self._answer(request, path)
            span.note({"http.response.status_code": answer.status})
        return answer, redirect

    def _answer(self, request: httpx.Request, path: str) -> tuple[Answer, httpx.Request | None]:
        reads, began = request.method == "GET", time.perf_counter()
        try:
            response = self._http.send(request, stream=True)
            try:
                body = read_capped(response, at_most_bytes=MAX_ANSWER_BYTES, within_seconds=LONGEST_BODY_SECONDS)
            finally:
                response.close()
        except httpx.TransportError as error:
            count_failure(request.method, path)
            failed = GitHubUnavailable if reads or isinstance(error, _NEVER_SENT) else OutcomeUnknown
            raise failed(f"{request.method} {path}: {type(error).__name__}.", gate=self._gates.host) from error
        except BodyTooLarge as error:
            if reads:
                raise AnswerTooLarge(str(error)) from error
            raise OutcomeUnknown(str(error), gate=self._gates.host) from error
        answer = Answer(request.method, path, response.status_code, response.headers, body)
        count_answer(answer, seconds=time.perf_counter() - began)
        return answer, response.next_request

    def _redirected(self, request: httpx.Request, redirect: httpx.Request) -> httpx.Request:
        # A redirect that turns a write into a GET would look like success without a write.
        if _origin(redirect.url) != _origin(request.url) or redirect.method != request.method:
            raise RedirectRefused(f"{request.method} {request.url.path} was sent to {redirect.url.host}.")
        return redirect


def _before_first_byte(call: Callable[[], None]) -> Callable[[str, dict[str, Any]], None]:
    """A trace for httpcore, which tells it each step of a request and lets it raise. Other transports pass it on."""

    def trace(step: str, told: dict[str, Any]) -> None:
        # A proxy is asked for a tunnel by a request of its own, with the same trace.
        if step == "http11.send_request_headers.started" and told["request"].method != b"CONNECT":
            call()

    return trace


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
