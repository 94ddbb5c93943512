"""Copies of rows that are about to be deleted: gzipped JSON lines, in a folder for each day, files for each table.

A file is complete when it has its name: it is written under another, flushed to the disk and renamed before the rows
go. A crash in between leaves the rows in their table as well, and the next run copies them again. So a row may be in
the archive twice, and is never nowhere.
"""

import base64
import gzip
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import CASCADE, Model

from jobs.ids import uuid7

#: Rows in memory: a body may be 25 MiB.
AT_ONCE = 10


class _Encoder(DjangoJSONEncoder):
    """Bytes as base64."""

    def default(self, value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            return base64.b64encode(value).decode("ascii")
        return super().default(value)


def keep_copy(folder: Path, model: type[Model], ids: Sequence[Any], *, name: str) -> None:
    """Write these rows into files of that name."""
    _write(folder, name, _rows(model, "pk", ids))


def keep_copy_of_their_own(folder: Path, model: type[Model], ids: Sequence[Any]) -> None:
    """Write the rows that are deleted with these."""
    for relation in model._meta.related_objects:  # noqa: SLF001 - Django's documented API
        if relation.on_delete is CASCADE:
            own = relation.related_model
            _write(folder, own._meta.db_table, _rows(own, relation.field.name, ids))  # noqa: SLF001 - the same


def _rows(model: type[Model], column: str, ids: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """A few at a time, and without a cursor: one that is open when the transaction fails cannot be closed."""
    for start in range(0, len(ids), AT_ONCE):
        some = {f"{column}__in": ids[start : start + AT_ONCE]}
        yield from model._base_manager.filter(**some).order_by("pk").values()  # noqa: SLF001 - Django's documented API


def _write(folder: Path, name: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows, None)
    if first is not None:
        file = f"{name}-{uuid7()}.ndjson.gz"
        _write_lines(folder / f"{datetime.now(UTC):%Y-%m-%d}", file, chain([first], rows))


def _write_lines(folder: Path, name: str, rows: Iterable[dict[str, Any]]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{name}"
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=6) as lines:
            for row in rows:
                lines.write(json.dumps(row, cls=_Encoder, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    _flush(folder)


def _flush(folder: Path) -> None:
    """So that the name outlives a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
