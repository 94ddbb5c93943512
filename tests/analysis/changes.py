"""Two versions of a few files, and what the change from one to the other breaks."""

from collections.abc import Mapping
from textwrap import dedent

from analysis.impact import ContractChange, contract_changes
from tests.analysis.repositories import graph_of


def changes(before: Mapping[str, str], after: Mapping[str, str | None]) -> list[ContractChange]:
    """`after` names the files that changed; None removes one."""
    base = {path: dedent(source) for path, source in before.items()}
    head = {path: dedent(source) for path, source in {**base, **after}.items() if source is not None}
    return contract_changes(graph_of(base), graph_of(head), changed_paths=set(after))


def broken(before: Mapping[str, str], after: Mapping[str, str | None]) -> list[tuple[str, int, str]]:
    return [
        (caller.path, caller.line, caller.problem)
        for change in changes(before, after)
        for caller in change.broken_callers
    ]
