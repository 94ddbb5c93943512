import os
import time
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from jobs import pulse as room
from jobs.models import Process
from jobs.pulse import Pulse, prune
from jobs.states import ProcessKind, ProcessState
from telemetry import pulse_file

pytestmark = pytest.mark.django_db(transaction=True)  # a pulse has a connection of its own


@pytest.fixture
def state_dir(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    return tmp_path


@pytest.fixture
def made(state_dir, settings):
    settings.PROCESS, settings.RELEASE = "worker-review", "abc123"
    pulse = Pulse(ProcessKind.WORKER, queues=["b", "a"], slots=2)
    yield pulse
    pulse._close()


def beats_again(pulse: Pulse, monkeypatch) -> None:
    """As if the pause between two beats were over."""
    monkeypatch.setattr(pulse, "_next_at", 0.0)
    pulse.beat()


def row() -> Process:
    return Process.objects.get()


def test_a_beat_says_who_the_process_is(made):
    made.beat()
    found = row()
    assert (found.name, found.kind, found.pid, found.release) == ("worker-review", "worker", os.getpid(), "abc123")
    assert (found.queues, found.slots, found.state) == (["a", "b"], 2, ProcessState.RUNNING)
    assert found.beat_at < found.next_beat_by


def test_the_next_beat_moves_the_same_row_on(made, monkeypatch):
    made.beat()
    before = row()
    beats_again(made, monkeypatch)
    assert row().beat_at > before.beat_at
    assert abs(row().started_at - before.started_at) < timedelta(seconds=1)


def test_it_beats_no_more_often_than_every_few_seconds(made):
    made.beat()
    before = row().beat_at
    made.beat()
    assert row().beat_at == before


def test_a_process_that_stops_says_so_and_gets_its_time(made, settings):
    settings.DRAIN_SECONDS = 300
    made.stopping()
    found = row()
    assert found.state == ProcessState.STOPPING
    assert found.next_beat_by - found.beat_at > timedelta(seconds=300)
    made.stopped()
    assert row().state == ProcessState.STOPPED


def test_a_forked_child_says_nothing(made, monkeypatch):
    made.beat()
    before = row().beat_at
    monkeypatch.setattr(os, "getpid", lambda: 1)
    beats_again(made, monkeypatch)
    assert row().beat_at == before


def test_a_process_that_nobody_named_goes_by_its_kind(state_dir, settings):
    settings.PROCESS = "manage"
    assert Pulse(ProcessKind.BEAT).name == "beat"


def test_without_a_database_it_still_beats_for_the_probe(made, state_dir, monkeypatch):
    def refuse(**_: Any) -> Any:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(psycopg, "connect", refuse)
    made.beat()
    assert not Process.objects.exists()
    assert pulse_file.read(pulse_file.path_of(state_dir, "worker-review")).is_alive
    assert made._next_at > time.monotonic() + room.EVERY_SECONDS  # a loop must not wait for it at every turn


def test_a_row_is_stored_again_when_the_connection_was_lost(made, monkeypatch):
    made.beat()
    assert made._connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [made._connection.info.backend_pid])
    before = row().beat_at
    beats_again(made, monkeypatch)
    assert row().beat_at == before
    beats_again(made, monkeypatch)
    assert row().beat_at > before


def test_a_disk_that_takes_no_file_stops_no_row(made, state_dir):
    (state_dir / "pulse").write_text("a file where the folder should be")
    made.beat()
    assert row().state == ProcessState.RUNNING


def test_the_dead_are_forgotten_after_a_day(made):
    made.beat()
    Process.objects.update(next_beat_by=timezone.now() - timedelta(hours=23))
    assert prune() == 0
    Process.objects.update(next_beat_by=timezone.now() - timedelta(hours=25))
    assert (prune(), Process.objects.count()) == (1, 0)


def test_the_last_word_is_said_though_a_signal_came_in_the_middle_of_a_beat(made):
    made.beat()
    assert made._connection
    with made._connection.lock:  # as the interrupted beat would, which goes on only when this has returned
        made.stopped()
    assert row().state == ProcessState.STOPPED
