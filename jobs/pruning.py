"""Deletes old rows: a page of a table at a time, each in a transaction of its own, with a rest after it.

    look     the next rows in the order of an index, and which of them go
    lock     those that still go, leaving out what somebody else holds
    keep     a copy of them in the archive, where one is wanted (archive.py)
    act      delete them with all that is their own; rows that only name them forget it

Nothing is remembered between runs: what is gone is not found again, so a run that was killed, or ended by its time, is
simply followed by the next. Two at once take different rows. A page reads as many rows as it has, whether they go or
not, so that no statement is long.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model

from jobs.archive import keep_copy, keep_copy_of_their_own

log = structlog.get_logger(__name__)

PAGE = 1_000
REST_SECONDS = (0.02, 2.0)

#: What a rule does to rows that go, by their ids: how many rows of which tables are gone.
Act = Callable[[Sequence[Any]], Counter[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table go: SQL over `row`, composed of constants; what varies are the parameters of the run.

    `order` are the columns of an index in which the table is walked, the last of them the id. `old` is what all rows
    that go are, and no row behind the first page without any; `goes` decides.
    """

    model: type[Model]
    order: Sequence[str]
    old: str
    goes: str
    among: str = "TRUE"
    page: int = PAGE
    #: Else they are deleted.
    act: Act | None = None
    #: Does away with what goes with them and has no foreign key.
    also: Callable[[Sequence[Any]], None] | None = None
    #: As what they are counted and archived; else as their table.
    other_name: str = ""

    @property
    def table(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001 - Django's documented API

    @property
    def name(self) -> str:
        return self.other_name or self.table

    def pages(self) -> tuple[str, str]:
        """The statements for the first page, and for the one behind `after`."""
        order = ", ".join(self.order)
        look = f"SELECT {order}, {self.old}, {self.goes} FROM {self.table} AS row WHERE {self.among}"  # noqa: S608 - composed of constants
        behind = f"AND ({order}) > ({', '.join(f'%(after_{number})s' for number in range(len(self.order)))})"
        end = f"ORDER BY {order} LIMIT {self.page}"
        return f"{look} {end}", f"{look} {behind} {end}"

    def lock(self) -> str:
        return f"SELECT id FROM {self.table} AS row WHERE id = ANY(%(ids)s) AND {self.goes} FOR UPDATE SKIP LOCKED"  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Run:
    """`parameters` are those of the rules. A `dry` one counts and changes nothing. `ends_at`: on `time.monotonic`."""

    parameters: Mapping[str, Any]
    dry: bool = False
    archive: Path | None = None
    ends_at: float = float("inf")
    is_stopped: Callable[[], bool] = lambda: False

    def is_over(self) -> bool:
        return self.is_stopped() or time.monotonic() >= self.ends_at


def prune(rules: Sequence[Rule], run: Run) -> Counter[str]:
    """How many rows of which tables are gone, or would be. The rules are followed one after the other."""
    gone: Counter[str] = Counter()
    for rule in rules:
        for going in _pages(rule, run):
            began = time.monotonic()
            if run.dry:
                gone[rule.name] += len(going)
            elif going:
                gone += _batch(rule, run, going)
                _rest(time.monotonic() - began)
            if run.is_over():
                return gone
    return gone


def delete_rows(model: type[Model], ids: Sequence[Any]) -> Counter[str]:
    """By Django, which knows whose rows are a row's own in the rooms above, and who only names it."""
    _, by_label = model._base_manager.filter(pk__in=ids).only("pk").delete()  # noqa: SLF001 - Django's documented API
    return Counter({apps.get_model(label)._meta.db_table: rows for label, rows in by_label.items()})  # noqa: SLF001 - the same


def _pages(rule: Rule, run: Run) -> Iterator[list[Any]]:
    """The ids that go of each page, until one holds nothing old."""
    first, behind = rule.pages()
    sql = first
    after: dict[str, Any] = {}
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, {**run.parameters, **after})
            rows = cursor.fetchall()
        yield [row[-3] for row in rows if row[-1]]
        if len(rows) < rule.page or not any(is_old for *_, is_old, _ in rows):
            return
        sql, after = behind, {f"after_{number}": value for number, value in enumerate(rows[-1][:-2])}


def _batch(rule: Rule, run: Run, going: Sequence[Any]) -> Counter[str]:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(rule.lock(), {**run.parameters, "ids": list(going)})
                ids = [row[0] for row in cursor.fetchall()]
            if run.archive:
                keep_copy(run.archive, rule.model, ids, name=rule.name)
            if rule.act:
                return rule.act(ids)
            if run.archive:
                keep_copy_of_their_own(run.archive, rule.model, ids)
            if rule.also:
                rule.also(ids)
            return delete_rows(rule.model, ids)
    except (OperationalError, IntegrityError) as error:  # a row that names one is held, or new: left to the next run
        log.warning("rows not pruned", table=rule.table, rows=len(going), error=str(error).partition("\n")[0])
        return Counter()


def _rest(seconds: float) -> None:
    """Three times as long as the work took: whoever wants the disk, the processor or a lock has it to themselves."""
    shortest, longest = REST_SECONDS
    time.sleep(min(max(3 * seconds, shortest), longest))
