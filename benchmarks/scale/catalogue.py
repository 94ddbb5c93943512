"""Indexes and constraints, taken off before a table is filled and put back afterwards, as a dump is restored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype
  FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s) AND contype IN ('p', 'u', 'c', 'f')
 ORDER BY conrelid::regclass::text, position(contype in 'pucf'), conname"""
_INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), 'i'
  FROM pg_index WHERE indrelid::regclass::text = ANY(%s)
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
 ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Part:
    """`kind` is the catalogue's letter of a constraint (p, u, c, f), or i for an index."""

    table: str
    name: str
    definition: str
    kind: str

    @property
    def removal(self) -> str:
        if self.kind == "i":
            return f"DROP INDEX {self.name}"
        return f'ALTER TABLE {self.table} DROP CONSTRAINT "{self.name}"'

    @property
    def creation(self) -> str:
        if self.kind == "i":
            return self.definition
        return f'ALTER TABLE {self.table} ADD CONSTRAINT "{self.name}" {self.definition}'


def parts_of(connection: Any, tables: Sequence[str]) -> list[Part]:
    """Those of the tables, in an order in which they can be made: keys, checks, indexes, and foreign keys last."""
    constraints = [Part(*row) for row in connection.execute(_CONSTRAINTS, [list(tables)])]
    indexes = [Part(*row) for row in connection.execute(_INDEXES, [list(tables)])]
    return sorted([*constraints, *indexes], key=lambda part: "pucif".index(part.kind))


def take_off(connection: Any, parts: Sequence[Part]) -> None:
    for part in reversed(parts):
        connection.execute(part.removal)


def put_back(connection: Any, parts: Sequence[Part], *, tell: Callable[[str], None]) -> None:
    """Each checks all rows: what does not hold stops here."""
    for part in parts:
        tell(f"{part.table}: {part.name}")
        connection.execute(part.creation)
