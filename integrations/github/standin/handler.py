"""The stand-in's HTTP: REST below `/api/v3`, GraphQL at `/api/graphql`, git at `/OWNER/NAME.git`.

`/standin/…` is for whoever drives it.
"""

import base64
import json
import re
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from integrations.github.standin import git_http, rest
from integrations.github.standin.deliveries import Hook
from integrations.github.standin.faults import Fault, Faults
from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.http import HOURLY_REQUESTS, Refused, Reply, Request
from integrations.github.standin.installations import Caller
from integrations.github.standin.log import Log
from integrations.github.standin.payloads import Links
from integrations.github.standin.records import Records, Write
from integrations.github.standin.weather import Forecast, RequestFate

API_PREFIX = "/api/v3"
GRAPHQL = "/api/graphql"
WRITING = frozenset({"POST", "PATCH", "PUT", "DELETE"})
MAX_BODY_BYTES = 32 * 1024 * 1024

_GIT = re.compile(r"/(?P<repository>[^/]+/[^/]+?)(\.git)?(?P<rest>/(info/refs|git-upload-pack|git-receive-pack|HEAD))")


@dataclass
class Hosting:
    """What the handler serves from."""

    records: Records
    hook: Hook
    faults: Faults
    forecast: Forecast
    token: str
    log: Log
    state: Callable[[], dict[str, Any]]
    perform: Callable[[str, dict[str, Any]], Any]

    def fate(self, method: str, path: str) -> RequestFate:
        """What befalls this request: the fault that was ordered for it, else the weather's. Under the lock."""
        ordered = self.faults.take(method, path)
        return RequestFate(ordered) if ordered else self.forecast.request()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port: int, hosting: Hosting) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.hosting = hosting
        self.links = Links(f"http://127.0.0.1:{self.server_address[1]}")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away mid-answer is no event here; anything else is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # One write per answer: the default sends the headers by themselves and waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        path = unquote(url.path)
        body = self._read_body()
        if path.startswith("/standin/"):
            self._reply(self._drive(path, body))
        elif match := _GIT.fullmatch(path):
            self._serve_git(match["repository"], match["rest"], url.query, body)
        elif path == GRAPHQL:
            self._serve_api("/graphql", {}, body)
        elif path.startswith(f"{API_PREFIX}/"):
            self._serve_api(path.removeprefix(API_PREFIX), dict(parse_qsl(url.query)), body)
        else:
            self._reply(Refused(404, "Not Found").reply)

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - the standard library's own names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's own name
        """Requests are remembered as writes and deliveries; printing them is not wanted."""

    def _serve_api(self, path: str, query: dict[str, str], body: bytes) -> None:
        caller = self._caller()
        if caller is None:
            self._reply(Refused(401, "Bad credentials").reply)
            return
        try:
            parsed = json.loads(body) if body else None
        except ValueError:
            self._reply(Refused(400, "Problems parsing JSON").reply)
            return
        fate, reply = self._apply(Request(self.command, path, query, parsed), caller)
        self._finish(fate, reply)

    def _apply(self, request: Request, caller: Caller) -> tuple[RequestFate, Reply]:
        """Answer under the lock, so that what was written and what the log says agree."""
        hosting = self.server.hosting
        with hosting.records.lock:
            fate = hosting.fate(request.method, request.path)
            if fate.fault and not fate.fault.applied:
                reply = Reply(0, None)
            else:
                reply = rest.answer(hosting.records, hosting.hook, self.server.links, request, caller)
            self._remember(request, fate.fault, reply)
        return fate, reply

    def _remember(self, request: Request, fault: Fault | None, reply: Reply) -> None:
        """Before anybody is told of it, so that neither a lost answer nor a killed process hides a write."""
        hosting = self.server.hosting
        writes = request.method in WRITING
        if not writes and fault is None:
            return
        status = fault.status if fault else reply.status
        applied = writes and 200 <= reply.status < 300  # noqa: PLR2004 - HTTP's own numbers
        if writes:
            hosting.records.writes.append(
                Write(datetime.now(UTC), request.method, request.path, request.body, status, applied)
            )
        hosting.log.write(
            "request",
            method=request.method,
            path=request.path,
            body=request.body,
            status=status,
            applied=applied,
            made=reply.payload.get("id") if applied and request.method == "POST" else None,
            why=fault.why if fault else None,
        )

    def _finish(self, fate: RequestFate, reply: Reply) -> None:
        time.sleep(fate.slow_seconds)
        fault = fate.fault
        if fault is None:
            self._reply(reply)
        elif fault.status is None:
            self.close_connection = True
        else:
            refused = Refused(fault.status, fault.message, page=fault.page).reply
            self._reply(Reply(refused.status, refused.payload, fault.headers_now()))

    def _serve_git(self, repository: str, rest_of_path: str, query: str, body: bytes) -> None:
        hosting, path = self.server.hosting, urlsplit(self.path).path
        hosted = hosting.records.repositories.get(repository)
        with hosting.records.lock:
            fate = hosting.fate(self.command, path)
            self._remember(Request("git", path), fate.fault, Reply(0, None))
        if fate.fault:
            self._finish(fate, Reply(0, None))
        elif hosted is None or not self._may_fetch(hosted):
            # git asks a person for a password on 401; GitHub answers so for anything not public.
            self._send(401, [("WWW-Authenticate", 'Basic realm="GitHub"')], b"Repository not found.")
        else:
            time.sleep(fate.slow_seconds)
            self._send(
                *git_http.serve(
                    hosted.path,
                    rest_of_path,
                    method=self.command,
                    query=query,
                    headers=dict(self.headers),
                    body=body,
                )
            )

    def _drive(self, path: str, body: bytes) -> Reply:
        hosting = self.server.hosting
        if self.command == "GET" and path == "/standin/state":
            return Reply(200, hosting.state())
        if self.command != "POST" or path != "/standin/do":
            return Refused(404, "Not Found").reply
        if self._shown() != hosting.token:
            return Refused(401, "Bad credentials").reply
        try:
            asked = json.loads(body)
            return Reply(200, {"result": hosting.perform(asked["verb"], asked.get("arguments", {}))})
        except (KeyError, TypeError, ValueError) as error:
            return Refused(422, f"{type(error).__name__}: {error}").reply

    def _may_fetch(self, hosted: HostedRepository) -> bool:
        if "Authorization" not in self.headers:
            return not hosted.private
        caller = self._caller()
        try:
            if caller:
                caller.refuse_unless("contents:read", hosted.full_name)
        except Refused:
            return False
        return caller is not None

    def _caller(self) -> Caller | None:
        hosting, shown = self.server.hosting, self._shown()
        if secrets.compare_digest(shown.encode(), hosting.token.encode()):
            return Caller()
        with hosting.records.lock:
            return hosting.records.installations.caller(shown)

    def _shown(self) -> str:
        """The token of a REST request, or the password of git's."""
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return credentials
        try:
            return base64.b64decode(credentials).partition(b":")[2].decode()
        except ValueError:
            return ""

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._read_chunk, b""))
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY_BYTES))

    def _read_chunk(self) -> bytes:
        size = int(self.rfile.readline().partition(b";")[0], 16)
        chunk = self.rfile.read(size)
        self.rfile.readline()
        return chunk

    def _reply(self, reply: Reply) -> None:
        used = len(self.server.hosting.records.writes)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-GitHub-Request-Id": secrets.token_hex(8).upper(),
            "X-RateLimit-Limit": str(HOURLY_REQUESTS),
            "X-RateLimit-Remaining": str(max(1, HOURLY_REQUESTS - used)),
            "X-RateLimit-Reset": str(int(time.time()) + 3600),
            "X-RateLimit-Resource": "core",
            **reply.headers,
        }
        body = b"" if reply.payload is None else json.dumps(reply.payload).encode()
        self._send(reply.status, list(headers.items()), body)

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
