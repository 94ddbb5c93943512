"""A language model on 127.0.0.1 that says what a script tells it to, and misbehaves in whatever way that asks for."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_A_DAY = timedelta(days=1)
Reply = Callable[["_Handler"], None]


@dataclass
class Scripted:
    """Answers with what it is given, in turn, the last for ever; remembers what it was asked."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    #: Set once a request stands before a `silence`; ended by setting `over`.
    silent: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def says(self, *replies: Reply) -> None:
        self.replies = list(replies)

    def sent(self) -> str:
        """All that was sent here, as one text."""
        return "\n".join(message["content"] for body in self.asked for message in body["messages"])


def status(code: int, said: str = "no", *, kind: str = "", **headers: str) -> Reply:
    """A refusal, as most providers send one."""
    body = json.dumps({"error": {"message": said, "type": kind, "code": kind or None}}).encode()
    return lambda handler: handler.answer(code, body, **headers)


def raw(body: bytes, **headers: str) -> Reply:
    """A yes with this body."""
    return lambda handler: handler.answer(200, body, **headers)


def text(content: str | None, *, finish: str = "stop", usage: Any = (100, 20)) -> Reply:
    """A completion that holds this text."""
    counted = {"prompt_tokens": usage[0], "completion_tokens": usage[1]} if isinstance(usage, tuple) else usage
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}
    return raw(json.dumps({"object": "chat.completion", "choices": [choice], "usage": counted}).encode())


def remarks(*said: dict[str, Any], **options: Any) -> Reply:
    """A completion with these remarks."""
    return text(json.dumps({"remarks": list(said)}), **options)


def broken_off(handler: "_Handler") -> None:
    """Half an answer, then the connection is gone."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def endless(handler: "_Handler") -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(b"0" * 65_536)
    handler.close_connection = True


def silence(handler: "_Handler") -> None:
    """No answer until the test is over."""
    handler.scripted.silent.set()
    handler.scripted.over.wait(30)
    handler.close_connection = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scripted: Scripted

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.scripted.asked.append({**body, "path": self.path})
        self.scripted.headers.append({name.lower(): value for name, value in self.headers.items()})
        replies = self.scripted.replies
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        reply(self)

    def answer(self, code: int, body: bytes, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def self_signed(folder: Path) -> Path:
    """A certificate for this machine and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), today, today + _A_DAY)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    no_password = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@contextmanager
def scripted_model(*, certificate: Path | None = None) -> Iterator[Scripted]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    scheme = "http"
    if certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    scripted = Scripted(f"{scheme}://127.0.0.1:{server.server_address[1]}/v1")
    server.RequestHandlerClass = type("_Scripted", (_Handler,), {"scripted": scripted})
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        scripted.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
