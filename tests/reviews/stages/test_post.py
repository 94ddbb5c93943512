from dataclasses import replace

import pytest

from integrations.github.errors import ValidationFailed
from integrations.github.standin.records import StoredReview, now
from jobs import transitions
from jobs.attempts import Attempt
from jobs.errors import LeaseLost
from reviews.analyzers import AnalyzerFailed
from reviews.change import mirror_of
from reviews.context import Origin
from reviews.effects import EffectUnknown
from reviews.eligibility import Skip, SkipReason
from reviews.findings import Finding, Placement, Severity
from reviews.purposes import REVIEW, full
from reviews.stages.find import find
from reviews.stages.post import NOT_TAKEN, marker_of, post
from tests.reviews.parts import REPOSITORY, claimed, review_job

pytestmark = pytest.mark.django_db

ON_THE_DIFF = Finding("r", "shop/prices.py", 1, 1, Severity.HIGH, "`total` needs a currency", "one")
ANOTHER = replace(ON_THE_DIFF, line=2, fingerprint="two")
OFF_THE_DIFF = replace(ON_THE_DIFF, path="shop/cart.py", line=5, fingerprint="three")
REVIEWS = "pulls/[0-9]+/reviews"


@pytest.fixture
def context(pull):
    return replace(pull.context(), findings=(ON_THE_DIFF,))


def test_a_review_has_its_comment_on_the_line(attempt, context, pull):
    posted = post(attempt, context)
    assert pull.comments() == [("shop/prices.py", 1)]
    assert posted.github_review_id == str(pull.standin.reviews(REPOSITORY, pull.number)[0].id)


def test_the_review_bears_its_marker(attempt, context, pull):
    post(attempt, context)
    assert marker_of(pull.repository_id, pull.number, pull.head_sha, REVIEW) in pull.bodies()[0]


def test_the_review_has_one_line_of_text(attempt, context, pull):
    post(attempt, replace(context, findings=(ON_THE_DIFF, OFF_THE_DIFF.placed(Placement.BODY, "why"))))
    line, _, sign = pull.bodies()[0].splitlines()
    assert (line, sign[:4]) == (f"1 finding on `{pull.head_sha[:10]}`.", "<!--")


def test_what_has_no_line_makes_no_review(attempt, context, pull):
    post(attempt, replace(context, findings=(OFF_THE_DIFF.placed(Placement.BODY, "why"),)))
    assert pull.bodies() == []


def test_each_finding_knows_its_comment(attempt, context, pull):
    posted = post(attempt, replace(context, findings=(ON_THE_DIFF, ANOTHER)))
    comments = pull.standin.review_comments(REPOSITORY, pull.number)
    assert [finding.comment_id for finding in posted.findings] == [comment.id for comment in comments]


def test_a_review_that_was_found_says_which_comments_are_on_their_lines(attempt, context, pull):
    pull.standin.fail_next("POST", REVIEWS, status=422)
    pull.standin.fail_next("POST", REVIEWS, applied=True)
    with pytest.raises(EffectUnknown):
        post(attempt, replace(context, findings=(ON_THE_DIFF, OFF_THE_DIFF)))
    posted = post(attempt, replace(context, findings=(ON_THE_DIFF, OFF_THE_DIFF)))
    assert [finding.placement for finding in posted.findings] == [Placement.INLINE, Placement.BODY]


def test_nothing_to_say_posts_nothing(attempt, pull):
    assert post(attempt, pull.context()).github_review_id == ""
    assert pull.bodies() == []


def test_dropped_findings_are_nothing_to_say(attempt, context, pull):
    post(attempt, replace(context, findings=(ON_THE_DIFF.placed(Placement.DROPPED, "told before"),)))
    assert pull.bodies() == []


def test_a_local_review_posts_nothing(attempt, context, pull):
    post(attempt, replace(context, origin=Origin.LOCAL))
    assert pull.bodies() == []


def test_posting_twice_posts_once(attempt, context, pull):
    first = post(attempt, context)
    assert post(attempt, context) == first
    assert len(pull.bodies()) == 1


