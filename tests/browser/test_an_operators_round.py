"""One operator's round in a real browser, before a service of real processes: nothing on a page is made by the test.

A failed review is found by its repository and run again, and seen to wait for its graph and to complete while nobody
touches the page; a queue is paused, a job behind it cancelled, its delivery carried out once more, the queue resumed.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from jobs.models import WorkflowJob
from jobs.states import JobStatus, WorkflowType
from kodus_queue.demo.pull_request import FULL_NAME
from monitoring.pages import pulse as pulse_room
from tests.acceptance.service import Service, open_the_door, service
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance, pytest.mark.timeout(480)]

SEEN_MS = 90_000  # a poll, and the work before it, on a machine that is busy


@pytest.fixture
def running(broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """All but the analysis worker: a review waits for its graph until the test starts it."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(pulse_room, "_kept", pulse_room._Kept())
    with service(tmp_path, broker) as made:
        for process in (made.dispatcher, made.review_worker):
            process.start()
        open_the_door(made)
        yield made


def wait_for_review(number: int, status: JobStatus) -> None:
    reviews = WorkflowJob.objects.filter(workflow_type=WorkflowType.CODE_REVIEW, subject=f"{FULL_NAME}#{number}")
    wait_until(reviews.filter(status=status).exists, seconds=90, what=f"a review of #{number} that is {status}")


def worded(status: JobStatus) -> str:
    return status.replace("_", " ").capitalize()


def find(page: Page, *, status: JobStatus, number: int) -> None:
    page.goto("/jobs")
    page.get_by_label("Repository, pull request, commit, job or delivery").fill(FULL_NAME)
    page.keyboard.press("Enter")
    page.get_by_label("Status").get_by_role("link", name=worded(status)).click()
    page.get_by_role("link", name=f"{FULL_NAME}#{number}").click()
    see(page, status)


def act(page: Page, summary: str, *, reason: str, button: str, answer: str) -> None:
    page.get_by_text(summary).click()
    page.locator("details[open]").get_by_label("Why?").fill(reason)
    page.get_by_role("button", name=button).click()
    expect(page.get_by_text(answer)).to_be_visible()


def see(page: Page, status: JobStatus) -> None:
    """Where the job of the open page is, without a touch."""
    expect(page.locator(".why .status")).to_have_text(worded(status), timeout=SEEN_MS)


def test_an_operators_round(running: Service, visitor, operator: User):
    one = visitor(operator)
    page = one.page

    running.standin.fail_next("GET", "/pulls/1$", status=403)
    first = running.open_pull_request()
    wait_for_review(first, JobStatus.FAILED)
    find(page, status=JobStatus.FAILED, number=first)
    expect(page.get_by_text("The token lacks the permission for this.").first).to_be_visible()
    act(page, "Retry …", reason="granted now", button="Run it again", answer="Done: put back into its queue.")
    see(page, JobStatus.WAITING_FOR_EVENT)
    one.picture("round-waiting")
    running.analysis_worker.start()
    see(page, JobStatus.COMPLETED)
    expect(page.get_by_role("table", name="Findings")).to_be_visible()
    one.picture("round-completed")
    assert len(running.standin.reviews(FULL_NAME, first)) == 1

    page.goto("/queues")
    act(page, "Pause code_review …", reason="a look", button="Pause the queue", answer="Done: code_review is paused.")
    second = running.open_pull_request()
    wait_for_review(second, JobStatus.PENDING)
    find(page, status=JobStatus.PENDING, number=second)
    expect(page.locator(".why")).to_contain_text("Its queue is paused")
    act(page, "Cancel …", reason="not this one", button="Cancel the job", answer="Done: cancelled.")
    one.picture("round-cancelled")

    page.get_by_role("link", name="pull_request.opened").click()
    act(
        page,
        "Reprocess …",
        reason="after all",
        button="Carry it out once more",
        answer="Carried out once more:",
    )
    page.get_by_role("link", name="Its job").click()
    see(page, JobStatus.PENDING)
    job_page = page.url
    page.goto("/queues")
    page.get_by_role("button", name="Resume code_review").click()
    expect(page.get_by_text("Done: code_review goes on.")).to_be_visible()
    page.goto(job_page)
    see(page, JobStatus.COMPLETED)
    assert len(running.standin.reviews(FULL_NAME, second)) == 1

    kept = WorkflowJob.objects.exclude(reason="").values_list("status", "reason")
    assert sorted(kept) == [("CANCELLED", "not this one"), ("COMPLETED", "granted now")]
    assert one.wrongs() == {}
