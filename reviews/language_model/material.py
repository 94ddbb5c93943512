"""What a language model is shown of a change: the changed files, and from the code graph what lies around them.

Around a changed function are the functions that use it, those left behind by a broken contract first and tests last.
Nothing is shown that is not reviewed either: files left out by their kind, by the repository or by its configuration
stay out, also where they call what changed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.code_graph import CodeGraph
from analysis.diff import FileDiff
from analysis.facts import Definition
from analysis.impact import ContractChange
from analysis.reach import callers_of
from integrations.git.mirror import Mirror
from reviews.analyzers import SourceFile
from reviews.analyzers.places import is_documentation, is_test
from reviews.change import read_sources, why_unread
from reviews.context import ReviewContext
from reviews.language_model.excerpts import Excerpt, Kind, changed_file, functions_at, lines_of, told, uses
from reviews.reviewable import why_not_by_content

#: Files whose functions' users are looked for, and users that are shown, at most.
_MAX_FOLLOWED, _MAX_USERS = 25, 60
Function = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What the stage that finds has read: `files` and `sources` are those to review, `graph` is the head's."""

    mirror: Mirror
    files: Mapping[str, FileDiff]
    sources: Sequence[SourceFile]
    graph: CodeGraph | None
    contracts: Sequence[ContractChange]


def material(context: ReviewContext, change: Change) -> tuple[list[Excerpt], list[Excerpt]]:
    """The changed files and what is around them, each in the order of their weight."""
    changed = [
        changed_file(change.files[source.path], _lines(source), _functions(change.graph, source.path))
        for source in _by_weight(change)
    ]
    why = why_unread(change.mirror, context)
    title = [told(Kind.TITLE, "", [context.facts.title])] if context.facts else []
    contracts = [_contract(contract, why) for contract in change.contracts if not why(contract.path)]
    return changed, [*title, *contracts, *_users(context, change, why)]


def _by_weight(change: Change) -> list[SourceFile]:
    """The files with added lines: those whose contracts changed first, then code, tests, documents."""
    contracts = {contract.path for contract in change.contracts}
    with_additions = [source for source in change.sources if change.files[source.path].added_lines]
    return sorted(
        with_additions,
        key=lambda source: (
            source.path not in contracts,
            is_documentation(source.path),
            is_test(source.path),
            source.path,
        ),
    )


def _contract(contract: ContractChange, why: Callable[[str], str]) -> Excerpt:
    before_and_after = [f"before: {contract.before}", f"after: {contract.after or 'gone'}"]
    shown = [caller for caller in contract.broken_callers if not why(caller.path)]
    callers = [f"{caller.path}:{caller.line} {caller.problem}" for caller in shown]
    return told(Kind.CONTRACT, contract.path, [f"{contract.message}.", *before_and_after, *callers], [contract.path])


def _users(context: ReviewContext, change: Change, why: Callable[[str], str]) -> list[Excerpt]:
    """The functions that use what changed, as they are at the head."""
    graph = change.graph
    if graph is None:
        return []
    wanted = dict(_followed(graph, change))
    paths = {path for path, _ in wanted if path not in change.files and not why(path)}
    sources = read_sources(change.mirror, context.head_sha, paths)
    lines = {source.path: _lines(source) for source in sources if not why_not_by_content(source.content)}
    excerpts = [_user(graph, user, lines[user[0]], wanted[user]) for user in wanted if user[0] in lines]
    return [excerpt for excerpt in excerpts if excerpt.rows]


def _followed(graph: CodeGraph, change: Change) -> Iterator[tuple[Function, frozenset[Function]]]:
    """Functions that use what changed, and what of it, in the order of their weight."""
    uses_of: dict[Function, frozenset[Function]] = {}
    for source in _by_weight(change)[:_MAX_FOLLOWED]:
        functions = functions_at(change.files[source.path], _functions(graph, source.path))
        changed = frozenset((source.path, function.qualname) for function in functions)
        for user in callers_of(graph, changed) if changed else ():
            uses_of[user] = uses_of.get(user, frozenset()) | changed
    broken = {(caller.path, caller.name) for contract in change.contracts for caller in contract.broken_callers}
    in_order = sorted(uses_of, key=lambda user: (user not in broken, is_test(user[0]), user))
    yield from ((user, uses_of[user]) for user in in_order[:_MAX_USERS])


def _user(graph: CodeGraph, user: Function, lines: Sequence[str], changed: Collection[Function]) -> Excerpt:
    path, qualname = user
    facts = graph.facts(path)
    names = {name.rpartition(".")[2] for _, name in changed}
    numbers = [use.line for use in facts.references if use.scope == qualname and use.name in names] if facts else []
    spans = [span for each in _functions(graph, path) if each.qualname == qualname for span in uses(each, numbers)]
    kind = Kind.TEST if is_test(path) else Kind.CALLER
    return lines_of(kind, path, lines, spans, {path for path, _ in changed})


def _functions(graph: CodeGraph | None, path: str) -> Iterable[Definition]:
    facts = graph.facts(path) if graph else None
    return facts.definitions if facts else ()


def _lines(source: SourceFile) -> list[str]:
    """As git counts them: nothing but a line feed ends a line."""
    return source.content.decode("utf-8", "replace").split("\n")
