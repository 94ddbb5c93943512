"""What a look sees and remembers, of a GitHub that is played: what no stand-in would say."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.utils import timezone

from integrations.github import client
from integrations.github.errors import AnswerTooLarge, RateLimited
from jobs.models import WorkflowJob
from jobs.states import JobStatus
from jobs.testing import perform_job
from tests.integrations.github.played import github_played_by
from tests.webhooks.recovery.conftest import HOOK
from webhooks import missed, recovery
from webhooks.missed import OVERLAP, gap_of, look_through, start_of_look
from webhooks.models import REMEMBERED, Hook, MissedDelivery

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
NEXT = {"Link": '<https://x.test/?cursor=v1_1>; rel="next"'}


def item(number: int, *, guid: int = 0, minutes_ago: float = 0, **changes: Any) -> dict[str, Any]:
    """A failed attempt."""
    return {
        "id": number,
        "guid": str(UUID(int=guid or number)),
        "delivered_at": (NOW - timedelta(minutes=minutes_ago)).isoformat(),
        "status": "Invalid HTTP Response: 503",
        "status_code": 503,
        "event": "pull_request",
        "action": "opened",
        "repository_id": 7,
        **changes,
    }


def answer(*items: Any, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(json.dumps(items).encode()))


@pytest.fixture
def hook() -> Hook:
    return Hook.objects.create(path=HOOK)


@pytest.fixture
def look(hook: Hook, monkeypatch: pytest.MonkeyPatch):
    """Look through the hook, as GitHub answers page by page."""

    def look(*answers: httpx.Response) -> missed.Look:
        github, _ = github_played_by(*answers)
        monkeypatch.setattr(missed, "github", lambda: github)
        hook.refresh_from_db()
        return look_through(hook, check=lambda: None)

    return look


def remembered() -> list[int]:
    return [row.guid.int for row in MissedDelivery.objects.order_by("failed_at")]


def test_a_missed_delivery_is_remembered_with_githubs_words(look):
    look(answer(item(5, minutes_ago=1)))
    row = MissedDelivery.objects.get()
    assert (row.guid, row.attempt_id, row.event, row.action) == (UUID(int=5), 5, "pull_request", "opened")
    assert (row.repository_id, row.failure) == (7, "Invalid HTTP Response: 503")
    assert row.failed_at == NOW - timedelta(minutes=1)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_delivery_that_succeeded_at_one_attempt_is_not_missed(look, order):
    tries = {1: item(1, guid=9), 2: item(2, guid=9, status="OK", status_code=202)}
    assert look(answer(*(tries[number] for number in order))).missed == 0
    assert remembered() == []


def test_several_attempts_are_one_delivery_of_which_the_last_counts(look):
    look(answer(item(8, guid=9, status="timed out"), item(7, guid=9, minutes_ago=3)))
    row = MissedDelivery.objects.get()
    assert (row.attempt_id, row.failure, row.failed_at) == (8, "timed out", NOW - timedelta(minutes=3))


def test_what_is_known_keeps_its_age_and_how_often_it_was_asked_for(look):
    look(answer(item(7, guid=9, minutes_ago=3)))
    MissedDelivery.objects.update(asked=2)
    look(answer(item(8, guid=9)))
    row = MissedDelivery.objects.get()
    assert (row.attempt_id, row.asked, row.failed_at) == (8, 2, NOW - timedelta(minutes=3))


def test_the_first_look_goes_as_far_back_as_github_remembers(hook):
    assert timezone.now() - start_of_look(hook) - REMEMBERED < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("ago", "begins"), [(timedelta(hours=1), timedelta(hours=1) + OVERLAP), (timedelta(4), REMEMBERED)]
)
def test_a_look_begins_a_little_before_the_end_of_the_last(hook, ago, begins):
    hook.checked_until = timezone.now() - ago
    assert abs(timezone.now() - start_of_look(hook) - begins) < timedelta(seconds=10)


def test_a_look_ends_with_the_newest_attempt(look, hook):
    look(answer(item(2, minutes_ago=1), item(1, minutes_ago=2)))
    hook.refresh_from_db()
    assert (hook.checked_until, hook.attempts, hook.missed) == (NOW - timedelta(minutes=1), 2, 2)


def test_a_look_that_sees_nothing_ends_where_the_last_did(look, hook):
    look(answer(item(1, minutes_ago=9)))
    look(answer())
    hook.refresh_from_db()
    assert (hook.checked_until, hook.attempts) == (NOW - timedelta(minutes=9), 0)
    assert hook.looked_at >= NOW


def test_a_clock_of_githubs_that_is_ahead_hides_nothing_from_the_next_look(look, hook):
    look(answer(item(1, delivered_at="2999-01-01T00:00:00Z")))
    hook.refresh_from_db()
    assert start_of_look(hook) < timezone.now()


def test_malformed_items_hide_no_other(look):
    assert look(answer(item(3), {}, item(2) | {"guid": "2"}, item(1))).missed == 2


def test_what_cannot_be_stored_as_it_is_is_cut(look):
    look(answer(item(1, event="e" * 500, action="\0" + "a" * 500, status="\ud800" + "s" * 500)))
    row = MissedDelivery.objects.get()
    assert (len(row.event), len(row.action), len(row.failure)) == (64, 255, 255)


def test_a_rate_limit_in_the_middle_of_a_look_keeps_what_was_seen(look, hook):
    limited = answer(status=429, **{"Retry-After": "60"})
    with pytest.raises(RateLimited):
        look(answer(item(2), **NEXT), limited)
    hook.refresh_from_db()
    assert (remembered(), hook.checked_until, hook.looked_at) == ([2], None, None)
    look(answer(item(2), **NEXT), answer(item(1, minutes_ago=1)))
    assert remembered() == [1, 2]


def test_of_more_than_a_look_reads_the_newest_are_kept_and_the_outcome_says_so(look, hook, monkeypatch):
    monkeypatch.setattr(client, "MAX_HOOK_PAGES", 2)
    pages = [answer(item(number, minutes_ago=9 - number), **NEXT) for number in (3, 2, 1)]
    assert look(*pages) == missed.Look(attempts=2, missed=2, complete=False)
    hook.refresh_from_db()
    assert (remembered(), hook.complete, hook.checked_until) == ([2, 3], False, NOW - timedelta(minutes=6))


def test_an_answer_too_large_to_read_any_of_it_is_an_error(look, monkeypatch):
    monkeypatch.setattr(client, "MAX_HOOK_PAGES", 0)
    with pytest.raises(AnswerTooLarge):
        look(answer(item(1)))


def test_a_page_that_is_no_list_fails_the_job_for_good(monkeypatch):
    github, _ = github_played_by(httpx.Response(200, stream=httpx.ByteStream(b"{}")))
    monkeypatch.setattr(missed, "github", lambda: github)
    job: WorkflowJob = perform_job(recovery.request_recovery(HOOK).job)
    assert (job.status, job.error_type) == (JobStatus.FAILED, "PayloadShapeUnexpected")


def test_what_github_has_forgotten_is_no_longer_missing(hook):
    old, new = timezone.now() - REMEMBERED, timezone.now()
    for number, failed_at in enumerate((old, new), 1):
        MissedDelivery.objects.create(hook=hook, guid=UUID(int=number), attempt_id=number, failed_at=failed_at)
    assert [row.failed_at for row in hook.missed_deliveries.due()] == [new]
    assert gap_of([HOOK]) == missed.Gap(1, new, new)


def test_the_gap_is_that_of_the_hooks_that_are_named(hook):
    other = Hook.objects.create(path="orgs/octo/hooks/2")
    for row_hook in (hook, other):
        MissedDelivery.objects.create(hook=row_hook, guid=UUID(int=1), attempt_id=1, failed_at=datetime.now(UTC))
    assert [gap_of(paths).missing for paths in ([], [HOOK], [HOOK, other.path])] == [0, 1, 2]
