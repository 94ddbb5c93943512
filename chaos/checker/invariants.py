"""The register of invariants: a number, what must hold, and the function that looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chaos.checker.evidence import Evidence

Look = Callable[[Evidence], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Invariant:
    number: str
    statement: str
    look: Look


INVARIANTS: dict[str, Invariant] = {}


def invariant(number: str) -> Callable[[Look], Look]:
    """Register the decorated function; the first line of its docstring is the statement."""

    def register(look: Look) -> Look:
        statement = (look.__doc__ or "").strip().splitlines()[0]
        INVARIANTS[number] = Invariant(number, statement, look)
        return look

    return register


def violations(evidence: Evidence) -> dict[str, list[str]]:
    """By invariant, what was seen that must not be."""
    return {number: list(rule.look(evidence)) for number, rule in INVARIANTS.items()}
