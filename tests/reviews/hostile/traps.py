"""What a hostile repository reaches for: a file to make, a port to call, and a secret outside of the repository."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Trap:
    """`canary` is made by whoever runs what is in the repository; `secret` stands in a file outside of it."""

    folder: Path
    listener: socket.socket
    secret: str = "what stands outside of the repository"

    @property
    def canary(self) -> Path:
        return self.folder / "canary"

    @property
    def outside(self) -> Path:
        return self.folder / "outside.py"

    @property
    def url(self) -> str:
        return "http://{}:{}".format(*self.listener.getsockname())

    @property
    def shell(self) -> str:
        return f"touch {self.canary}"

    @property
    def python(self) -> str:
        return f"open({str(self.canary)!r}, 'w').close()\n"

    def sprung(self) -> list[str]:
        """What happened that must not."""
        return [
            *(["something was run"] if self.canary.exists() else []),
            *(["something was fetched"] if self._rang() else []),
        ]

    def _rang(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True


@contextmanager
def set_trap(folder: Path) -> Iterator[Trap]:
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        trap = Trap(folder, listener)
        trap.outside.write_text(f"def leaked(): return undefined_outside  # {trap.secret}\n")
        yield trap
