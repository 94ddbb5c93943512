"""What a file says about itself, short enough for a table: one line for a definition, one for a use."""

from textwrap import dedent

from analysis.extraction import extract_facts
from analysis.facts import Definition, Facts, Reference, decode, encode
from analysis.languages import language_of
from analysis.resolution import Found, Missing
from tests.analysis.repositories import graph_of

_KINDS = ("{}", "{}", "*{}", "{}:", "**{}")


def read(path: str, source: str) -> Facts:
    language = language_of(path)
    assert language
    facts = extract_facts(dedent(source).encode(), language)
    assert decode(encode(facts)) == facts
    return facts


def definitions(path: str, source: str) -> list[str]:
    """`function Shop.total(order, tax=)`; a parenthesis after that holds modifiers."""
    return [_definition(each) for each in read(path, source).definitions]


def uses(path: str, source: str) -> list[str]:
    """`Shop.total(2)`: receiver, name, and the number of arguments where it is called."""
    return [_use(each) for each in read(path, source).references]


def meanings(files: dict[str, str], path: str) -> dict[str, str]:
    """Where each use of the file leads, by `line name` or `line name()`: `path:line`, "missing", or nothing."""
    graph, language = graph_of({name: dedent(source) for name, source in files.items()}), language_of(path)
    facts = graph.facts(path)
    assert language
    assert facts
    found = {}
    for each in facts.references:
        answer = language.resolve(graph, path, each)
        place = f"{answer.path}:{answer.definition.line}" if isinstance(answer, Found) else ""
        found[f"{each.line} {each.name}{'()' if each.call else ''}"] = (
            "missing" if isinstance(answer, Missing) else place
        )
    return found


def _definition(each: Definition) -> str:
    shown = f"{each.kind} {each.qualname}"
    if each.kind == "function":
        shown += f"({', '.join(_KINDS[p.kind].format(p.name) + '=' * p.has_default for p in each.parameters)})"
    bases = f" < {', '.join(each.bases)}" if each.bases else ""
    words = f" [{' '.join(each.decorators)}]" if each.decorators else ""
    return f"{shown}{bases}{words}{' if' if each.conditional else ''}"


def _use(each: Reference) -> str:
    name = f"{each.receiver}.{each.name}" if each.receiver else each.name
    if each.call is None:
        return name
    arguments = [str(each.call.positional), *each.call.keywords, *["*"] * each.call.open_ended]
    return f"{name}({' '.join(arguments)})"
