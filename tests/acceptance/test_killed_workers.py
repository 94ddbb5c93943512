"""A worker is killed in the middle of each stage of a review; the next one goes on from there."""

import psutil
import pytest

from kodus_queue.demo.pull_request import FULL_NAME
from tests.acceptance.service import start, wait_for_reviews
from tests.services import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.acceptance]

STAGES = [
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


VICTIMS = ["child", "whole worker"]
#: The stage that takes longest, the one that must not be done twice, and the one that edits what is there.
ALWAYS = {("find", "child"), ("post", "whole worker"), ("summarize", "child")}
CASES = [
    pytest.param(stage, victim, marks=() if (stage, victim) in ALWAYS else pytest.mark.campaign)
    for stage in STAGES
    for victim in VICTIMS
]


@pytest.mark.parametrize(("stage", "victim"), CASES)
def test_a_worker_killed_in_any_stage_costs_that_stage_at_most(running, tmp_path, stage, victim):
    stalled = tmp_path / "stalled"
    stall = {
        "DJANGO_SETTINGS_MODULE": "tests.acceptance.stalls.settings",
        "KODUS_STALL_STAGE": stage,
        "KODUS_STALL_FILE": str(stalled),
    }
    doomed = running.review_worker = running.another_review_worker(**stall)
    start(running)
    number = running.open_pull_request()
    wait_until(stalled.exists, seconds=60, what=f"the stage {stage}")
    if victim == "child":
        psutil.Process(doomed.pid).children()[0].kill()
    else:
        doomed.kill()
        running.review_worker = running.another_review_worker().start()
    job = wait_for_reviews(1, seconds=150)[0]
    rescues = job.history.filter(verb="rescue").count()
    assert (job.outcome["outcome"], len(running.standin.reviews(FULL_NAME, number)), rescues) == ("REVIEWED", 1, 1)
    done = list(job.history.filter(verb="checkpoint").order_by("id").values_list("stage", flat=True))
    assert done == STAGES  # each stored once: nothing before the killed stage was done again
