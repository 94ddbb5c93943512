"""What runs: supervisor's file, the compose file, the unit and the documents agree, and a start refuses clearly."""

import configparser
import re
import socket
from pathlib import Path

import pytest

from celeryconfig import task_queues
from kodus_queue import settings
from kodus_queue.processes import (
    FINISH_SECONDS,
    LONGEST_SOCKET_PATH,
    PARTS,
    PORTS,
    SERVICE,
    SUPERVISOR_CONFIGURATION,
    WEB,
    PortTakenError,
    embedded_parts,
    process_environment,
    program_of,
    refuse_taken_ports,
    stop_seconds,
    stop_variable,
)
from kodus_queue.roll import ORDER
from kodus_queue.up import VERBS

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = tuple(dict.fromkeys(program_of(name) for name in SERVICE))
STOP_SECONDS = stop_seconds({})
COMPOSE = (ROOT / "deploy" / "compose.yml").read_text(encoding="utf-8")


def programs() -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser()
    parser.read(SUPERVISOR_CONFIGURATION)
    sections = [name.partition(":") for name in parser.sections()]
    return {
        name: dict(parser[kind + colon + name])
        for kind, colon, name in sections
        if kind in {"program", "fcgi-program"}
    }


def composed(name: str) -> dict[str, str]:
    block = re.search(rf"^  {name}:\n((?:    .*\n)+)", COMPOSE, re.MULTILINE)
    assert block, f"{name} is not in compose.yml"
    return dict(re.findall(r"^    (\w+): (.*)$", block.group(1), re.MULTILINE))


def test_supervisor_knows_the_service_and_the_embedded_parts():
    names = set()
    for name, program in programs().items():
        numbers = range(int(program.get("numprocs", 0)))
        names |= {f"{name}:{name}_{number}" for number in numbers} or {name}
    assert names == {*SERVICE, *PARTS}


def test_a_rolling_restart_reaches_the_whole_service_and_the_door_last():
    assert set(ORDER) == set(SERVICE)
    assert set(ORDER[-len(WEB) :]) == set(WEB)


def test_supervisor_is_told_how_long_each_may_take_to_stop(tmp_path):
    environment = process_environment({"KODUS_STATE_DIR": str(tmp_path), "KODUS_DRAIN_SECONDS": "300"})
    assert {name: program["stopwaitsecs"] for name, program in programs().items()} == {
        name: f"%(ENV_{stop_variable(name)})s" for name in STOP_SECONDS
    }
    assert STOP_SECONDS["worker-review"] == settings.DRAIN_SECONDS + settings.HEARTBEAT_SECONDS + 8
    assert environment[stop_variable("worker-review")] == str(300 + settings.HEARTBEAT_SECONDS + 8)
    assert environment[stop_variable("webhook")] == str(FINISH_SECONDS + 5)


def test_the_table_of_processes_names_each_with_its_time_to_stop():
    page = (ROOT / "docs" / "reference" / "processes.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w-]+)` \|.*\| (\d+) s \|$", page, re.MULTILINE))
    assert rows == {name: str(seconds) for name, seconds in STOP_SECONDS.items()}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_container_gets_as_long_to_stop(name):
    # Nobody hands it a socket, so a web process first waits until it is noticed that it stops.
    drain = settings.WEB_DRAIN_SECONDS if name in {"webhook", "api"} else 0
    assert composed(name)["stop_grace_period"] == f"{STOP_SECONDS[name] + drain}s"


def test_the_unit_waits_for_every_process_to_stop_and_for_each_to_roll():
    unit = dict(
        re.findall(r"^(Timeout\w+)=(\d+)$", (ROOT / "deploy" / "kodus-queue.service").read_text(), re.MULTILINE)
    )
    parts = max(STOP_SECONDS[name] for name in PARTS)
    assert int(unit["TimeoutStopSec"]) >= max(STOP_SECONDS[name] for name in PROGRAMS) + parts + 30
    assert int(unit["TimeoutStartSec"]) >= 2 * sum(STOP_SECONDS[program_of(name)] for name in SERVICE)


@pytest.mark.parametrize("name", PROGRAMS)
def test_compose_runs_the_same_command(name):
    addresses = {"%(ENV_KODUS_BIND_ADDRESS)s": "0.0.0.0", "=127.0.0.1": "=0.0.0.0", "%%": "%"}  # noqa: S104 - a container
    ports = {f"%(ENV_{variable})s": str(port) for variable, port in PORTS.items()}
    command = programs()[name]["command"]
    for ours, theirs in (addresses | ports).items():
        command = command.replace(ours, theirs)
    assert composed(name)["command"] == command


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_process_bears_its_name(name):
    assert f'KODUS_PROCESS="{name}"' in programs()[name]["environment"]
    assert f"KODUS_PROCESS: {name}" in composed(name)["environment"]


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith("worker")])
def test_workers_stop_softly_and_leave_no_child(name):
    program = programs()[name]
    assert (program["stopasgroup"], program["killasgroup"]) == ("false", "true")


def test_every_queue_has_a_worker():
    consumed = {
        queue
        for p in programs().values()
        for names in re.findall(r"-Q (\S+)", p["command"])
        for queue in names.split(",")
    }
    assert consumed == {queue.name for queue in task_queues}


def test_embedded_parts_stand_in_for_what_is_not_named():
    assert embedded_parts({}) == ["postgres", "broker"]
    assert embedded_parts({"DATABASE_URL": "postgresql://db/kodus"}) == ["broker"]
    assert embedded_parts({"DATABASE_URL_FILE": "/run/db", "BROKER_URL": "amqp://mq"}) == []


def test_a_taken_port_is_named_with_its_holder_and_the_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        environment = process_environment({"KODUS_STATE_DIR": str(tmp_path), "KODUS_WEBHOOK_PORT": port})
        with pytest.raises(PortTakenError, match=rf"Port {port} is taken by .*KODUS_WEBHOOK_PORT="):
            refuse_taken_ports(environment)


def test_the_supervisors_socket_fits_however_long_the_path(tmp_path):
    deep = tmp_path / ("d" * 120) / "state"
    path = process_environment({"KODUS_STATE_DIR": str(deep)})["KODUS_SUPERVISOR_SOCKET"]
    assert len(path) <= LONGEST_SOCKET_PATH
    assert Path(path).parent.stat().st_mode & 0o777 == 0o700
    Path(path).parent.rmdir()


def test_a_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    given = {"KODUS_STATE_DIR": str(tmp_path)}
    key_file = Path(process_environment(given)["KODUS_SECRET_KEY_FILE"])
    made = key_file.read_text()
    assert process_environment(given)["KODUS_SECRET_KEY_FILE"] == str(key_file)
    assert key_file.read_text() == made
    assert len(made) >= 50
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_secret_key_that_was_given_is_left_alone(tmp_path):
    environment = process_environment({"KODUS_STATE_DIR": str(tmp_path), "KODUS_SECRET_KEY": "given"})
    assert "KODUS_SECRET_KEY_FILE" not in environment


def test_the_makefile_calls_the_driver_by_verbs_it_knows():
    called = set(re.findall(r"-m kodus_queue\.up(?: (\S+))?$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert called == {"", "down", "roll"} <= {"", *VERBS}
