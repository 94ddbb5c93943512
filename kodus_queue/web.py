"""The web servers: `python -m kodus_queue.web` is the one that KODUS_PROCESS names, `webhook` or `api`.

Gunicorn serves it, in a child that this process starts again when it dies. Under supervisor descriptor 0 is the
listening socket: several processes find the same one there and accept from one queue, so it stays open while one of
them restarts or dies. Where nobody hands one over (in a container) this process binds KODUS_BIND_ADDRESS itself.

Told to stop, it leaves a shared socket to the others at once. From one of its own it accepts for WEB_DRAIN_SECONDS
more and says so on /readyz, because whoever sends it traffic has to notice. Then what is under way has FINISH_SECONDS
to end.
"""

import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from jobs import draining
from kodus_queue.processes import FINISH_SECONDS, PORTS, ready_file

# A thread waits for a body to arrive, so the door has many: slow senders must not keep others waiting.
THREADS = {"webhook": 256, "api": 8}
# Where supervisor puts the socket.
LISTENER = 0


class WebServer(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn with our options in place of a command line."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return import_app("kodus_queue.wsgi:application")


def main() -> None:
    process = settings.PROCESS
    if process not in THREADS:
        sys.exit(f"KODUS_PROCESS is {process!r}; a web server is one of: {', '.join(THREADS)}")
    options = {
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS[process],
        "keepalive": 75,  # longer than a proxy keeps a connection, so that it is the proxy that closes
        "timeout": 0,  # a worker waits up to 2 s for each client to close; many slow ones must not get it killed
        "graceful_timeout": FINISH_SECONDS,
        "forwarded_allow_ips": "",  # whom to believe about HTTPS is decided in the settings
        "control_socket_disable": True,
        "loglevel": "error",
        "post_worker_init": say_ready,
    }
    if is_handed_over():
        options["bind"] = f"fd://{LISTENER}"
    else:
        options["bind"] = own_address(process)
        if settings.WEB_DRAIN_SECONDS:
            options["when_ready"] = drain_before_stopping
    WebServer(options).run()


def is_handed_over() -> bool:
    """Whether somebody else bound the socket."""
    with suppress(OSError), socket.fromfd(LISTENER, socket.AF_INET, socket.SOCK_STREAM) as given:
        return bool(given.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    return False


def own_address(process: str) -> str:
    host, name = os.environ.get("KODUS_BIND_ADDRESS") or "127.0.0.1", f"KODUS_{process.upper()}_PORT"
    return f"{host}:{os.environ.get(name) or PORTS[name]}"


def say_ready(worker: Any) -> None:
    """Tell whoever started this process under supervisor that it takes requests."""
    name = os.environ.get("SUPERVISOR_PROCESS_NAME")
    if name:
        ready_file(settings.STATE_DIR, name).write_text(str(worker.ppid), encoding="ascii")


def drain_before_stopping(arbiter: Any) -> None:
    """Have SIGTERM first say that the process stops; its child, which answers /readyz, reads that in shared memory."""

    def begin(*_: object) -> None:
        draining.begin()
        signal.alarm(settings.WEB_DRAIN_SECONDS)

    signal.signal(signal.SIGALRM, lambda _number, frame: arbiter.signal(signal.SIGTERM, frame))
    signal.signal(signal.SIGTERM, begin)


if __name__ == "__main__":
    main()