def test_a_full_review_is_posted_beside_the_one_that_is_there_and_once(attempt, context, pull):
    post(attempt, context)
    for _ in range(2):
        post(attempt, replace(context, purpose=full(4_000)))
    assert len(pull.bodies()) == 2


def test_a_full_review_whose_answer_was_lost_is_not_taken_for_the_other_one(attempt, context, pull):
    first = post(attempt, context)
    pull.standin.fail_next("POST", REVIEWS, applied=True)
    with pytest.raises(EffectUnknown):
        post(attempt, replace(context, purpose=full(4_000)))
    assert post(attempt, replace(context, purpose=full(4_000))).github_review_id != first.github_review_id
    assert len(pull.bodies()) == 2


def test_an_answer_lost_after_it_was_applied_is_adopted(attempt, context, pull):
    pull.standin.fail_next("POST", REVIEWS, applied=True)
    with pytest.raises(EffectUnknown):
        post(attempt, context)
    posted = post(attempt, context)
    assert len(pull.bodies()) == 1
    assert posted.github_review_id


@pytest.mark.parametrize("status", [500, 502, None])
def test_a_post_that_failed_without_effect_is_made_again_once(attempt, context, pull, status):
    pull.standin.fail_next("POST", REVIEWS, status=status)
    with pytest.raises(EffectUnknown):
        post(attempt, context)
    post(attempt, context)
    assert len(pull.bodies()) == 1


def test_nothing_is_posted_once_the_fence_is_lost(attempt, context, pull):
    transitions.supersede(attempt.job_id, actor="test", reason="newer head")
    with pytest.raises(LeaseLost):
        post(attempt, context)
    assert pull.bodies() == []


def freeze_past_the_lease_once_it_was_asked_for(attempt, monkeypatch):
    """The worker stops between its last look at the row and the request, and wakes when the job is another's."""

    def hold_lease(seconds):
        Attempt.hold_lease(attempt, seconds)
        attempt._leased_until = 0

    monkeypatch.setattr(attempt, "hold_lease", hold_lease)


def test_a_worker_that_was_frozen_right_before_the_request_posts_nothing(attempt, context, pull, monkeypatch):
    freeze_past_the_lease_once_it_was_asked_for(attempt, monkeypatch)
    with pytest.raises(LeaseLost):
        post(attempt, context)
    assert (pull.bodies(), [write.method for write in pull.standin.writes]) == ([], [])


def test_nothing_is_posted_for_a_head_that_is_no_longer_the_head(attempt, context, pull):
    newer = pull.repo.branch("newer", {"a.py": ""}, start="change")
    pull.standin.push(REPOSITORY, pull.number, newer)
    with pytest.raises(Skip) as caught:
        post(attempt, context)
    assert caught.value.reason is SkipReason.SUPERSEDED
    assert pull.bodies() == []


def test_nothing_is_posted_on_a_closed_pull_request(attempt, context, pull):
    pull.standin.close(REPOSITORY, pull.number)
    with pytest.raises(Skip) as caught:
        post(attempt, context)
    assert caught.value.reason is SkipReason.CLOSED


def test_nothing_is_posted_on_a_conversation_that_was_locked_meanwhile(attempt, context, pull):
    pull.standin.lock(REPOSITORY, pull.number)
    with pytest.raises(Skip) as caught:
        post(attempt, context)
    assert caught.value.reason is SkipReason.LOCKED


def test_a_comment_github_refuses_goes_to_the_summary_and_the_others_stay_on_their_lines(attempt, context, pull):
    on_its_line, off = post(attempt, replace(context, findings=(ON_THE_DIFF, OFF_THE_DIFF))).findings
    assert (pull.comments(), len(pull.bodies())) == ([("shop/prices.py", 1)], 1)
    assert (on_its_line.placement, off) == (Placement.INLINE, OFF_THE_DIFF.placed(Placement.BODY, NOT_TAKEN))


