"""The work of all baselines: some computing, then one review on GitHub."""

import os
import time
from typing import Any

import httpx

WORK_SECONDS = 0.4
ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})


def wanted(event: str, payload: dict[str, Any]) -> tuple[str, int, str] | None:
    """Repository, number and head to review; None when this webhook asks for none."""
    if event != "pull_request" or payload["action"] not in ACTIONS or payload["pull_request"]["draft"]:
        return None
    return payload["repository"]["full_name"], payload["number"], payload["pull_request"]["head"]["sha"]


def review(repository: str, number: int, head: str) -> None:
    time.sleep(WORK_SECONDS)
    answer = httpx.post(
        f"{os.environ['KODUS_GITHUB_API_URL']}/repos/{repository}/pulls/{number}/reviews",
        json={"commit_id": head, "event": "COMMENT", "body": "Looks fine."},
        headers={"Authorization": f"Bearer {os.environ['KODUS_GITHUB_TOKEN']}"},
        timeout=15,
        trust_env=False,
    )
    answer.raise_for_status()
