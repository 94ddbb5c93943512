import pytest

from benchmarks.scale.lives import LIVES, STAGES
from jobs.states import LIVE_STATUSES, TRANSITIONS, Verb, WorkflowType
from reviews.pipeline import STAGES as PIPELINE


@pytest.mark.parametrize("life", LIVES, ids=lambda life: f"{life.workflow_type}: {life.told}")
def test_a_life_is_a_path_of_the_state_machine(life):
    before = None
    for step in life.steps:
        assert TRANSITIONS[step.verb].allows(before, step.target), step
        assert step.source == before
        before = step.target
    assert life.is_live == (before in LIVE_STATUSES)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: f"{life.workflow_type}: {life.told}")
def test_the_numbers_of_a_life_grow_as_the_engine_lets_them(life):
    for before, after in zip(life.steps, life.steps[1:], strict=False):
        claimed = after.verb is Verb.CLAIM
        assert (after.attempt - before.attempt, after.fence - before.fence) == (claimed, claimed)
        assert after.dispatch - before.dispatch in (0, 1)
        assert after.seconds > before.seconds


#: Bulk actions are asked for by hand, and are few.
TYPES = [each for each in WorkflowType if each != WorkflowType.BULK_ACTION]


@pytest.mark.parametrize("workflow_type", TYPES)
@pytest.mark.parametrize("is_live", [True, False])
def test_each_type_has_jobs_that_are_over_and_jobs_that_are_not(workflow_type, is_live):
    kind = [life for life in LIVES if life.workflow_type == workflow_type and life.is_live == is_live]
    assert sum(life.share for life in kind) == pytest.approx(100)


def test_the_stages_are_those_of_the_pipeline():
    assert tuple(stage.__name__ for stage in PIPELINE) == STAGES
