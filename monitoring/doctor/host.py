"""The machine this runs on: disk, memory, and whether the web processes answer, if they are to be found here."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import httpx
import psutil
from django.conf import settings

from monitoring.doctor.diagnosis import CTL, Diagnosis, fail, ok, warn

DISK_LOW, DISK_FULL = 0.10, 0.05
MEMORY_LOW = 0.10
_PORTS = {"door": ("KODUS_WEBHOOK_PORT", 3332), "operators' side": ("KODUS_API_PORT", 3331)}


def disk() -> Sequence[Diagnosis]:
    """Of each file system once."""
    places = {"state": settings.STATE_DIR, "mirrors": settings.MIRRORS_DIR, "temporary": Path(tempfile.gettempdir())}
    seen: dict[int, Diagnosis] = {}
    for name, path in places.items():
        if path.exists():
            seen.setdefault(path.stat().st_dev, _free(name, path))
    if not settings.STATE_DIR.exists():
        return [fail(f"{settings.STATE_DIR} is not there", "Make it, or set KODUS_STATE_DIR."), *seen.values()]
    return [*seen.values(), *_unwritable()]


def memory() -> Sequence[Diagnosis]:
    told = psutil.virtual_memory()
    text = f"{told.available / 2**30:.1f} of {told.total / 2**30:.1f} GiB can be had"
    if told.available < MEMORY_LOW * told.total:
        return [warn(text, "Analyzers and the code graph want some: fewer slots (-c) or more memory.")]
    return [ok(text)]


def web() -> Sequence[Diagnosis]:
    return [_answers(name, int(os.environ.get(variable) or port)) for name, (variable, port) in _PORTS.items()]


def _free(name: str, path: Path) -> Diagnosis:
    usage = shutil.disk_usage(path)
    share = usage.free / usage.total if usage.total else 1.0
    nodes = os.statvfs(path)
    if nodes.f_files:
        share = min(share, nodes.f_favail / nodes.f_files)
    text = f"{share:.0%} of {path} is free ({usage.free / 2**30:.1f} GiB)"
    remedy = f"Make room: old logs, or {settings.MIRRORS_DIR}, whose mirrors are made again when they are needed."
    if share < DISK_FULL:
        return fail(text, remedy, about=name)
    return warn(text, remedy, about=name) if share < DISK_LOW else ok(text, about=name)


def _unwritable() -> Iterator[Diagnosis]:
    try:
        with tempfile.TemporaryFile(dir=settings.STATE_DIR) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        remedy = "Run this as the account the service runs as, or give it the folder back: chown -R kodus"
        yield fail(f"{settings.STATE_DIR} cannot be written: {error.strerror}", remedy, about="state")


def _answers(name: str, port: int) -> Diagnosis:
    host = next((host for host in settings.ALLOWED_HOSTS if "*" not in host and not host.startswith(".")), "localhost")
    url = f"http://127.0.0.1:{port}/readyz"
    try:
        answer = httpx.get(url, headers={"Host": host}, timeout=3.0, trust_env=False)
    except httpx.HTTPError as error:
        remedy = f"{CTL} status, or make up. Where it runs on another host, ask it there: GET /readyz"
        return warn(f"nobody answers on port {port} of this host ({type(error).__name__})", remedy, about=name)
    if answer.status_code == HTTPStatus.OK:
        return ok(f"ready on port {port}", about=name)
    return fail(
        f"answers {answer.status_code} on port {port}: {answer.text[:300]}",
        f"{CTL} status; its log is in KODUS_STATE_DIR/log",
        about=name,
    )
