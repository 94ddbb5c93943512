"""The whole service as real processes, and the stand-in of GitHub in front of it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from integrations.github.standin import StandIn
from jobs.models import WorkflowJob
from jobs.states import FINAL_STATUSES, JobStatus, WorkflowType
from kodus_queue.demo.pull_request import BASE_BRANCH, FULL_NAME, HEAD_BRANCH, TITLE, make_repository
from tests.processes import Process, dispatcher, stop, worker
from tests.services import accepts, free_port, wait_until

REVIEW_QUEUE, ANALYSIS_QUEUE = "workflow.jobs.code_review", "workflow.jobs.ast_analysis"
SECRET = "It's a Secret to Everybody"
FAST = {"KODUS_LEASE_SECONDS": "4", "KODUS_HEARTBEAT_SECONDS": "1", "KODUS_REDISPATCH_SECONDS": "2"}


@dataclass
class Service:
    """The processes by name; each can be stopped, killed and started alone."""

    standin: StandIn
    broker_url: str
    webhook_port: int
    environment: dict[str, str]
    webhook: Process
    dispatcher: Process
    review_worker: Process
    analysis_worker: Process

    @property
    def processes(self) -> tuple[Process, ...]:
        return self.webhook, self.dispatcher, self.review_worker, self.analysis_worker

    def open_pull_request(self) -> int:
        """The demo's change, which breaks callers in files it does not touch."""
        return self.standin.open_pull_request(FULL_NAME, base=BASE_BRANCH, head=HEAD_BRANCH, title=TITLE)

    def another_review_worker(self, **environment: str) -> Process:
        return worker(self.broker_url, REVIEW_QUEUE, **{**self.environment, **environment})

    def another_dispatcher(self, broker_url: str) -> Process:
        return dispatcher(broker_url, **self.environment)


@contextmanager
def service(folder: Path, broker_url: str, repository: Path | None = None) -> Iterator[Service]:
    """Everything but the processes is running; start those a test needs. The repository is the demo's unless given."""
    port = free_port()
    repository = repository or make_repository(folder / "repository")
    url = f"http://127.0.0.1:{port}/webhooks/github"
    with StandIn({FULL_NAME: repository}, webhook_url=url, secret=SECRET.encode()) as standin:
        environment = {
            **FAST,
            "KODUS_GITHUB_API_URL": standin.base_url,
            "KODUS_GITHUB_GIT_URL": standin.git_url,
            "KODUS_GITHUB_TOKEN": standin.token,
            "KODUS_GITHUB_WEBHOOK_SECRET": SECRET,
            "KODUS_STATE_DIR": str(folder / "state"),
        }
        made = Service(
            standin, broker_url, port, environment,
            webhook=webhook(port, **environment),
            dispatcher=dispatcher(broker_url, **environment),
            review_worker=worker(broker_url, REVIEW_QUEUE, **environment),
            analysis_worker=worker(broker_url, ANALYSIS_QUEUE, **environment),
        )  # fmt: skip
        try:
            yield made
        except BaseException as error:
            for process in made.processes:
                error.add_note(process.story())
            raise
        finally:
            stop(made.processes)


def webhook(port: int, **environment: str) -> Process:
    """The door. It gets no broker that answers: it must not need one."""
    address = {"KODUS_WEBHOOK_PORT": str(port), "KODUS_WEB_DRAIN_SECONDS": "0"}
    return Process(sys.executable, "-m", "kodus_queue.web", KODUS_PROCESS="webhook", **address, **environment)


def start(running: Service) -> None:
    for process in running.processes:
        process.start()
    open_the_door(running)


def open_the_door(running: Service) -> None:
    """Start the webhook process, unless it runs, and wait until it listens."""
    if running.webhook.popen is None:
        running.webhook.start()
    try:
        wait_until(lambda: accepts(running.webhook_port), seconds=60, what="the door opening")
    except TimeoutError as error:
        raise AssertionError(running.webhook.story()) from error


def reviews() -> list[WorkflowJob]:
    return list(WorkflowJob.objects.filter(workflow_type=WorkflowType.CODE_REVIEW).order_by("created_at"))


def wait_for_reviews(count: int, *, seconds: float = 120) -> list[WorkflowJob]:
    """Until `count` review jobs exist and all of them are final; they must have completed."""

    def all_ended() -> bool:
        found = reviews()
        return len(found) == count and all(job.status in FINAL_STATUSES for job in found)

    wait_until(all_ended, seconds=seconds, what=f"the end of {count} reviews")
    assert {job.status for job in reviews()} == {JobStatus.COMPLETED}, [job.error_message for job in reviews()]
    return reviews()
