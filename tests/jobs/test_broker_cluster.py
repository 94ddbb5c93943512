"""Three RabbitMQ nodes, one cluster, quorum queues: one node is killed under load and nothing is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from tests.processes import dispatcher, running, worker
from tests.services import RabbitMQ, wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("workload"),
    pytest.mark.acceptance,
    pytest.mark.campaign,  # test_in_real_workers.py stops a single node
    pytest.mark.timeout(600),
]

QUEUE = "workflow.jobs.code_review"
#: Longer than the test: what gets lost is not announced again, and would be missed.
PATIENT = {"KODUS_REDISPATCH_SECONDS": "600"}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[list[RabbitMQ]]:
    with ExitStack() as stack:
        first = RabbitMQ(tmp_path / "node-0")
        nodes = [first, *(RabbitMQ(tmp_path / f"node-{number}", beside=first) for number in (1, 2))]
        for node in nodes:
            stack.callback(node.stop)
            node.start()
        for node in nodes[1:]:
            node.join(first)
        yield nodes


def completed() -> int:
    return WorkflowJob.objects.filter(status=JobStatus.COMPLETED).count()


def leader_of(nodes: list[RabbitMQ]) -> RabbitMQ:
    """The node that leads the queue; the others follow it."""
    told = nodes[0].control("list_queues", "name", "leader")
    name = next(line.split()[1] for line in told.splitlines() if line.startswith(QUEUE))
    return next(node for node in nodes if node.name == name)


def test_a_node_that_is_killed_under_load_takes_no_message_with_it(cluster):
    urls = ";".join(node.url for node in cluster)
    with running(
        dispatcher(urls, workload=True, **PATIENT),
        *(worker(urls, QUEUE, workload=True, **PATIENT) for _ in range(2)),
    ):
        jobs = [enqueue(WorkflowType.CODE_REVIEW, {"steps": [{"sleep": 0.05}]}, dedupe_key=None) for _ in range(300)]
        wait_until(lambda: completed() > 30, seconds=60, what="the first jobs")
        leader_of(cluster).kill()
        wait_until(lambda: completed() == len(jobs), seconds=150, what="all jobs")
    assert set(WorkflowJob.objects.values_list("attempt", "dispatch")) == {(1, 1)}