def test_a_review_github_refuses_for_no_reason_that_can_be_seen_loses_some_lines_and_no_finding(
    attempt, context, pull
):
    several = tuple(replace(ON_THE_DIFF, line=line, fingerprint=f"at {line}") for line in range(1, 5))
    for _ in range(2):
        pull.standin.fail_next("POST", REVIEWS, status=422)
    posted = post(attempt, replace(context, findings=several))
    assert sorted(line for _, line in pull.comments()) == [1, 3, 4]
    assert [finding.line for finding in posted.findings if finding.placement is Placement.BODY] == [2]


def test_a_review_github_refuses_without_any_comment_fails(attempt, context, pull):
    for _ in range(2):
        pull.standin.fail_next("POST", REVIEWS, status=422)
    with pytest.raises(ValidationFailed):
        post(attempt, context)
    assert pull.bodies() == []


def test_an_answer_lost_while_github_is_tried_with_fewer_comments_is_adopted(attempt, context, pull):
    pull.standin.fail_next("POST", REVIEWS, status=422)
    pull.standin.fail_next("POST", REVIEWS, applied=True)
    with pytest.raises(EffectUnknown):
        post(attempt, context)
    post(attempt, context)
    assert len(pull.bodies()) == 1


def test_a_planted_marker_does_not_keep_our_review_from_being_posted(attempt, context, pull):
    forged = marker_of(pull.repository_id, pull.number, pull.head_sha, REVIEW)[:-24] + "0" * 20 + " -->"
    pull.standin.records.reviews.append(replace(stored_review(pull), body=forged))
    post(attempt, context)
    assert len(pull.bodies()) == 2


def stored_review(pull):
    found = pull.standin.records.pulls[REPOSITORY, pull.number]
    return StoredReview(1, found, "COMMENTED", "", pull.head_sha, "mallory", now())


def with_a_fix(open_pull, code: str):
    """A pull request with this new file, and the context of what ruff finds in it."""
    pull = open_pull({"shop/new.py": code})
    context = pull.context(files=["shop/new.py"])
    mirror_of(context).fetch(context.base_sha, context.head_sha)
    attempt = claimed(review_job(pull))
    return pull, attempt, find(attempt, context)


def test_what_a_tool_can_put_right_is_suggested_on_its_line(open_pull):
    pull, attempt, context = with_a_fix(open_pull, "def f(x):\n    return x is 'a'\n")
    post(attempt, context)
    (comment,) = pull.standin.review_comments(REPOSITORY, pull.number)
    assert (comment.path, comment.start_line, comment.line) == ("shop/new.py", None, 2)
    assert "\n```suggestion\n    return x == 'a'\n```\n" in comment.body


def test_a_suggestion_for_several_lines_stands_on_all_of_them(open_pull):
    pull, attempt, context = with_a_fix(open_pull, 'x = "{} {}".format(\n    1,\n    2,\n    3,\n)\n')
    post(attempt, context)
    (comment,) = pull.standin.review_comments(REPOSITORY, pull.number)
    assert (comment.start_line, comment.line) == (1, 5)
    assert "```suggestion\n" in comment.body


def test_no_suggestion_is_kept_in_the_job(open_pull):
    _, attempt, context = with_a_fix(open_pull, "def f(the_secret_sauce):\n    return the_secret_sauce is 'a'\n")
    posted = post(attempt, context)
    assert "the_secret_sauce" not in str(posted.to_json())


def test_a_tool_that_fails_costs_the_suggestions_and_not_the_review(open_pull, monkeypatch):
    pull, attempt, context = with_a_fix(open_pull, "def f(x):\n    return x is 'a'\n")
    monkeypatch.setattr("reviews.suggestions.are_python", killed)
    post(attempt, context)
    (comment,) = pull.standin.review_comments(REPOSITORY, pull.number)
    assert "suggestion" not in comment.body


def killed(_sources):
    raise AnalyzerFailed("Python's parser", "was ended by SIGSEGV", crashed=True)
