"""A Sentry of ours on loopback: keeps every byte that is sent to it, and reads the events in them."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Sentry(ThreadingHTTPServer):
    """Takes what is sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.envelopes: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/1"

    def events(self, process: str = "") -> list[dict[str, Any]]:
        """All of them, or those of one process."""
        lines = [json.loads(line) for envelope in list(self.envelopes) for line in envelope.splitlines() if line]
        events = [line for line in lines if "event_id" in line and "platform" in line]
        return [event for event in events if event["server_name"].startswith(process)]

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Taking(BaseHTTPRequestHandler):
    server: Sentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        packed = self.headers.get("Content-Encoding") == "gzip"
        headers = json.dumps(dict(self.headers.items()))
        self.server.envelopes.append((gzip.decompress(body) if packed else body).decode() + f"\n{headers}")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """A test run prints no access log."""
