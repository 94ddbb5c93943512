"""A small cast for the tests of reviews: a repository with a pull request in it, and attempts at its job."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from integrations.github.standin import StandIn
from integrations.github.standin.records import StoredIssueComment
from jobs import leases, transitions
from jobs.attempts import Attempt
from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from reviews.comments import OURS
from reviews.context import Origin, ReviewContext

REPOSITORY = "octo/app"

#: A change with a defect across files: `total` gets a parameter, its caller in another file is left behind.
BASE = {
    "shop/__init__.py": "",
    "shop/prices.py": "def total(items):\n    return sum(items)\n",
    "shop/cart.py": "from shop.prices import total\n\n\ndef checkout(cart):\n    return total(cart.items)\n",
}
HEAD = {
    "shop/prices.py": (
        "def total(items, currency):\n    return sum(items), currency\n\n\ndef tax(price):\n    return rate * price\n"
    )
}


@dataclass(frozen=True)
class Repo:
    """A git repository of a test."""

    path: Path

    @classmethod
    def make(cls, path: Path) -> "Repo":
        path.mkdir(parents=True)
        repo = cls(path)
        repo.git("init", "-q", "-b", "main")
        return repo

    def git(self, *arguments: str) -> str:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Mona",
            "GIT_AUTHOR_EMAIL": "mona@example.com",
            "GIT_COMMITTER_NAME": "Mona",
            "GIT_COMMITTER_EMAIL": "mona@example.com",
        }
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, files: dict[str, str | bytes | None], message: str = "Change") -> str:
        """Write the files (None deletes one), commit, and return the commit id."""
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, files: dict[str, str | bytes | None], *, start: str = "main") -> str:
        """A commit on a new branch; returns its id."""
        self.git("checkout", "-q", "-b", name, start)
        sha = self.commit(files)
        self.git("checkout", "-q", "main")
        return sha


@dataclass(frozen=True)
class PullRequest:
    """An open pull request on the stand-in."""

    standin: StandIn
    repo: Repo
    number: int
    base_sha: str
    head_sha: str

    @property
    def repository_id(self) -> int:
        return self.standin.records.repositories[REPOSITORY].id

    def context(self, **values: object) -> ReviewContext:
        first = ReviewContext(
            origin=Origin.GITHUB,
            organization="octo",
            repository=REPOSITORY,
            repository_id=self.repository_id,
            number=self.number,
            base_sha=self.base_sha,
            merge_base=self.base_sha,
            head_sha=self.head_sha,
        )
        return ReviewContext.from_json({**first.to_json(), **values}) or first

    def bodies(self) -> list[str]:
        """Of reviews; a reply in a thread is one without."""
        return [review.body for review in self.standin.reviews(REPOSITORY, self.number) if review.body]

    def conversation(self) -> list[StoredIssueComment]:
        return self.standin.issue_comments(REPOSITORY, self.number)

    def summaries(self) -> list[str]:
        return [comment.body for comment in self.conversation() if f"{OURS}summary:" in comment.body]

    def comments(self) -> list[tuple[str, int]]:
        return [(item.path, item.line) for item in self.standin.review_comments(REPOSITORY, self.number)]

    def checks(self) -> list[tuple[str, str | None]]:
        return [(run.status, run.conclusion) for run in self.standin.check_runs(REPOSITORY, self.head_sha)]


def review_job(pull: PullRequest) -> WorkflowJob:
    payload = {
        "origin": "github",
        "repository": REPOSITORY,
        "repository_id": pull.repository_id,
        "number": pull.number,
        "head_sha": pull.head_sha,
        "trigger": "opened",
    }
    return enqueue(
        WorkflowType.CODE_REVIEW, payload, dedupe_key=None, organization="octo", subject=f"{REPOSITORY}#{pull.number}"
    ).job


def claimed(job: WorkflowJob) -> Attempt:
    """An attempt at the job, as the executor makes one."""
    job.refresh_from_db()
    claimed_at = leases.now()
    row = transitions.claim(job.id, job.dispatch, owner="test", lease_seconds=settings.LEASE_SECONDS)
    return Attempt(row, claimed_at=claimed_at, at_most_seconds=3_600)
