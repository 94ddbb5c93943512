"""The one place that starts git: an argument list, an environment from scratch, a time limit, an output limit.

The settings below switch off everything a repository or a machine could make git run or follow (hooks, filters,
external diffs, submodules, lazy fetches, credential helpers) and every protocol but the one named per call.
"""

import contextlib
import os
import re
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from integrations.git.errors import GitFailed, GitTimedOut, InvalidObjectId, ObjectsRefused, OutputTooLarge
from telemetry.redaction import redact

#: What git ends with when the objects of a fetch do not pass its checks; it has no status of its own for that.
_REFUSED = re.compile(rb"^fatal: fsck error in packed object$", re.MULTILINE)
_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_STDERR_BYTES = 8_192
_CHUNK_BYTES = 65_536
#: A pack larger than this is refused while it is written: a stranger's repository may not fill the disk.
MAX_FILE_BYTES = 4 * 1024**3

# Malformations that old, honest histories have and that mean nothing to someone who only reads blobs.
_HARMLESS_MALFORMATIONS = (
    "zeroPaddedFilemode",
    "badTimezone",
    "badDateOverflow",
    "badEmail",
    "missingEmail",
    "missingNameBeforeEmail",
    "badName",
    "missingSpaceBeforeDate",
    "missingSpaceBeforeEmail",
    "zeroPaddedDate",
    "nullSha1",
    "gitmodulesParse",
    "gitmodulesMissing",
)

_HARDENING = {
    # What is larger is held in memory by nothing, and is binary to a diff: no reviewer reads a file of a megabyte.
    "core.bigFileThreshold": "1m",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.attributesFile": "/dev/null",
    "core.askPass": "",
    "core.sshCommand": "false",
    "credential.helper": "",
    "diff.external": "",
    "fetch.fsckObjects": "true",
    "fetch.recurseSubmodules": "false",
    "fetch.unpackLimit": "1",
    "filter.lfs.smudge": "",
    "filter.lfs.process": "",
    "filter.lfs.required": "false",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "60",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "transfer.fsckObjects": "true",
    "uploadpack.packObjectsHook": "",
    **{f"fetch.fsck.{name}": "ignore" for name in _HARMLESS_MALFORMATIONS},
}
# How this machine reaches the network is the operator's business, so these pass through.
_INHERITED = ("PATH", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR")


def object_id(text: str) -> str:
    """The text, if it is a full object id."""
    if not _OBJECT_ID.fullmatch(text):
        raise InvalidObjectId
    return text


def argv(git_dir: Path, arguments: Sequence[str], *, protocol: str = "") -> list[str]:
    settings = {**_HARDENING, **({f"protocol.{protocol}.allow": "always"} if protocol else {})}
    flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
    return ["git", "--no-pager", "--no-replace-objects", *flags, f"--git-dir={git_dir}", *arguments]


def environment(config: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing of ours but how to reach the network. `config` is settings that no process list may show."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    secret = {"GIT_CONFIG_COUNT": str(len(config))} if config else {}
    for number, (name, value) in enumerate((config or {}).items()):
        secret |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        **inherited,
        **secret,
    }


def start(
    command: list[str], *, config: Mapping[str, str] | None = None, holding: int | None = None
) -> subprocess.Popen[bytes]:
    """`holding`: a descriptor that git is to hold open until it ends."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(config),
        cwd="/",
        start_new_session=True,
        pass_fds=() if holding is None else (holding,),
    )
    if hasattr(resource, "prlimit"):  # Linux only
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    return process


def run(
    git_dir: Path,
    *arguments: str,
    protocol: str = "",
    config: Mapping[str, str] | None = None,
    timeout_seconds: float = 60,
    max_output_bytes: int = 64 * 1024**2,
    accepted: Iterable[int] = (0,),
    holding: int | None = None,
) -> bytes:
    """Git's standard output. Raises GitFailed, GitTimedOut or OutputTooLarge; git and its children are gone then."""
    process = start(argv(git_dir, arguments, protocol=protocol), config=config, holding=holding)
    try:
        output, errors = _collect(process, time.monotonic() + timeout_seconds, max_output_bytes)
        code = process.wait(timeout=timeout_seconds)
    except subprocess.TimeoutExpired:
        raise GitTimedOut(arguments[0]) from None
    finally:
        end(process)
    if code not in accepted:
        failed = ObjectsRefused if _REFUSED.search(errors) else GitFailed
        raise failed(describe(arguments[0], errors))
    return output


def _collect(process: subprocess.Popen[bytes], deadline: float, max_output_bytes: int) -> tuple[bytes, bytes]:
    """Both outputs, read as they come, so that neither can fill its pipe and stop the other."""
    stdin, stdout, stderr = pipes(process)
    stdin.close()
    output, errors = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ, output)
        selector.register(stderr, selectors.EVENT_READ, errors)
        while selector.get_map():
            ready = selector.select(deadline - time.monotonic())
            if not ready or time.monotonic() > deadline:
                raise GitTimedOut
            for key, _ in ready:
                _read(selector, key)
            del errors[:-_STDERR_BYTES]
            if len(output) > max_output_bytes:
                raise OutputTooLarge
    return bytes(output), bytes(errors)


def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    chunk = os.read(key.fd, _CHUNK_BYTES)
    if not chunk:
        selector.unregister(key.fileobj)
    key.data.extend(chunk)


def end(process: subprocess.Popen[bytes]) -> None:
    """Make sure that git, and whatever it started, is gone and its pipes are closed."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in pipes(process):
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Input, output and errors of a process made by `start`."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise AssertionError("start() makes all three")
    return process.stdin, process.stdout, process.stderr


def describe(command: str, errors: bytes) -> str:
    """What git said, on one line, without secrets."""
    text = " ".join(errors.decode("utf-8", "replace").split())
    return f"{command}: {redact(text)[-500:]}"  # masked first: half a token is not known for one
