"""Where a demo keeps its state, and the environment that makes it independent of any configuration around it."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kodus_queue.demo.pull_request import FULL_NAME
from kodus_queue.embedded.account import remove_servers_folder
from kodus_queue.embedded.addresses import free_port, port_is_free
from kodus_queue.processes import CHECKOUT, PORTS, process_environment
from kodus_queue.service import AlreadyRunningError
from kodus_queue.supervision import Supervisor

# A demo must never touch a real database, broker, token or account that happens to be configured in this shell.
OURS = ("KODUS_", "DATABASE_URL", "BROKER_URL", "WORKFLOW_", "SENTRY_", "DJANGO_", "CELERY_")


@contextmanager
def only_one_demo() -> Iterator[Path]:
    """The state folder, for as long as nobody else runs a demo in it."""
    state_dir = Path(os.environ.get("KODUS_STATE_DIR") or CHECKOUT / ".kodus").resolve() / "demo"
    state_dir.parent.mkdir(parents=True, exist_ok=True)
    with state_dir.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            raise AlreadyRunningError("A demo runs already in this checkout; end it with Ctrl-C there.") from exc
        yield state_dir


def clean_state(state_dir: Path) -> None:
    """Remove what an earlier demo left, and stop it first if its terminal was closed on it."""
    left_over = Supervisor(process_environment({"KODUS_STATE_DIR": str(state_dir)}))
    if left_over.answers():
        left_over.stop_all()
    remove_servers_folder(state_dir)
    shutil.rmtree(state_dir)


def demo_environment(state_dir: Path) -> dict[str, str]:
    """The service's environment: embedded parts, a token and a secret of this run, ports that are free."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ports = {name: os.environ.get(name) or str(_usual_or_free(port)) for name, port in PORTS.items()}
    return process_environment(
        {
            **around,
            **ports,
            "KODUS_STATE_DIR": str(state_dir),
            "KODUS_GITHUB_TOKEN": secrets.token_urlsafe(24),
            "KODUS_GITHUB_WEBHOOK_SECRET": secrets.token_urlsafe(24),
            "KODUS_GITHUB_HOOKS": f"repos/{FULL_NAME}/hooks/1",
            "KODUS_PUBLIC_URL": f"http://127.0.0.1:{ports['KODUS_API_PORT']}",
            "KODUS_FLOWER_URL": f"http://127.0.0.1:{ports['KODUS_FLOWER_PORT']}/",
        }
    )


def _usual_or_free(port: int) -> int:
    return port if port_is_free(port) else free_port()
