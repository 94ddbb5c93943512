"""Serves clones and fetches through git's own `git http-backend`, as CGI. Reading only: pushes are refused by git."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from integrations.github.standin.hosted import git_environment

TIMEOUT_SECONDS = 120


def serve(
    path: Path,
    rest: str,
    *,
    method: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body for `rest` ("/info/refs", "/git-upload-pack") of the repository at `path`."""
    environment = git_environment() | {
        "GIT_PROJECT_ROOT": str(path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": rest,
        "REQUEST_METHOD": method,
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
    }
    done = subprocess.run(
        ["git", "http-backend"],
        env=environment,
        input=body,
        capture_output=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    fields = [line.partition(": ") for line in head.decode("latin-1").split("\r\n") if line]
    status = next((value for name, _, value in fields if name == "Status"), "200 OK")
    kept = [(name, value) for name, _, value in fields if name != "Status"]
    return int(status.split()[0]), kept, content
