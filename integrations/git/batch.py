"""Many objects through one `git cat-file --batch`, a few asked for at a time.

Asking and reading take turns in groups small enough that neither side's pipe can fill up, so nothing can deadlock.
"""

import subprocess
import threading
from collections.abc import Generator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

from integrations.git import commands
from integrations.git.errors import GitFailed, ObjectMissing, OutputTooLarge

_GROUP = 256  # ids of at most 65 bytes: 16 kB, a quarter of a pipe
MAX_OBJECT_BYTES = 32 * 1024**2
_TIMEOUT_SECONDS = 300


def read_objects(git_dir: Path, oids: Sequence[str]) -> Generator[tuple[str, bytes], None, None]:
    """Each id with its content, in order. Raises ObjectMissing, OutputTooLarge, GitFailed."""
    if not oids:
        return
    process = commands.start(commands.argv(git_dir, ["cat-file", "--batch"]))
    watchdog = threading.Timer(_TIMEOUT_SECONDS, process.kill)
    watchdog.start()
    try:
        yield from _exchange(process, iter(oids))
    finally:
        watchdog.cancel()
        commands.end(process)


def _exchange(process: subprocess.Popen[bytes], oids: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    stdin, stdout, _ = commands.pipes(process)
    while group := list(islice(oids, _GROUP)):
        try:
            stdin.write("".join(f"{oid}\n" for oid in group).encode())
            stdin.flush()
        except BrokenPipeError:
            raise GitFailed("cat-file ended early") from None
        for oid in group:
            yield oid, _read_one(stdout, oid)


def _read_one(stream: IO[bytes], oid: str) -> bytes:
    header = stream.readline().split()
    if header[1:] == [b"missing"]:
        raise ObjectMissing(oid)
    if not header:
        raise GitFailed("cat-file ended early")
    size = int(header[2])
    if size > MAX_OBJECT_BYTES:
        raise OutputTooLarge(oid)
    content = stream.read(size + 1)
    if len(content) <= size:
        raise GitFailed("cat-file ended early")
    return content[:-1]
