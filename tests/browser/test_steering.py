"""People at work: by mouse, by keyboard, while pages change under them."""

import re

import pytest
from playwright.sync_api import expect

from jobs import transitions
from jobs.errors import TransitionRefused
from jobs.executor import execute
from jobs.models import WorkflowJob
from jobs.states import WorkflowType
from tests.browser.lived_in import claimed, fill, make_job
from webhooks.models import WebhookDelivery

pytestmark = pytest.mark.usefixtures("operator", "pulse")


@pytest.fixture
def page(visitor, operator):
    fill()
    return visitor(operator).open("/")


def job_in(status: str) -> WorkflowJob:
    return WorkflowJob.objects.get(status=status)


def test_a_failed_job_is_found_by_its_repository_and_run_again_with_a_reason(page):
    page.goto("/jobs?status=FAILED")
    page.get_by_label("Repository, pull request, commit, job or delivery").fill("octo/app#20")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="octo/app#20").click()
    page.get_by_text("Retry …").click()
    page.get_by_label("Why?").fill("GitHub is back")
    page.get_by_role("button", name="Run it again").click()
    expect(page.get_by_text("Done: put back into its queue.")).to_be_visible()
    assert WorkflowJob.objects.get(subject="octo/app#20").reason == "GitHub is back"


@pytest.mark.parametrize("path", ["/", "/jobs", "/workers"])
def test_anything_is_found_from_any_page_by_one_key(page, path):
    delivery = WebhookDelivery.objects.get()
    page.goto(path)
    page.keyboard.press("/")
    expect(page.get_by_label("Anything that names")).to_be_focused()
    page.keyboard.type(str(delivery.delivery_id))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/lineage/{delivery.delivery_id}")
    expect(page.get_by_role("link", name="pull_request.opened")).to_be_visible()
    page.get_by_role("link", name="CODE_REVIEW").first.click()
    page.wait_for_url("**/jobs/*")
    page.get_by_role("link", name="From the delivery to the posted comment").click()
    page.wait_for_url("**/lineage/*")


def test_a_search_works_without_javascript(visitor, operator):
    fill()
    page = visitor(operator, java_script_enabled=False).open("/")
    page.get_by_label("Anything that names").fill("octo/app#20")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="octo/app#20")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_all_that_a_list_shows_are_cancelled_after_a_look_a_reason_and_a_confirmation(visitor, operator, scripts):
    fill()
    WorkflowJob.objects.filter(workflow_type=WorkflowType.BULK_ACTION).delete()
    page = visitor(operator, java_script_enabled=scripts).open("/jobs?status=PENDING")
    page.get_by_role("link", name="Cancel all that match…").click()
    expect(page.get_by_text("One job would be cancelled.")).to_be_visible()
    page.get_by_label("Why?").fill("not wanted")
    page.get_by_label("Cancel all of them").check()
    page.get_by_role("button", name="Cancel all that match").click()
    expect(page.get_by_role("heading", name="What it has done")).to_be_visible()
    bulk = WorkflowJob.objects.get(workflow_type=WorkflowType.BULK_ACTION)
    execute(bulk.id, bulk.dispatch)
    page.reload()
    expect(page.locator(".why").get_by_text("Completed", exact=True)).to_be_visible()
    assert WorkflowJob.objects.get(subject="octo/app#25").reason == "not wanted"


def test_a_waiting_job_is_seen_to_change_without_a_click(page):
    job = job_in("WAITING_FOR_EVENT")
    page.goto(f"/jobs/{job.id}")
    expect(page.locator("#live").get_by_text("Gives up")).to_be_visible()
    transitions.cancel(job.id, actor="test", reason="enough")
    expect(page.locator(".why").get_by_text("Cancelled", exact=True)).to_be_visible(timeout=20_000)


def test_what_is_paused_stays_as_it_is_until_it_goes_on(page):
    page.goto("/queues")
    polls = []
    page.on("request", lambda request: polls.append(request.url) if request.headers.get("hx-request") else None)
    page.get_by_role("button", name="Live", exact=True).click()
    expect(page.get_by_role("button", name="Paused")).to_have_attribute("aria-pressed", "false")
    polls.clear()
    page.wait_for_timeout(6_500)
    assert [url for url in polls if url.endswith("/queues")] == []
    page.keyboard.press("p")
    with page.expect_response(re.compile(r"/queues$"), timeout=20_000):
        pass


def test_a_poll_of_an_unchanged_page_brings_nothing(page):
    page.goto("/schedules")
    with page.expect_response(re.compile(r"/schedules$"), timeout=20_000) as answer:
        pass
    assert answer.value.status == 304


