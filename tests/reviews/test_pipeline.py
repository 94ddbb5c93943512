from dataclasses import replace
from datetime import timedelta

import pytest

from jobs import transitions
from jobs.errors import LeaseLost
from jobs.models import JobExecutionHistory
from jobs.outcomes import WaitForEvent
from jobs.states import EventType
from reviews.eligibility import Skip, SkipReason
from reviews.pipeline import STAGES, run_pipeline
from reviews.requests import UNDECIDED_AFTER

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    """The worker is gone."""


def stage(name, *, does=None, **changes):
    def run(_attempt, context):
        run.times += 1
        if does:
            raise does.pop()
        return replace(context, **changes)

    run.__name__, run.times = name, 0
    return run


def test_the_stages_run_in_order_each_on_the_result_of_the_last(attempt):
    context = run_pipeline(attempt, [stage("one", base_sha="1"), stage("two", merge_base="2")])
    assert (context.base_sha, context.merge_base, context.done) == ("1", "2", "two")


def test_each_stage_is_checkpointed(attempt):
    run_pipeline(attempt, [stage("one"), stage("two")])
    stages = JobExecutionHistory.objects.filter(verb="checkpoint").order_by("id").values_list("stage", flat=True)
    assert list(stages) == ["one", "two"]


def test_a_crash_repeats_only_the_stage_that_ran(attempt):
    one, two = stage("one"), stage("two", does=[Crash()])
    with pytest.raises(Crash):
        run_pipeline(attempt, [one, two])
    again = stage("two")
    run_pipeline(attempt, [one, again])
    assert (one.times, again.times) == (1, 1)


def test_a_skip_ends_the_review_with_its_reason(attempt):
    never = stage("never")
    context = run_pipeline(attempt, [stage("one", does=[Skip(SkipReason.DRAFT)]), never])
    assert (context.skipped, never.times) == ("draft", 0)


def test_a_wait_leaves_the_stage_to_be_run_again(attempt):
    wait = WaitForEvent(EventType.AST_COMPLETED, scope="octo", key="k", timeout=timedelta(minutes=1))
    with pytest.raises(WaitForEvent):
        run_pipeline(attempt, [stage("one"), stage("two", does=[wait])])
    assert attempt.checkpointed["done"] == "one"


def test_an_attempt_that_lost_its_job_runs_no_further_stage(attempt):
    def withdraw(_attempt, context):
        transitions.cancel(attempt.job_id, actor="test", reason="gone")
        return context

    never = stage("never")
    with pytest.raises(LeaseLost):
        run_pipeline(attempt, [withdraw, never])
    assert never.times == 0


def test_a_checkpoint_of_an_older_version_starts_over(attempt):
    attempt.checkpoint("two", {"version": 0, "done": "two"})
    one = stage("one")
    run_pipeline(attempt, [one, stage("two")])
    assert one.times == 1


def test_the_story_has_its_eleven_stages():
    assert [stage.__name__ for stage in STAGES] == [
        "resolve_pull_request",
        "read_configuration",
        "check_wanted",
        "fetch_change",
        "await_code_graph",
        "find",
        "filter_findings",
        "post",
        "resolve_threads",
        "count_reactions",
        "summarize",
    ]


def test_the_first_context_is_what_the_payload_says(attempt, pull):
    context = run_pipeline(attempt, [])
    assert (context.where, context.head_sha) == ((pull.repository_id, pull.number), pull.head_sha)


def test_it_is_undecided_until_the_configuration_was_asked():
    names = [stage.__name__ for stage in STAGES]
    assert {"", *names[: names.index("check_wanted")]} == UNDECIDED_AFTER
