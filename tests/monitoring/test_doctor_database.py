from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as configured
from django.db import connection

from monitoring import health
from monitoring.doctor import database as room
from monitoring.doctor.diagnosis import State
from tests.services import free_port


def test_a_database_that_takes_writes_is_named(db):
    state = room.examine()[0]
    assert (state.state, "PostgreSQL" in state.found, "takes writes" in state.found) == (State.OK, True, True)


def test_one_that_is_away_is_told_with_its_address(db, monkeypatch):
    port = free_port()
    parameters = connection.get_connection_params()
    monkeypatch.setattr(connection, "get_connection_params", lambda: {**parameters, "port": port})
    monkeypatch.setitem(configured.DATABASES["default"], "PORT", str(port))
    (found,) = room.examine()
    assert (found.state, f":{port}/" in found.found, "DATABASE_URL" in found.remedy) == (State.FAIL, True, True)


def test_one_that_takes_no_writes_is_told(db, monkeypatch):
    parameters = connection.get_connection_params()
    options = f"{parameters['options']} -c default_transaction_read_only=on"
    monkeypatch.setattr(connection, "get_connection_params", lambda: {**parameters, "options": options})
    assert (room.examine()[0].state, room.examine()[0].found.startswith("takes no writes")) == (State.FAIL, True)


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration_is_named_with_the_command():
    newest = dict(health._newest_migrations())["webhooks"]
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'webhooks' AND name = %s RETURNING applied", [newest]
        )
        (applied,) = cursor.fetchone()
    try:
        (found,) = room.migrations()
    finally:
        with connection.cursor() as cursor:
            values = ["webhooks", newest, applied]
            cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", values)
    assert (found.state, found.found, found.remedy) == (
        State.FAIL,
        f"not applied: webhooks.{newest}",
        "manage.py migrate",
    )


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, State.OK), (-1, State.OK), (30, State.WARN), (-30, State.WARN), (120, State.FAIL), (-120, State.FAIL)],
)
def test_a_clock_that_is_wrong_is_told_by_how_much(db, monkeypatch, seconds, state):
    monkeypatch.setattr(room, "now", lambda: datetime.now(UTC) + timedelta(seconds=seconds))
    (found,) = room.clock()
    assert found.state == state
    if state:
        direction = "ahead of" if seconds > 0 else "behind"
        assert found.found == f"this machine's is {abs(seconds)} s {direction} the database's"


def test_connections_that_run_out_are_told(db, monkeypatch):
    monkeypatch.setattr(room, "CONNECTIONS_NOTED", 0.0)
    found = {diagnosis.about: diagnosis for diagnosis in room.examine()}
    assert (found["connections"].state, "KODUS_DATABASE_POOL_SIZE" in found["connections"].remedy) == (
        State.WARN,
        True,
    )
