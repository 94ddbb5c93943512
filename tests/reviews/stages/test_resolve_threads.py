"""Line 6 of the contract with the author: what is fixed is said to be, in its thread, and the thread is resolved."""

from datetime import timedelta

import pytest

from integrations.github.errors import RequestRefused
from jobs import transitions
from jobs.models import WorkflowJob
from jobs.testing import drain
from reviews.models import Effect, Finding
from reviews.purposes import full
from reviews.stages import resolve_threads
from tests.integrations.github.registration import APP_ID, PRIVATE_KEY, PUBLIC_KEY
from tests.reviews.parts import HEAD, REPOSITORY
from tests.reviews.pushes import ask, moved, on_lines, pushed, replies, reviewed

pytestmark = pytest.mark.django_db

CONTRACT, UNDEFINED = 1, 6  # the lines of the two findings in HEAD
PRICES = str(HEAD["shop/prices.py"])
RATED = {"shop/prices.py": PRICES.replace("def tax(price)", "def tax(price, rate)")}
REPLIES = ("POST", "replies$")


class Killed(BaseException):
    """The worker is gone."""


@pytest.fixture
def told(pull):
    reviewed(pull)
    return pull


def resolved(pull) -> set[int]:
    return pull.standin.records.resolved


def test_what_is_fixed_is_said_to_be_in_its_thread_which_is_resolved(told):
    fixed = pushed(told, RATED)
    review = reviewed(fixed)
    thread = on_lines(told)[UNDEFINED].id
    assert replies(told) == {thread: f"Fixed in {fixed.head_sha[:10]}."}
    assert resolved(told) == {thread}
    assert (review.findings_inline, Finding.objects.get(comment_id=thread).fixed_in) == (0, fixed.head_sha)


def test_the_summary_says_so_and_counts_what_is_open(told):
    fixed = pushed(told, RATED)
    reviewed(fixed)
    (text,) = told.summaries()
    assert text.startswith(f"1 open finding as of `{fixed.head_sha[:10]}`.")
    assert f"1 finding told earlier is fixed in {fixed.head_sha[:10]}." in text


def test_when_all_is_fixed_the_summary_says_so_and_the_check_is_green(told):
    fixed = pushed(told, {**RATED, "shop/cart.py": "def checkout(cart):\n    return cart\n"})
    reviewed(fixed)
    (text,) = told.summaries()
    assert text.startswith("No open findings as of")
    assert "All that was told is fixed." in text
    assert len(replies(told)) == 2
    assert fixed.checks() == [("completed", "success")]


def test_what_is_fixed_is_said_once_however_many_heads_follow(told):
    later = pushed(pushed(told, RATED), {"shop/more.py": "A = 1\n"})
    reviewed(later)
    reviewed(pushed(later, {"shop/more.py": "A = 2\n"}))
    assert list(replies(told)) == [on_lines(told)[UNDEFINED].id]


def test_code_that_moved_keeps_its_thread_and_is_not_told_again(told):
    review = reviewed(pushed(told, {"shop/prices.py": "RATES = ()\n\n\n" + PRICES}))
    assert (review.findings_inline, replies(told), len(on_lines(told))) == (0, {}, 2)


def test_a_renamed_file_keeps_its_threads_and_is_not_told_again(told):
    renamed = pushed(told, {"shop/prices.py": None, "shop/costs.py": PRICES})
    reviewed(renamed)
    again = Finding.objects.filter(review__head_sha=renamed.head_sha, rule="ruff:F821")
    assert [(finding.path, finding.placement) for finding in again] == [("shop/costs.py", "told")]
    assert on_lines(told)[UNDEFINED].id not in replies(told)


def test_code_that_changed_and_is_as_wrong_is_not_said_to_be_fixed(told):
    reviewed(pushed(told, {"shop/prices.py": PRICES.replace("rate * price", "price * rate")}))
    assert replies(told) == {}


def test_what_comes_back_after_it_was_fixed_is_told_again(told):
    fixed = pushed(told, RATED)
    reviewed(fixed)
    again = pushed(fixed, HEAD)
    review = reviewed(again)
    assert review.findings_inline == 1


def test_a_partial_review_closes_nothing(told, monkeypatch):
    monkeypatch.setattr("reviews.stages.await_code_graph._is_built", lambda _context: False)
    monkeypatch.setattr("analysis.handlers.build_missing_graphs", _refuse)
    reviewed(pushed(told, RATED))
    assert replies(told) == {}


def _refuse(*_args, **_options):
    raise RequestRefused


