"""Ways in which other job systems lost or doubled work, one by one: none of them may happen here.

Each is named after what is done right.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from jobs import leases, transitions
from jobs.errors import TransitionRefused
from jobs.executor import LEFT_TO_OTHERS, execute
from jobs.maintenance import redispatcher, rescuer, wait_expirer
from jobs.maintenance.sweep import sweep
from jobs.models import WorkflowJob
from jobs.signals import job_finished
from jobs.states import JobStatus
from jobs.testing import perform_job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("short_grace")]

LONG_AGO = timedelta(hours=1)


def claim(job: WorkflowJob, owner: str = "w1") -> WorkflowJob:
    return transitions.claim(job.id, job.dispatch, owner=owner, lease_seconds=30)


def lost(job: WorkflowJob) -> WorkflowJob:
    """Claimed by a worker that has gone silent."""
    claimed = claim(job)
    WorkflowJob.objects.filter(id=job.id).update(lease_until=timezone.now() - timedelta(seconds=1))
    return claimed


def statuses(jobs: list[WorkflowJob]) -> list[str]:
    return [WorkflowJob.objects.get(id=job.id).status for job in jobs]


def test_a_lease_renewed_after_it_was_found_lost_is_left_alone(make_job, monkeypatch):
    """What a sweep found is a hint: the transition looks at the row again, under its lock."""
    job = lost(make_job())
    rescue = transitions.rescue

    def rescue_late(*args: Any, **options: Any) -> WorkflowJob:
        leases.extend(job.id, job.fence, 30)
        return rescue(*args, **options)

    monkeypatch.setattr(transitions, "rescue", rescue_late)
    assert rescuer.run_once() == 0
    assert statuses([job]) == [JobStatus.PROCESSING]


def test_a_job_that_the_database_would_not_move_once_is_moved_by_the_next_run(make_job, monkeypatch):
    job = lost(make_job())
    with monkeypatch.context() as patch:
        patch.setattr(transitions, "rescue", fails_with(OperationalError("deadlock detected")))
        assert rescuer.run_once() == 0
    assert rescuer.run_once() == 1
    assert statuses([job]) == [JobStatus.PENDING]


def fails_with(error: Exception):
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_workers_of_one_host_and_of_one_process_number_are_not_taken_for_each_other(monkeypatch):
    monkeypatch.setattr(leases, "WORKER", "before")
    before = leases.owner()
    monkeypatch.setattr(leases, "WORKER", "after")
    assert leases.owner() != before


def test_a_parent_rescues_only_what_its_own_child_ran(make_job):
    job = claim(make_job(), owner="host:7:mine")
    options = {"cause": "died", "crash_limit": 3, "actor": "parent"}
    with pytest.raises(TransitionRefused):
        transitions.rescue_at_once(job.id, job.dispatch, worker="another", **options)
    with pytest.raises(TransitionRefused):
        transitions.rescue_at_once(job.id, job.dispatch + 1, worker="mine", **options)
    assert transitions.rescue_at_once(job.id, job.dispatch, worker="mine", **options).status == JobStatus.PENDING


def test_one_job_that_cannot_be_moved_does_not_keep_the_others(make_job, monkeypatch):
    jobs = [lost(make_job()) for _ in range(3)]
    rescue = transitions.rescue

    def rescue_but_the_first(job_id, **options):
        if job_id == jobs[0].id:
            raise KeyError("a bug")
        return rescue(job_id, **options)

    monkeypatch.setattr(transitions, "rescue", rescue_but_the_first)
    assert rescuer.run_once() == 2
    assert statuses(jobs) == [JobStatus.PROCESSING, JobStatus.PENDING, JobStatus.PENDING]


def test_a_job_whose_handler_is_not_here_is_left_to_workers_that_have_it(make_job):
    job = make_job()
    WorkflowJob.objects.filter(id=job.id).update(workflow_type="OF_THE_NEXT_RELEASE")
    perform_job(job)
    assert (job.status, job.retries, job.crashes, job.error_type) == (JobStatus.PENDING, 0, 0, "")
    assert timedelta() < job.due_at - timezone.now() <= LEFT_TO_OTHERS


def test_a_job_that_nobody_ever_handles_fails_in_the_end(make_job):
    job = make_job()
    WorkflowJob.objects.filter(id=job.id).update(
        workflow_type="OF_NO_RELEASE", give_up_at=timezone.now() - timedelta(seconds=1)
    )
    assert (perform_job(job).status, job.error_type) == (JobStatus.FAILED, "UnknownWorkflowType")


HOPELESS = 7


@pytest.fixture
def hopeless(make_job, monkeypatch) -> None:
    """The first rows of every sweep can never be moved."""
    for name in ("rescue", "expire", "redispatch"):
        monkeypatch.setattr(transitions, name, refuses_the_oldest(getattr(transitions, name)))


def refuses_the_oldest(transition):
    def move(job_id, *args, **options):
        if WorkflowJob.objects.get(id=job_id).subject == "hopeless":
            raise TransitionRefused
        return transition(job_id, *args, **options)

    return move


def older_and_hopeless(make_job, arrange) -> WorkflowJob:
    """Enough hopeless jobs for more than a page, and behind them one that can be moved; which is returned."""
    for _ in range(HOPELESS):
        arrange(make_job(subject="hopeless"), LONG_AGO)
    good = make_job()
    arrange(good, timedelta(minutes=5))
    return good


@pytest.mark.usefixtures("hopeless")
class TestAFullPageOfHopelessRows:
    def test_hides_no_lost_job(self, make_job):
        def arrange(job, ago):
            claim(job)
            WorkflowJob.objects.filter(id=job.id).update(lease_until=timezone.now() - ago)

        good = older_and_hopeless(make_job, arrange)
        assert rescuer.run_once(limit=HOPELESS // 2) == 1
        assert statuses([good]) == [JobStatus.PENDING]

    def test_hides_no_wait_that_is_over(self, make_job):
        def arrange(job, ago):
            WorkflowJob.objects.filter(id=job.id).update(
                status=JobStatus.WAITING_FOR_EVENT, wait_deadline=timezone.now() - ago, wait_key="k"
            )

        good = older_and_hopeless(make_job, arrange)
        assert wait_expirer.run_once(limit=HOPELESS // 2) == 1
        assert statuses([good]) == [JobStatus.PENDING]

    def test_hides_no_message_that_was_lost(self, make_job):
        good = older_and_hopeless(make_job, lambda job, ago: job.messages.update(sent_at=timezone.now() - ago))
        assert redispatcher.run_once(limit=HOPELESS // 2) == 1
        good.refresh_from_db()
        assert good.dispatch == 2

    def test_hides_no_message_that_is_missing(self, make_job):
        def arrange(job, ago):
            job.messages.all().delete()
            WorkflowJob.objects.filter(id=job.id).update(due_at=timezone.now() - ago)

        good = older_and_hopeless(make_job, arrange)
        assert redispatcher.announce_missing(limit=HOPELESS // 2) == 1
        good.refresh_from_db()
        assert good.dispatch == 2


class TestAJobThatCannotBeRead:
    """Its listeners fail at whatever they are told: it must end all the same, and its crashes must count."""

    @pytest.fixture(autouse=True)
    def failing_listener(self):
        def listen(job, **_):
            raise KeyError(job.payload["repository"])

        job_finished.connect(listen)
        yield
        job_finished.disconnect(listen)

    def test_fails_once_its_budget_is_spent(self, make_job, script):
        script.raises(*[KeyError("repository")] * 9)
        job = make_job()
        for _ in range(4):
            perform_job(job)
            WorkflowJob.objects.filter(id=job.id).update(due_at=job.created_at - LONG_AGO)
        assert WorkflowJob.objects.get(id=job.id).status == JobStatus.FAILED

    def test_is_quarantined_at_the_crash_limit(self, make_job):
        job = make_job()
        for crashes in (1, 2, 3):
            lost(job)
            rescuer.run_once()
            job.refresh_from_db()
            assert job.crashes == crashes
        assert (job.status, job.error_class) == (JobStatus.FAILED, "PERMANENT")


def test_the_end_of_a_job_is_taken_back_when_the_database_fails_its_listener(make_job):
    """It may work the next time: the event that others wait for must not be lost over it."""

    def listen(**_):
        raise OperationalError("deadlock detected")

    job = claim(make_job())
    job_finished.connect(listen)
    try:
        with pytest.raises(OperationalError):
            transitions.complete(job, {})
    finally:
        job_finished.disconnect(listen)
    assert statuses([job]) == [JobStatus.PROCESSING]


class TestCrashes:
    def test_count_in_a_row_only(self, make_job):
        job = make_job()
        for _ in range(2):
            lost(job)
            rescuer.run_once()
            job.refresh_from_db()
        got_on = transitions.checkpoint(claim(job), stage="find", state={}, lease_seconds=30)
        assert got_on.crashes == 0

    def test_of_a_quarantined_job_say_where_it_died_and_how_often(self, make_job):
        job = make_job()
        transitions.checkpoint(claim(job), stage="find", state={}, lease_seconds=30)
        WorkflowJob.objects.filter(id=job.id).update(lease_until=timezone.now() - LONG_AGO)
        failed = transitions.rescue(job.id, crash_limit=1, grace=timedelta(), actor="t")
        assert failed.error_message == (
            "The worker w1 stopped renewing its lease, after the stage find."
            " It was number 1 in a row, so the job is quarantined."
        )

    def test_are_not_counted_while_the_database_has_only_just_come_back(self, make_job, settings):
        """While it was away nobody could renew: whoever lives gets the time to."""
        settings.HEARTBEAT_SECONDS = 10**6
        job = lost(make_job())
        assert rescuer.run_once() == 0
        assert leases.extend(job.id, job.fence, 30)

    def test_a_worker_that_could_not_renew_gives_its_job_back_without_one(self, make_job, script):
        def act(attempt):
            attempt._leased_until = 0
            attempt.check()

        script.act = act
        job = make_job()
        execute(job.id, job.dispatch)
        job.refresh_from_db()
        assert (job.status, job.crashes, job.retries) == (JobStatus.PENDING, 0, 0)


def test_an_outcome_is_stored_once_the_database_is_back(make_job, script, monkeypatch):
    complete, tries = transitions.complete, []

    def away_twice(*args, **options):
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("the connection is lost")
        return complete(*args, **options)

    monkeypatch.setattr(transitions, "complete", away_twice)
    monkeypatch.setattr("jobs.executor.SETTLE_PAUSE_SECONDS", 0)
    assert perform_job(make_job()).status == JobStatus.COMPLETED


def test_an_attempt_past_its_time_limit_renews_its_lease_no_more(make_job, script):
    def act(attempt):
        attempt._ends_at = 0
        assert not attempt.renew(30)
        attempt.check()

    script.act = act
    assert perform_job(make_job()).status == JobStatus.PENDING


@pytest.mark.parametrize(
    ("status", "columns"), [("PROCESSING", {"lease_until": None}), ("WAITING_FOR_EVENT", {"wait_deadline": None})]
)
def test_a_job_that_says_not_until_when_cannot_be_stored(make_job, status, columns):
    """P5 as a constraint: what is runnable has `due_at`, which is never null."""
    job = make_job()
    with pytest.raises(IntegrityError, match="violates check constraint"), transaction.atomic():
        WorkflowJob.objects.filter(id=job.id).update(status=status, **columns)


SWEEPS = {
    "rescuer": (rescuer._LOST, "workflow_jobs_leased"),
    "wait expirer": (wait_expirer._OVERDUE, "workflow_jobs_wait_deadline"),
    "redispatcher": (redispatcher._UNCLAIMED, "outbox_sent"),
    "announcer of missing messages": (redispatcher._MISSING, "workflow_jobs_runnable"),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_every_sweep_has_its_index(make_job, name):
    sql, index = SWEEPS[name]
    make_job()
    with connection.cursor() as cursor:
        # Whatever is known of the table, which is nearly empty here: no index that leaves something to sort will do.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        parameters = {"after": "-infinity", "after_id": "00000000-0000-0000-0000-000000000000", "limit": 500}
        cursor.execute(f"EXPLAIN {sql}", {**parameters, "seconds": 30})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan


def test_a_sweep_of_nothing_moves_nothing():
    assert sweep(rescuer._LOST, lambda *_: None, limit=10) == 0
