"""From GitHub's webhook to the posted review, through every real process."""

import html
import json
import re
import shutil
import subprocess

import pytest

from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from kodus_queue.demo.pull_request import FULL_NAME, make_repository
from tests.acceptance.service import open_the_door, reviews, service, start, wait_for_reviews
from tests.integrations.github.repository import commit
from tests.services import RabbitMQ, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]


def posted(running, number: int) -> list:
    return running.standin.reviews(FULL_NAME, number)


def test_a_pull_request_gets_one_review_that_names_the_callers_left_behind(running):
    start(running)
    number = running.open_pull_request()
    job = wait_for_reviews(1)[0]
    review = posted(running, number)
    comments = running.standin.review_comments(FULL_NAME, number)
    assert (job.outcome["outcome"], len(review)) == ("REVIEWED", 1)
    assert any("shop/" in comment.body and comment.path == "shop/pricing.py" for comment in comments)
    assert [run.conclusion for run in running.standin.check_runs(FULL_NAME, review[0].commit_id)] != [None]


def test_the_review_pauses_for_the_graph_and_goes_on_when_it_is_built(running):
    start(running)
    running.open_pull_request()
    job = wait_for_reviews(1)[0]
    verbs = list(job.history.order_by("id").values_list("verb", flat=True))
    assert verbs.index("pause") < verbs.index("resume") < verbs.index("complete")


def test_the_correlation_id_is_the_deliverys_from_door_to_graph(running):
    start(running)
    running.open_pull_request()
    wait_for_reviews(1)
    delivery = running.standin.deliveries[0].id
    assert set(WorkflowJob.objects.values_list("correlation_id", flat=True)) == {delivery}
    assert running.review_worker.says(f'"correlation_id": "{delivery}"')


def test_the_lineage_of_a_real_delivery_tells_all_and_its_line_finds_the_lines_of_the_logs(
    running, admin_client, settings, tmp_path
):
    start(running)
    running.open_pull_request()
    job = wait_for_reviews(1)[0]
    delivery = running.standin.deliveries[0].id
    settings.STATE_DIR = tmp_path / "a state's folder"
    (settings.STATE_DIR / "log").mkdir(parents=True)
    for number, process in enumerate(running.processes):
        shutil.copy(process.log, settings.STATE_DIR / "log" / f"{number}.log")
    page = admin_client.get("/search", {"q": delivery}, follow=True).content.decode()
    for told in (f"/deliveries/{delivery}", f"/jobs/{job.id}", "Message", "Woken by its event", "code host: review"):
        assert told in page
    (command,) = re.findall(r"<pre[^>]*>(grep .*?)</pre>", page)
    found = subprocess.run(html.unescape(command), shell=True, check=True, capture_output=True, text=True).stdout  # noqa: S602 - the line an operator would copy
    lines = [json.loads(line) for line in found.splitlines()]
    assert {"delivery_stored", "attempt started", "stage done", "attempt settled"} <= {line["event"] for line in lines}
    assert {line["correlation_id"] for line in lines} == {delivery}
    assert str(job.id) in {line.get("job_id") for line in lines}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("count", [10, pytest.param(100, marks=pytest.mark.campaign)])
def test_while_the_broker_is_down_every_webhook_is_taken_and_reviewed_later(tmp_path, count):
    tmp_path.chmod(0o755)
    rabbitmq = RabbitMQ(tmp_path / "rabbitmq")
    repository = make_repository(tmp_path / "repository")
    commit(repository, "Read little: it is about the hundred", **{".kodus.yml": "analyzers:\n  include: [ruff]\n"})
    try:
        with service(tmp_path, rabbitmq.start(), repository) as running:
            start(running)
            wait_until(lambda: running.review_worker.says("ready"), seconds=60, what="the worker")
            rabbitmq.stop()
            for _ in range(count):
                running.open_pull_request()
            assert [delivery.status for delivery in running.standin.deliveries] == [202] * count
            rabbitmq.start()
            wait_for_reviews(count, seconds=540)
            assert all(len(posted(running, number)) == 1 for number in range(1, count + 1))
    finally:
        rabbitmq.stop()


def test_a_closed_pull_request_is_not_reviewed(running):
    open_the_door(running)
    number = running.open_pull_request()
    running.standin.close(FULL_NAME, number)
    assert [job.status for job in reviews()] == [JobStatus.CANCELLED]


def test_a_push_before_the_review_began_is_reviewed_instead(running):
    open_the_door(running)
    number = running.open_pull_request()
    running.standin.push(FULL_NAME, number, "main")
    head_sha = running.standin.records.pulls[FULL_NAME, number].head_sha
    assert [(job.status, job.payload["head_sha"]) for job in reviews()] == [(JobStatus.PENDING, head_sha)]


def test_the_door_needs_no_broker(running):
    open_the_door(running)
    running.open_pull_request()
    assert running.standin.deliveries[0].status == 202
    assert WorkflowJob.objects.get(workflow_type=WorkflowType.CODE_REVIEW).status == JobStatus.PENDING
