"""A paused queue: nothing of it is claimed, nothing of it is lost, and nothing is used up.

Bugs are planted in the places where a pause, a claim, a relay and a resumption meet, to show that the tests see them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from celeryconfig import ANALYSIS_QUEUE, CALENDAR_QUEUE, REVIEW_QUEUE
from jobs import pausing, transitions
from jobs.broker import Outgoing
from jobs.enqueue import enqueue
from jobs.errors import TransitionRefused, UnknownQueue
from jobs.executor import execute
from jobs.inline import run_until_final
from jobs.maintenance import redispatcher, rescuer, wait_expirer
from jobs.maintenance.relay import Relay
from jobs.models import OutboxMessage, PausedQueue, WorkflowJob
from jobs.outcomes import Completed, WaitForEvent
from jobs.states import EventType, JobStatus, WorkflowType
from tests.jobs.interleavings import Order, walk
from tests.jobs.invariants import every_job, flaws
from tests.jobs.operations import announced, claim, kept, pause_queue, resume_queue, start
from tests.jobs.taker import Taker, relay

pytestmark = pytest.mark.django_db

ANN = "user:ann"


def pause(queue: str = REVIEW_QUEUE) -> bool:
    return pausing.pause(queue, actor=ANN, reason="GitHub moves")


def resume(queue: str = REVIEW_QUEUE) -> bool:
    return pausing.resume(queue, actor=ANN)


def sent_by(ours: Relay, broker: Taker) -> list[str]:
    """The jobs of the messages that one run of the relay sends."""
    before = len(broker.taken)
    ours.run_once()
    return [message.body["job_id"] for message in broker.taken[before:]]


def is_announced(job: WorkflowJob) -> bool:
    return OutboxMessage.objects.get(job=job).sent_at is not None


class TestAPausedQueue:
    def test_keeps_its_jobs_from_being_claimed_and_uses_up_nothing_of_them(self, make_job, script):
        job = make_job()
        relay()[0].run_once()
        pause()
        assert execute(job.id, job.dispatch) is None
        job.refresh_from_db()
        assert (job.status, job.attempt, job.retries, job.dispatch) == (JobStatus.PENDING, 0, 0, 1)
        assert (script.attempts, list(job.history.values_list("verb", flat=True))) == ([], ["enqueue"])

    def test_has_the_message_of_a_job_that_reached_a_worker_put_back_in_its_old_place(self, make_job):
        job = make_job()
        relay()[0].run_once()
        pause()
        execute(job.id, job.dispatch)
        message = OutboxMessage.objects.get()
        assert (message.sent_at, message.available_at, message.dispatch) == (None, job.due_at, job.dispatch)

    def test_lets_what_runs_go_on_to_its_end(self, make_job, script):
        script.act = lambda _attempt: Completed({"paused": pause()})
        job = make_job()
        execute(job.id, job.dispatch)
        assert WorkflowJob.objects.get().outcome == {"paused": True}

    def test_is_not_announced_while_other_queues_are(self, make_job):
        make_job(organization="a")
        other = enqueue(WorkflowType.AST_ANALYSIS, {}, dedupe_key=None, organization="a").job
        pause()
        assert sent_by(*relay()) == [str(other.id)]

    def test_takes_no_turn_and_no_room_from_the_others_wherever_it_stands_in_the_line(self, make_job):
        for organization in ["a", "b", "c"] * 20:
            make_job(organization=organization)
            enqueue(WorkflowType.AST_ANALYSIS, {}, dedupe_key=None, organization=organization)
        for paused, other in ((REVIEW_QUEUE, ANALYSIS_QUEUE), (ANALYSIS_QUEUE, REVIEW_QUEUE)):
            pause(paused)
            ours, broker = relay(room=9)
            assert len(sent_by(ours, broker)) == 9
            assert {message.destination for message in broker.taken} == {other}
            assert ours.is_full is False
            resume(paused)

    def test_is_not_waited_for_as_if_the_queues_were_full(self, make_job):
        make_job()
        pause()
        ours, _ = relay()
        ours.run_once()
        assert not ours.is_full

    def test_is_left_alone_by_who_sends_lost_messages_again(self, make_job, settings):
        settings.REDISPATCH_SECONDS = -1
        job = make_job()
        relay()[0].run_once()
        pause()
        assert redispatcher.run_once() == 0
        resume()
        assert (redispatcher.run_once(), WorkflowJob.objects.get(id=job.id).dispatch) == (1, 2)

    def test_keeps_a_retry_that_has_become_due(self, make_job, script):
        script.raises(ValueError())
        job = make_job()
        retrying = execute(job.id, job.dispatch)
        assert retrying
        WorkflowJob.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        pause()
        assert (sent_by(*relay()), execute(job.id, retrying.dispatch)) == ([], None)
        job.refresh_from_db()
        assert (job.status, job.attempt, job.retries) == (JobStatus.RETRYING, 1, 1)

    def test_keeps_a_job_whose_wait_has_ended(self, make_job, script):
        def waits(_attempt: Any) -> Completed:
            raise WaitForEvent(EventType.AST_COMPLETED, scope="s", key="k", timeout=timedelta())

        script.act = waits
        job = make_job()
        execute(job.id, job.dispatch)
        pause()
        assert (wait_expirer.run_once(), sent_by(*relay())) == (1, [])
        assert WorkflowJob.objects.get().status == JobStatus.PENDING

    @pytest.mark.usefixtures("short_grace")
    def test_keeps_a_job_whose_worker_was_lost(self, make_job):
        job = make_job()
        transitions.claim(job.id, job.dispatch, owner="gone", lease_seconds=-1)
        pause()
        assert (rescuer.run_once(), sent_by(*relay())) == (1, [])
        assert WorkflowJob.objects.get().status == JobStatus.PENDING

    def test_lets_its_jobs_be_cancelled(self, make_job):
        job = make_job()
        relay()[0].run_once()
        pause()
        transitions.cancel(job.id, actor=ANN, reason="closed")
        execute(job.id, job.dispatch)
        assert not OutboxMessage.objects.exists()

    def test_is_not_run_by_who_needs_no_broker_either(self, make_job, script, monkeypatch):
        job = make_job(organization="local")
        pause()
        monkeypatch.setattr("jobs.inline.time.sleep", lambda _seconds: resume())
        assert (run_until_final(job.id).status, len(script.attempts)) == (JobStatus.COMPLETED, 1)


class TestAResumedQueue:
    def test_goes_on_in_its_order_whatever_was_put_back_when(self, make_job):
        ours, broker = relay(room=3)
        jobs = [make_job() for _ in range(5)]
        assert sent_by(ours, broker) == [str(job.id) for job in jobs[:3]]
        pause()
        for job in reversed(jobs[:3]):
            execute(job.id, job.dispatch)
        resume()
        assert sent_by(*relay()) == [str(job.id) for job in jobs]

    def test_runs_every_job_once(self, make_job, script):
        jobs = [make_job() for _ in range(4)]
        ours, broker = relay()
        ours.run_once()
        pause()
        for job in jobs:
            execute(job.id, job.dispatch)
        resume()
        ours.run_once()
        for message in broker.taken:  # those of before the pause too: workers refuse them
            execute(WorkflowJob.objects.get(id=message.body["job_id"]).id, message.body["dispatch"])
        assert set(WorkflowJob.objects.values_list("status", "attempt")) == {(JobStatus.COMPLETED, 1)}
        assert (len(script.attempts), OutboxMessage.objects.count()) == (4, 0)

    def test_gives_back_the_patience_that_ran_out_meanwhile(self, make_job):
        put_off, other = make_job(), enqueue(WorkflowType.AST_ANALYSIS, {}, dedupe_key=None).job
        WorkflowJob.objects.update(give_up_at=timezone.now() + timedelta(hours=1))
        untouched = make_job()
        pause()
        PausedQueue.objects.update(since=timezone.now() - timedelta(days=2))
        resume()
        left = {job.id: job.give_up_at and job.give_up_at - timezone.now() for job in WorkflowJob.objects.all()}
        assert left[put_off.id] > timedelta(days=2)
        assert left[other.id] < timedelta(hours=1)
        assert left[untouched.id] is None

    @pytest.mark.django_db(transaction=True)
    def test_wakes_the_relay(self, monkeypatch):
        woken: list[bool] = []
        monkeypatch.setattr("jobs.outbox._notify", lambda: woken.append(True))
        pause()
        resume()
        assert woken == [True]


class TestPausing:
    def test_a_second_time_changes_nothing_and_says_so(self):
        assert pause()
        assert not pausing.pause(REVIEW_QUEUE, actor="user:bob", reason="another")
        paused = pausing.pauses()[REVIEW_QUEUE]
        assert (paused.actor, paused.reason) == (ANN, "GitHub moves")

    def test_resuming_what_is_not_paused_changes_nothing_and_says_so(self):
        pause()
        assert (resume(), resume(), pausing.pauses()) == (True, False, {})

    @pytest.mark.parametrize("queue", [CALENDAR_QUEUE, "workflow.events.resume", "workflow.dead", "nonsense", "\0"])
    def test_what_is_no_queue_of_jobs_is_refused_by_its_name(self, queue):
        for act in (pause, resume):
            with pytest.raises(UnknownQueue, match=queue):
                act(queue)

    def test_a_queue_that_is_declared_no_more_can_still_be_resumed(self):
        PausedQueue.objects.create(queue="workflow.jobs.gone", actor=ANN, reason="r")
        assert resume("workflow.jobs.gone")

    def test_a_reason_is_kept_as_it_can_be_stored(self):
        pausing.pause(REVIEW_QUEUE, actor=ANN, reason="a\0b" + "x" * 1_000)
        assert len(PausedQueue.objects.get().reason) <= pausing.MAX_REASON


# --- what meets in the middle ---------------------------------------------------------------------------------------


def is_late(order: Order[WorkflowJob]) -> bool:
    """A claim was committed after the pause."""
    runs = WorkflowJob.objects.get(id=order.subject.id).status == JobStatus.PROCESSING
    return runs and order.steps.index("1 claim: COMMIT") > order.steps.index("2 pause_queue: COMMIT")


@pytest.mark.django_db(transaction=True)
def test_no_claim_is_committed_once_the_pause_is():
    assert True not in walk(announced, [claim, pause_queue], is_late)


@pytest.mark.django_db(transaction=True)
def test_a_pause_that_does_not_wait_for_claims_would_be_seen(monkeypatch):
    monkeypatch.setattr(pausing, "_LOCK", "SELECT 1")
    assert True in walk(announced, [claim, pause_queue], is_late)


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_looks_past_a_pause_would_be_seen(monkeypatch):
    monkeypatch.setattr(pausing, "_LOCK", "LOCK TABLE paused_queues IN ROW EXCLUSIVE MODE")
    assert True in walk(announced, [claim, pause_queue], is_late)


def is_left_behind(order: Order[WorkflowJob]) -> bool:
    """Nobody runs the job, its message was taken from the broker, and no relay is going to send it again."""
    job = WorkflowJob.objects.get(id=order.subject.id)
    return flaws(every_job()) != [] or (job.status == JobStatus.PENDING and is_announced(job))


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_refused_while_its_queue_is_resumed_is_not_left_behind():
    assert True not in walk(kept, [start, resume_queue], is_left_behind)


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_put_back_only_while_paused_would_be_seen(monkeypatch):
    is_paused = "EXISTS (SELECT FROM paused_queues WHERE paused_queues.queue = workflow_jobs.queue) AND due_at <="
    monkeypatch.setattr(pausing, "_PUT_BACK", pausing._PUT_BACK.replace("due_at <=", is_paused))
    assert True in walk(kept, [start, resume_queue], is_left_behind)


class QuickWorker(Taker):
    """The queue is paused and the message refused before the relay has heard that it was sent."""

    def publish(self, messages: Sequence[Outgoing]) -> Mapping[int, str]:  # type: ignore[override] # as the relay needs
        pause()
        for message in messages:
            execute(WorkflowJob.objects.get(id=message.body["job_id"]).id, message.body["dispatch"])
        return super().publish(list(messages))


def test_a_message_that_is_refused_before_the_relay_marks_it_is_not_taken_for_sent(make_job):
    job = make_job()
    Relay(QuickWorker()).run_once()  # type: ignore[arg-type] # as far as the relay is concerned
    assert not is_announced(job)


def test_a_message_that_is_put_back_in_its_own_row_would_be_seen(make_job, monkeypatch):
    own_row = "UPDATE outbox_messages SET sent_at = NULL WHERE job_id = %(job_id)s AND dispatch = %(dispatch)s"
    monkeypatch.setattr(pausing, "_PUT_BACK", own_row)
    job = make_job()
    Relay(QuickWorker()).run_once()  # type: ignore[arg-type] # as far as the relay is concerned
    assert is_announced(job)


def test_a_worker_that_dies_before_it_puts_the_message_back_leaves_it_to_the_redispatcher(make_job, settings):
    settings.REDISPATCH_SECONDS = -1
    job = make_job()
    relay()[0].run_once()
    pause()
    with pytest.raises(TransitionRefused):
        transitions.claim(job.id, job.dispatch, owner="dies", lease_seconds=30)
    resume()
    assert redispatcher.run_once() == 1
    assert sent_by(*relay()) == [str(job.id)]


Act = Callable[[], object]


@pytest.mark.parametrize("first", ["pause", "claim"])
def test_only_what_was_claimed_before_the_pause_runs(make_job, first):
    job = make_job()
    acts: dict[str, Act] = {"pause": pause, "claim": lambda: execute(job.id, job.dispatch)}
    for name in sorted(acts, key=lambda name: name != first):
        acts[name]()
    job.refresh_from_db()
    assert job.status == (JobStatus.PENDING if first == "pause" else JobStatus.COMPLETED)
