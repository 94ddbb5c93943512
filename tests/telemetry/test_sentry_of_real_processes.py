"""A real worker's child and a real web server fail over every secret there is: Sentry learns where, and no secret."""

import json
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest

from jobs.enqueue import enqueue
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from tests.processes import Process, dispatcher, running, worker
from tests.services import accepts, free_port, wait_until
from tests.telemetry.fake_sentry import Sentry
from tests.telemetry.secrets import EXAMPLES, core

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]

#: In no known form: it is masked because it is ours.
OURS = "a-token-of-ours-in-no-known-form"
#: In no known form and of nobody we know: it may stand where strangers' texts stand, and these are not sent.
STRANGE = "a-strangers-password-99"
SETTINGS = "tests.telemetry.crashes.settings"


@dataclass(frozen=True)
class Story:
    sentry: Sentry
    #: By how they ended.
    jobs: dict[str, str]


@pytest.fixture(scope="module")
def told() -> list[Story]:
    """Holds the story: it takes a while to happen, and happens once."""
    return []


@pytest.fixture
def story(told: list[Story], broker: str) -> Story:
    if not told:
        told.append(happen(broker))
    return told[0]


def happen(broker: str) -> Story:
    sentry, port = Sentry(), free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "SENTRY_DSN": sentry.dsn,
        "SENTRY_ENVIRONMENT": "staging",
        "KODUS_RELEASE": "1.2.3",
        "KODUS_GITHUB_TOKEN": OURS,
        "TOLD": json.dumps([*EXAMPLES.values(), OURS]),
    }
    web = {"KODUS_PROCESS": "api", "KODUS_API_PORT": str(port), "KODUS_WEB_DRAIN_SECONDS": "0"}
    api = Process(sys.executable, "-m", "kodus_queue.web", **environment, **web)
    reviewer = worker(broker, "workflow.jobs.code_review", **environment, KODUS_PROCESS="worker-review")
    with running(dispatcher(broker), reviewer, api):
        wait_until(lambda: accepts(port), seconds=60, what="the web server")
        ask(port)
        jobs = {end: review(end) for end in ("Limited", "Open", "LeaseLost", "Unforeseen")}
        wait_until(lambda: all(map(has_begun, jobs.values())), seconds=90, what="the attempts")
        wait_until(lambda: sentry.events("worker") and sentry.events("api"), seconds=30, what="the events")
    sentry.close()
    return Story(sentry, jobs)


def review(end: str) -> str:
    made = enqueue(WorkflowType.CODE_REVIEW, {"end": end}, dedupe_key=None, correlation_id=f"delivery-{end}")
    return str(made.job.id)


def has_begun(job: str) -> bool:
    return WorkflowJob.objects.get(id=job).history.exclude(verb__in=["enqueue", "claim", "redispatch"]).exists()


def ask(port: int) -> None:
    """Something that fails, with secrets wherever a request can have them."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/crash?key={STRANGE}&token={OURS}",
        data=json.dumps({"password": STRANGE}).encode(),
        headers={
            "Authorization": f"Basic {STRANGE}",
            "Cookie": f"sessionid={STRANGE}",
            "X-Api-Thing": STRANGE,
            "Content-Type": "application/json",
            "X-Correlation-ID": "ask-1",
        },
    )
    with pytest.raises(urllib.error.HTTPError, match="500"):
        urllib.request.urlopen(request)  # noqa: S310 - our own server


def test_a_failed_attempt_is_told_with_its_job_its_stage_and_its_delivery(story):
    (event,) = story.sentry.events("worker")
    tags = event["tags"]
    assert (tags["job_id"], tags["stage"]) == (story.jobs["Unforeseen"], "find")
    assert (tags["workflow_type"], tags["correlation_id"]) == ("CODE_REVIEW", "delivery-Unforeseen")
    assert (event["release"], event["environment"]) == ("1.2.3", "staging")
    assert [error["type"] for error in event["exception"]["values"]] == ["OSError", "Unforeseen"]
    assert event["fingerprint"] == ["Unforeseen", "find"]


def test_a_limit_an_open_circuit_and_a_lost_lease_are_no_errors(story):
    assert {event["tags"]["job_id"] for event in story.sentry.events("worker")} == {story.jobs["Unforeseen"]}


def test_a_request_that_failed_is_told_by_its_path_alone(story):
    events = [event for event in story.sentry.events("api") if event.get("exception")]
    assert {event["tags"]["correlation_id"] for event in events} == {"ask-1"}
    assert {event["request"]["url"].partition("/crash")[1:] for event in events} == {("/crash", "")}
    assert {frozenset(event["request"]) for event in events} == {frozenset({"url", "method", "headers"})}


def test_breadcrumbs_are_the_lines_of_the_log_by_their_words(story):
    (event,) = story.sentry.events("worker")
    assert "calling" in [crumb["message"] for crumb in event["breadcrumbs"]["values"]]


@pytest.mark.parametrize("form", [form for form in EXAMPLES if form != "one of ours"])
def test_no_secret_is_in_any_byte_sent(story, form):
    secret, sent = core(EXAMPLES[form]), "\n".join(story.sentry.envelopes)
    assert "delivery-Unforeseen" in sent
    assert secret not in sent
    assert json.dumps(secret)[1:-1] not in sent


@pytest.mark.parametrize("secret", [OURS, STRANGE, '"vars"'])
def test_neither_our_secrets_nor_a_strangers_nor_local_variables_are_sent(story, secret):
    assert secret not in "\n".join(story.sentry.envelopes)
