"""The stand-in of GitHub as a process of its own, which no fault touches, and its verbs."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from chaos.keeper import CHECKOUT, python
from chaos.repositories import Repository

#: Known secrets, which the checker looks for everywhere.
TOKEN = "gh-token-of-a-campaign-dc2f0b86"  # noqa: S105 - for a stand-in on this machine
WEBHOOK_SECRET = "webhook-secret-of-a-campaign-51b7e3"  # noqa: S105 - as above


@dataclass(frozen=True, slots=True)
class GitHub:
    port: int
    http: httpx.Client

    def do(self, verb: str, **arguments: Any) -> Any:
        """Raises httpx.HTTPError when the stand-in cannot do it."""
        answer = self.http.post("/standin/do", json={"verb": verb, "arguments": arguments})
        answer.raise_for_status()
        return answer.json()["result"]


@contextmanager
def github(log: Path, repositories: Sequence[Repository], *, webhook_url: str) -> Iterator[GitHub]:
    """Webhooks are sent by threads: a verb does not wait for its own."""
    command = python("-m", "integrations.github.standin", "--no-wait", "--log", str(log), "--webhook-url", webhook_url)
    for repository in repositories:
        command += ["--repository", f"{repository.full_name}={repository.path}"]
    environment = {**os.environ, "KODUS_GITHUB_TOKEN": TOKEN, "KODUS_GITHUB_WEBHOOK_SECRET": WEBHOOK_SECRET}
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        root = json.loads(process.stdout.readline())["git_url"]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=root, headers=headers, timeout=30, trust_env=False) as http:
            yield GitHub(int(root.rpartition(":")[2]), http)
    finally:
        process.terminate()
        process.wait(timeout=60)
