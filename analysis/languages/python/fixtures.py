"""What pytest hands a function: the value of the fixture that a parameter of it is named after.

A parameter that pytest may fill has the maker "@name" (see instances.py); here its fixture is looked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from analysis.code_graph import CodeGraph
from analysis.facts import Definition, Parameter
from analysis.languages.python.classes import enclosing_class, member
from analysis.languages.python.names import named
from analysis.resolution import Found

#: Begins the maker of a value that a fixture gives.
FIXTURE = "@"
_MARK = "fixture"
#: Gives parameters values of its own.
_PARAMETRIZE = "parametrize"


def is_fixture(decorators: Iterable[str]) -> bool:
    return any(decorator.rpartition(".")[2] == _MARK for decorator in decorators)


def may_be_filled(name: str, decorators: Sequence[str]) -> bool:
    """Whether pytest calls the function, with what its fixtures give."""
    if not decorators:
        return name.startswith("test")
    words = [decorator.rpartition(".")[2] for decorator in decorators]
    return _PARAMETRIZE not in words and (_MARK in words or name.startswith("test"))


def filled(parameters: Iterable[Parameter]) -> dict[str, str]:
    """The makers of the parameters that only a fixture can fill."""
    return {each.name: f"{FIXTURE}{each.name}" for each in parameters if not each.has_default}


def fixture_named(graph: CodeGraph, path: str, name: str, scope: str) -> Found | None:
    """In the order in which pytest looks; None when there is none, or several, or nobody can say which it is."""
    for found in _fixtures(graph, path, name, scope):
        return found if isinstance(found, Found) else None
    return None


def _fixtures(graph: CodeGraph, path: str, name: str, scope: str) -> Iterator[Found | None]:
    klass = enclosing_class(graph, path, scope)
    own = member(graph, klass, name) if isinstance(klass, Found) else None
    if isinstance(own, Found) and is_fixture(own.definition.decorators):
        yield own
    here = named(graph, path, name, "")
    if isinstance(here, Found) and is_fixture(here.definition.decorators):
        yield here
    for folder in PurePosixPath(path).parents:
        file = str(folder / "conftest.py")
        if file != path and any(is_fixture(each.decorators) for each in _of(graph, file, name)):
            found = named(graph, file, name, "")
            yield found if isinstance(found, Found) else None


def _of(graph: CodeGraph, path: str, qualname: str) -> list[Definition]:
    facts = graph.facts(path)
    return [each for each in facts.definitions if each.qualname == qualname] if facts else []
