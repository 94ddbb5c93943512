"""Any verb at any moment, by whoever may try: the rows become what the model says, and never what it refuses."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from jobs import gates, transitions
from jobs.maintenance import relay
from tests.jobs import machine_model as model
from tests.jobs.machine import PATIENCE, Machine
from tests.jobs.planted import without

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_hours")]

WALKS = settings(max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: The same walks each time; and that they find it is enough, nobody wants the shortest.
SEARCH = settings(WALKS, max_examples=200, phases=[Phase.generate], derandomize=True, database=None)
#: The claim's look at the pauses.
PAUSE = f"AND NOT EXISTS ({transitions._PAUSED})"


@pytest.fixture
def whole_hours(monkeypatch, settings) -> None:
    monkeypatch.setattr(gates, "SPREAD", timedelta())
    monkeypatch.setattr(gates, "_patience_of", lambda _job: PATIENCE)
    monkeypatch.setattr(relay, "TAKEN_FOR_SECONDS", model.TAKEN * 3600)
    settings.REDISPATCH_SECONDS = model.REDISPATCH * 3600
    settings.CRASH_LIMIT = model.CRASH_LIMIT
    settings.HEARTBEAT_SECONDS = 0


def test_the_machine_does_what_the_model_says():
    run_state_machine_as_test(Machine, settings=WALKS)


@pytest.mark.parametrize("check", ["AND fence = %(fence)s", "AND dispatch = %(dispatch)s", "crashes = 0, ", PAUSE])
def test_a_machine_without_one_of_its_checks_is_found_out(monkeypatch, check):
    without(check)(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Machine, settings=SEARCH)
