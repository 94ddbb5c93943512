import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.db import connection
from django.test import Client

from monitoring import health
from tests.processes import ROOT
from tests.services import free_port

pytestmark = pytest.mark.urls("monitoring.health_urls")


@pytest.fixture(autouse=True)
def _door_middleware(settings: LazySettings) -> None:
    settings.MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]


def test_livez_answers_without_touching_anything(client: Client):
    response = client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_readyz_names_each_check(client: Client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    found = {name: check["detail"] for name, check in response.json()["checks"].items()}
    assert found == {"database": "takes writes", "migrations": "all applied"}
    assert response.headers["Cache-Control"] == "no-store"
    assert all(check["ms"] > 0 for check in response.json()["checks"].values())


@pytest.fixture
def door(settings: LazySettings) -> None:
    settings.PROCESS = "webhook"


@pytest.mark.django_db
def test_the_door_asks_for_room_on_the_disk_too(client: Client, door: None, monkeypatch: pytest.MonkeyPatch):
    assert client.get("/readyz").json()["checks"]["disk"]["status"] == "ok"
    monkeypatch.setattr(health, "DISK_FULL", 1.1)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["checks"]["disk"]["detail"]) == (503, "less than 110% is free")


@pytest.mark.django_db
def test_the_door_has_come_up_with_its_migrations_alone(client: Client, door: None):
    response = client.get("/startupz")
    assert (response.status_code, list(response.json()["checks"])) == (200, ["migrations"])
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_operators_side_needs_its_static_files_too(client: Client, settings: LazySettings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path
    response = client.get("/startupz")
    assert (response.status_code, response.json()["checks"]["static"]["status"]) == (503, "failing")
    (tmp_path / "admin").mkdir()
    assert client.get("/startupz").status_code == 200


@pytest.mark.django_db
def test_a_manifest_that_names_no_file_is_noticed(client: Client, monkeypatch: pytest.MonkeyPatch):
    storage = ManifestStaticFilesStorage(location="/nowhere")
    monkeypatch.setattr(health, "staticfiles_storage", storage)
    assert client.get("/startupz").status_code == 503
    storage.hashed_files = {"admin/css/base.css": "admin/css/base.123.css"}
    assert client.get("/startupz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_missing_migration_is_told_and_not_named_to_strangers(client: Client):
    newest = dict(health._newest_migrations())["webhooks"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET name = 'gone' WHERE app = 'webhooks' AND name = %s", [newest])
    try:
        response = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET name = %s WHERE name = 'gone'", [newest])
    assert response.status_code == 503
    migrations = response.json()["checks"]["migrations"]
    assert (migrations["status"], migrations["critical"]) == ("failing", True)
    assert migrations["detail"].startswith("1 not applied; run manage.py migrate")


@pytest.mark.django_db
def test_a_database_that_takes_no_writes_is_not_ready():
    check = health.database_is_writable.__wrapped__  # type: ignore[attr-defined] # in the connection of this test
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_transaction_read_only = on")
    with pytest.raises(health.NotReady, match="takes no writes"):
        check()


def test_a_check_that_does_not_answer_in_time_has_failed():
    let_go = threading.Event()
    results = health.run_checks({"slow": lambda: str(let_go.wait(10)), "quick": lambda: "fine"}, seconds=0.05)
    let_go.set()
    assert results["slow"].detail == "no answer within 0.05 s"
    assert (results["slow"].ready, results["quick"].ready) == (False, True)


def test_without_a_database_a_process_is_alive_and_not_ready_and_names_no_host():
    """In a process of its own: this one's settings name a database that is there."""
    script = (
        "import django; django.setup();"
        "from django.test import Client;"
        "client = Client();"
        "answer = client.get('/readyz');"
        "print(client.get('/livez').status_code, answer.status_code, '127.0.0.1' in answer.content.decode())"
    )
    environment = {
        **os.environ,
        "KODUS_PROCESS": "webhook",
        "KODUS_ALLOWED_HOSTS": "testserver",
        "DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing",
    }
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.split() == ["200", "503", "False"]


def test_nothing_is_changed_by_asking(client: Client):
    assert client.post("/livez").status_code == 405
