"""A pull request whose commit is whatever git can hold, through the real pipeline, and what came of it."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.serializers import serialize

from integrations.github.standin import StandIn
from jobs.models import JobExecutionHistory, WorkflowJob
from jobs.states import JobStatus
from jobs.testing import drain
from reviews.models import Finding, Review
from reviews.requests import PullRequestRef, request_review
from tests.reviews.hostile.traps import Trap
from tests.reviews.parts import REPOSITORY, Repo

#: Beside whatever is hostile stands a file with a defect, which must be found all the same.
BESIDE = {b"beside.py": b"def f():\n    return undefined_beside\n"}

#: By name: content, or (mode, content), or (mode, object id as text), or a folder.
Tree = Mapping[bytes, "bytes | tuple[str, bytes | str] | Tree"]


@dataclass(frozen=True)
class Ended:
    """How the review of a hostile commit ended, and all that was said of it anywhere."""

    job: WorkflowJob
    comments: list[tuple[str, int]]
    posted: list[str]
    stored: str

    @property
    def outcome(self) -> str:
        """REVIEWED, PARTIAL or SKIPPED; for a job that failed for good its error."""
        if self.job.status == JobStatus.COMPLETED:
            return str((self.job.outcome or {})["outcome"])
        assert (self.job.status, self.job.error_class) == (JobStatus.FAILED, "PERMANENT"), self.job.error_message
        return self.job.error_type

    @property
    def reason(self) -> str:
        return str((self.job.outcome or {}).get("reason", ""))

    @property
    def found_beside(self) -> bool:
        return ("beside.py", 2) in self.comments


class Hostile:
    """Makes hostile commits on top of `main` and has them reviewed."""

    def __init__(self, repo: Repo, standin: StandIn, trap: Trap) -> None:
        self.repo, self.standin, self.trap = repo, standin, trap

    def review(self, tree: Tree, *, message: str = "Change", title: str = "Change") -> Ended:
        return self.review_of(self.commit({**BESIDE, **tree}, message), title=title)

    def review_of(self, head_sha: str, *, title: str = "Change") -> Ended:
        number = self.standin.open_pull_request(REPOSITORY, base="main", head=head_sha, title=title)
        hosted = self.standin.records.repositories[REPOSITORY]
        ref = PullRequestRef("octo", None, REPOSITORY, hosted.id, number, head_sha)
        job = request_review(ref, trigger="opened").job
        drain()
        job.refresh_from_db()
        return Ended(job, self._comments(number), self._posted(), _stored())

    def commit(self, tree: Tree, message: str = "Change") -> str:
        parent = self.repo.git("rev-parse", "main")
        return self.git("commit-tree", self._tree(tree), "-p", parent, data=message.encode(errors="surrogateescape"))

    def git(self, *arguments: str, data: bytes = b"") -> str:
        """As `Repo.git`, with an input of bytes."""
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
        environment |= {
            f"GIT_{who}_{what}": "m@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        done = subprocess.run(
            ["git", "-C", str(self.repo.path), *arguments],
            env=environment,
            input=data,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    def _tree(self, tree: Tree) -> str:
        """Written entry by entry: neither an index nor a checkout would take all of these."""
        lines = [self._entry(name, given) for name, given in tree.items()]
        return self.git("mktree", "-z", "--missing", data=b"".join(lines))

    def _entry(self, name: bytes, given: "bytes | tuple[str, bytes | str] | Tree") -> bytes:
        if isinstance(given, Mapping):
            return b"040000 tree %s\t%s\0" % (self._tree(given).encode(), name)
        mode, content = given if isinstance(given, tuple) else ("100644", given)
        oid = content if isinstance(content, str) else self.blob(content)
        kind = "commit" if mode == "160000" else "blob"
        return f"{mode} {kind} {oid}\t".encode() + name + b"\0"

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", data=content)

    def _comments(self, number: int) -> list[tuple[str, int]]:
        return [(comment.path, comment.line) for comment in self.standin.review_comments(REPOSITORY, number)]

    def _posted(self) -> list[str]:
        """Every text that was sent to GitHub to be shown; the path of a comment says where, and is the file's own."""
        return [text for write in self.standin.writes for text in _texts(write.body)]


def _texts(body: object) -> list[str]:
    if isinstance(body, str):
        return [body]
    if isinstance(body, dict):
        body = [item for name, item in body.items() if name != "path"]
    return [text for item in (body if isinstance(body, list) else []) for text in _texts(item)]


def _stored() -> str:
    """Every row that a review leaves, but for the code graph, which holds names."""
    rows = [serialize("json", model.objects.all()) for model in (WorkflowJob, JobExecutionHistory, Review, Finding)]
    return json.dumps([json.loads(row) for row in rows], ensure_ascii=False)
