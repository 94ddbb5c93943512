"""PostgreSQL and RabbitMQ from the system's packages, each in a folder of its own, loopback only, unprivileged."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

POSTGRES_HINT = "PostgreSQL's server programs were not found; run: deploy/install-test-services.sh"
RABBITMQ_HINT = "RabbitMQ was not found; run: deploy/install-test-services.sh"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(fact: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Poll a fact until it holds; the time is a bound for a hung machine, not an expectation."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Postgres:
    """A cluster in `folder`. As root it runs as the `postgres` user: the server refuses to be root.

    Only a `durable` one writes through to the disk: surviving a power cut is what benchmarks pay for, not tests.
    """

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable
        self.port = free_port()
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
        on_path = shutil.which("initdb")
        if not found and not on_path:
            raise RuntimeError(POSTGRES_HINT)
        self.bin = found[-1].parent if found else Path(str(on_path)).parent
        self.user = "postgres" if os.geteuid() == 0 else None

    def start(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "kodus", "--auth=trust", "-E", "UTF8", "--no-sync")
        self.resume()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "kodus", "kodus")
        return f"postgresql://kodus@127.0.0.1:{self.port}/kodus"

    def resume(self) -> None:
        """Start the server on the existing data."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        options += f" -c fsync={'on' if self.durable else 'off'} -c max_connections=200"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", log, "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.bin / program), *arguments], user=self.user, cwd="/", check=True, stdout=subprocess.DEVNULL
        )


class RabbitMQ:
    """A node in `folder` with ports of its own and its own name daemon, unless it is to share that of `beside`."""

    def __init__(self, folder: Path, *, beside: "RabbitMQ | None" = None) -> None:
        self.folder = folder
        self.home: Path = beside.home if beside else folder / "home"
        self.port, self.dist_port = free_port(), free_port()
        self.epmd_port: int = beside.epmd_port if beside else free_port()
        found = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))
        if not found:
            raise RuntimeError(RABBITMQ_HINT)
        self.sbin = found[-1].parent
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return f"kodus{self.port}@localhost"

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.home.mkdir(exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nloopback_users.guest = true\nlog.file.level = warning\n"
            "disk_free_limit.absolute = 50MB\nvm_memory_high_watermark.relative = 0.3\n"
        )
        (self.folder / "plugins").write_text("[].")
        (self.folder / "env.conf").write_text("")
        with (self.folder / "out.log").open("wb") as out:
            self.process = subprocess.Popen(
                [str(self.sbin / "rabbitmq-server")],
                env=self.environment(),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_until(lambda: accepts(self.port), seconds=90, what="the start of RabbitMQ")
        return self.url

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LOGNAME": pwd.getpwuid(os.geteuid()).pw_name,
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "env.conf"),
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def control(self, *arguments: str) -> str:
        """Run `rabbitmqctl` against this node and return what it prints."""
        command = [str(self.sbin / "rabbitmqctl"), "-q", *arguments]
        return subprocess.run(command, env=self.environment(), check=True, capture_output=True, text=True).stdout

    def join(self, other: "RabbitMQ") -> None:
        """Make one cluster of this node, which forgets all it has, and the other's."""
        for command in (["stop_app"], ["reset"], ["join_cluster", other.name], ["start_app"]):
            self.control(*command)

    def kill(self) -> None:
        """kill -9: the node has no time to say anything."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self) -> None:
        """End the node and its name daemon, which outlives it."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=60)
        subprocess.run(
            ["/usr/bin/epmd", "-port", str(self.epmd_port), "-kill"],
            env=self.environment(),
            check=False,
            capture_output=True,
        )