@pytest.mark.parametrize(
    "configuration",
    [
        "analyzers: {exclude: [ruff]}",
        "rules: {exclude: ['ruff:*']}",
        "severity_floor: critical",
        "paths: {exclude: [shop/prices.py]}",
    ],
)
def test_what_the_configuration_hides_is_not_fixed(told, configuration):
    told.repo.git("checkout", "-q", "main")
    base = told.repo.commit({".kodus.yml": configuration + "\n"}, "Configure")
    told.standin.records.pulls[REPOSITORY, told.number].base_sha = base
    reviewed(pushed(told, {"shop/more.py": "A = 1\n"}))
    assert replies(told) == {}


def test_a_finding_whose_line_came_into_the_base_is_not_fixed(told):
    told.repo.git("checkout", "-q", "main")
    base = told.repo.commit({"shop/prices.py": PRICES, "shop/cart.py": "A = 1\n"}, "The same, by another way")
    told.standin.records.pulls[REPOSITORY, told.number].base_sha = base
    told.repo.git("checkout", "-q", "-b", "merging", told.head_sha)
    told.repo.git("merge", "-q", "-m", "Merge main", "main")
    merged = told.repo.commit({"shop/prices.py": PRICES + "\n\nA = 1\n"}, "More")
    told.repo.git("checkout", "-q", "main")
    reviewed(moved(told, merged))
    assert on_lines(told)[UNDEFINED].id not in replies(told)


def test_a_thread_that_somebody_resolved_gets_no_reply(told):
    thread = on_lines(told)[UNDEFINED].id
    told.standin.resolve(thread)
    reviewed(pushed(told, RATED))
    assert replies(told) == {}
    assert Finding.objects.get(comment_id=thread).fixed_in


def test_a_comment_that_somebody_deleted_stops_nothing(told):
    records = told.standin.records
    records.comments = [comment for comment in records.comments if comment.line != UNDEFINED]
    assert reviewed(pushed(told, RATED)).outcome == "REVIEWED"
    assert replies(told) == {}
    assert "could not be resolved" not in told.summaries()[0]


def test_where_threads_cannot_be_read_the_reply_stands_alone(told):
    told.standin.fail_next("POST", "graphql$", status=403)
    reviewed(pushed(told, RATED))
    assert (len(replies(told)), resolved(told)) == (1, set())
    assert "could not be resolved" in told.summaries()[0]


def test_a_credential_that_may_not_resolve_replies_and_the_check_says_so(told, settings):
    told.standin.installations.register(APP_ID, PUBLIC_KEY)
    told.standin.installations.install("octo")
    settings.GITHUB_TOKEN, settings.GITHUB_APP_ID, settings.GITHUB_APP_PRIVATE_KEY = "", APP_ID, PRIVATE_KEY
    fixed = pushed(told, RATED)
    reviewed(fixed)
    (run,) = told.standin.check_runs(REPOSITORY, fixed.head_sha)
    assert (len(replies(told)), resolved(told)) == (1, set())
    assert "1 of their threads could not be resolved: that takes the right to write contents" in run.output["summary"]


def test_more_than_twenty_get_no_reply_and_the_summary_names_them(told, monkeypatch):
    monkeypatch.setattr(resolve_threads, "MAX_REPLIES", 1)
    reviewed(pushed(told, {"shop/prices.py": None, "shop/cart.py": "A = 1\n"}))
    assert len(replies(told)) == 1
    assert "Fixed, and its thread left open: `shop/prices.py:" in told.summaries()[0]


@pytest.mark.parametrize("applied", [True, False])
def test_a_reply_whose_answer_was_lost_is_made_once(told, applied):
    told.standin.fail_next(*REPLIES, applied=applied)
    job = ask(pushed(told, RATED))
    drain()
    WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at)
    drain()
    assert len(replies(told)) == 1


@pytest.mark.parametrize("moment", ["reply", "resolve_thread"])
def test_a_worker_that_dies_after_the_reply_or_the_resolving_replies_once(told, monkeypatch, moment):
    client, deaths = f"integrations.github.client.GitHub.{moment}", [moment]
    write = getattr(resolve_threads.github().__class__, moment)

    def die_after(*args, **options):
        answer = write(*args, **options)
        if deaths:
            raise Killed(deaths.pop())
        return answer

    monkeypatch.setattr(client, die_after)
    job = ask(pushed(told, RATED))
    with pytest.raises(Killed):
        drain()
    WorkflowJob.objects.filter(id=job.id).update(lease_until=job.created_at - timedelta(seconds=1))
    transitions.rescue(job.id, crash_limit=3, grace=timedelta(), actor="test")
    drain()
    assert (len(replies(told)), len(resolved(told))) == (1, 1)
    assert Effect.objects.filter(purpose__startswith="fixed").count() == 1


def test_a_full_review_tells_again_and_closes_nothing(told):
    reviewed(told, purpose=full(4_000))
    assert replies(told) == {}