def test_a_form_that_is_being_filled_in_is_left_alone(page):
    job = job_in("WAITING_FOR_EVENT")
    page.goto(f"/jobs/{job.id}")
    page.get_by_text("Cancel …").click()
    page.get_by_label("Why?").fill("half a rea")
    make_job(22)
    page.wait_for_timeout(6_000)
    expect(page.get_by_label("Why?")).to_have_value("half a rea")
    expect(page.get_by_label("Why?")).to_be_focused()


def test_pages_are_reached_by_keyboard_alone(page):
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queues")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_keys_can_be_switched_off(page):
    page.keyboard.press("?")
    page.get_by_label("Shortcuts are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_timeout(300)
    assert page.url.endswith("/")


def test_the_theme_that_was_chosen_stays(page):
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("t")
    after = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert before != after == page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_a_session_that_ended_leads_to_signing_in(page):
    page.goto("/queues")
    page.context.clear_cookies()
    page.wait_for_url("**/sign-in?next=/queues", timeout=20_000)


def test_back_brings_the_filters_back(page):
    page.goto("/jobs?status=FAILED")
    page.get_by_role("link", name="octo/app#20").click()
    page.go_back()
    assert page.url.endswith("/jobs?status=FAILED")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_signing_in_works_without_javascript(visitor, operator):
    page = visitor(java_script_enabled=False).open("/jobs")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("lovelace")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_job_is_cancelled_without_javascript(visitor, operator):
    fill()
    job = job_in("WAITING_FOR_EVENT")
    page = visitor(operator, java_script_enabled=False).open(f"/jobs/{job.id}")
    page.get_by_text("Cancel …").click()
    page.get_by_label("Why?").fill("not wanted")
    page.get_by_role("button", name="Cancel the job").click()
    expect(page.get_by_text("Done: cancelled.")).to_be_visible()


@pytest.mark.parametrize("path", ["/sign-in", "/nothing-here"])
def test_a_page_that_stands_alone_keeps_the_promises_too(visitor, path, monkeypatch):
    one = visitor(width=390)
    one.open(path)
    one.picture(f"alone-{path.strip('/')}")
    one.said.clear()  # a page that is not found is said on the console
    assert one.wrongs() == {}


@pytest.mark.parametrize(
    "path",
    ["", "jobs/workflowjob/", "django_celery_beat/periodictask/", "django_celery_beat/periodictask/add/"],
)
def test_the_admin_works_under_the_same_policy(visitor, operator, path):
    fill()
    one = visitor(operator)
    one.open(f"/admin/{path}")
    expect(one.page.locator("link[rel=icon]")).to_have_count(1)  # else the browser asks for one that is not there
    assert (one.page.evaluate("refused"), one.said) == ([], [])


def test_the_calendar_s_form_says_in_words_what_a_crontab_means(visitor, operator):
    fill()
    page = visitor(operator).open("/admin/django_celery_beat/periodictask/add/")
    page.locator("#id_crontab").select_option(index=1)
    expect(page.locator(".field-crontab .help")).to_contain_text("Every 2 minutes")


def test_a_queue_is_paused_keeps_its_jobs_and_is_resumed(page):
    job = make_job(40)
    page.goto("/queues")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="code_review"))
    row.get_by_text("Pause code_review …").click()
    row.get_by_label("Why?").fill("GitHub moves")
    row.get_by_role("button", name="Pause the queue").click()
    expect(page.get_by_text("Done: code_review is paused.")).to_be_visible()
    expect(row.get_by_text("by user:ada: GitHub moves")).to_be_visible()
    with pytest.raises(TransitionRefused):
        transitions.claim(job.id, job.dispatch, owner="host:1:w", lease_seconds=30)
    page.goto(f"/jobs/{job.id}")
    expect(page.locator(".why")).to_contain_text(
        re.compile(r"Its queue is paused since .* by user:ada: GitHub moves\.")
    )
    page.goto("/queues")
    row.get_by_role("button", name="Resume code_review").click()
    expect(page.get_by_text("Done: code_review goes on.")).to_be_visible()
    assert claimed(job).status == "PROCESSING"


def test_a_queue_is_paused_and_resumed_without_javascript(visitor, operator):
    page = visitor(operator, java_script_enabled=False, width=390).open("/queues")
    page.get_by_text("Pause ast_analysis …").click()
    page.locator("details[open]").get_by_label("Why?").fill("not now")
    page.get_by_role("button", name="Pause the queue").click()
    expect(page.get_by_text("Done: ast_analysis is paused.")).to_be_visible()
    page.get_by_role("button", name="Resume ast_analysis").click()
    expect(page.get_by_text("Done: ast_analysis goes on.")).to_be_visible()
