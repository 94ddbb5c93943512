"""A page of a list, by key: the rows after the one the last page ended with.

Of what is asked for, one condition is served by an index in the order of the list; the keys it gives are looked
through, and their rows have to fit the others. So a page costs the same whatever the size of the table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)
Key = TypeVar("Key")

#: Rows that one page looks at, when a filter lets few of them through: from the disk, each may cost 0.1 ms.
LOOKED_THROUGH = 1_500


@dataclass(frozen=True, slots=True)
class Page(Generic[Row, Key]):
    """`after` is where the next page begins; None at the end of the list.

    Not `complete` when rows were looked through that the page does not hold, and there are more behind them.
    """

    rows: Sequence[Row]
    after: Key | None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Driver:
    """What gives keys in order: rows of `table`, where they are called `id`, under a condition that an index serves.

    In the condition `{value}` stands for `value`.
    """

    table: str
    id: str = "id"
    condition: str = "true"
    value: str = ""


@dataclass(frozen=True, slots=True)
class Looking:
    """`ids` is SQL of the keys to look through, %(most)s at most; `conditions` is SQL of what their rows have to fit,
    called `alias` there. When it is `exact`, all do.
    """

    ids: str
    conditions: str
    parameters: Mapping[str, Any]
    alias: str
    exact: bool
    newest_first: bool = True

    @property
    def direction(self) -> str:
        return "DESC" if self.newest_first else "ASC"


def ids_of(drivers: Sequence[Driver], bounds: str, *, newest_first: bool = True) -> tuple[str, dict[str, Any]]:
    """SQL of the keys that any of the drivers gives, %(most)s at most, and its values; `bounds` is SQL over `{id}`."""
    direction = "DESC" if newest_first else "ASC"
    each = [
        f"""(SELECT {driver.id} AS id FROM {driver.table}
              WHERE {driver.condition.format(value=f"%(driver_{number})s")} {bounds.format(id=driver.id)}
              ORDER BY {driver.id} {direction} LIMIT %(most)s)"""  # noqa: S608 - constants; values are parameters
        for number, driver in enumerate(drivers)
    ]
    ids = " UNION ALL ".join(each)
    if len(each) > 1:
        ids = f"SELECT id FROM ({ids}) any_of ORDER BY id {direction} LIMIT %(most)s"  # noqa: S608 - constants
    return ids, {f"driver_{number}": driver.value for number, driver in enumerate(drivers)}


def read_page(model: type[Row], looking: Looking, *, limit: int, without: Sequence[str]) -> Page[Row, Any]:
    """In one statement, and so of one moment. The rows come without these fields: they are large."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents it under this name
    columns = ", ".join(f"{looking.alias}.{each.column}" for each in fields if each.name not in without)
    table, alias, direction = model._meta.db_table, looking.alias, looking.direction  # noqa: SLF001 - as above
    sql = f"""
    SELECT last_looked, found.*
      FROM (SELECT (SELECT id FROM ({looking.ids}) ids
                     ORDER BY id {direction} OFFSET %(most)s - 1 LIMIT 1) AS last_looked) looked
      LEFT JOIN LATERAL (SELECT {columns} FROM ({looking.ids}) ids JOIN {table} {alias} USING (id)
                          WHERE {looking.conditions} ORDER BY id {direction} LIMIT %(limit)s) found ON true
     ORDER BY id {direction}"""  # noqa: S608 - constants; values are parameters
    # When the index gives all that is asked for, no row is looked at in vain.
    most = limit + 1 if looking.exact else LOOKED_THROUGH
    told = list(model._default_manager.raw(sql, {**looking.parameters, "most": most, "limit": limit + 1}))  # noqa: SLF001 - documented
    rows = [row for row in told if row.pk]
    if len(rows) > limit:
        return Page(rows[:limit], after=rows[limit - 1].pk)
    last_looked = vars(told[0])["last_looked"]
    return Page(rows, after=last_looked, complete=last_looked is None)
