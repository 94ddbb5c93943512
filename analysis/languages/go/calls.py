"""What a Go call looks like from outside: its arguments, and how many results its place takes."""

from tree_sitter import Node

from analysis.facts import DISCARDED, KEPT, Call
from analysis.languages.go import predeclared
from analysis.languages.go.types import Text, parts_of

#: A call whose place takes exactly one result.
ONE = "1"
#: Among the keywords of a call: behind its arguments it hands a list on, `f(a, list...)`.
SPREAD = "..."


class Usage:
    """How many results are taken from each call: a number, or KEPT where the place takes whatever there is."""

    def __init__(self, nodes: dict[str, list[Node]]) -> None:
        self._taken = {node.id: ONE for node in nodes.get("single", ())}
        self._taken |= {node.id: DISCARDED for node in nodes.get("discarded", ())}

    def of(self, call: Node) -> str:
        return self._taken.get(call.id, KEPT)

    def take(self, given: list[Node], count: int) -> None:
        """These expressions give so many values together."""
        if len(given) == 1:
            self._taken[given[0].id] = str(count)
        else:
            self.take_each(given)

    def take_each(self, given: list[Node]) -> None:
        self._taken |= {node.id: ONE for node in given}


def arguments_of(call: Node) -> list[Node]:
    return parts_of(call.child_by_field_name("arguments"))


def read_call(call: Node, usage: str, text: Text) -> Call:
    """`open_ended` where nobody sees how many arguments there are: `f(g())` passes all that g gives."""
    given = [argument.type for argument in arguments_of(call)]
    hidden = given.count("variadic_argument") + given.count("ERROR")
    is_handed_on = given == ["call_expression"] and not _gives_one(arguments_of(call)[0], text)
    keywords = (SPREAD,) if "variadic_argument" in given else ()
    return Call(len(given) - hidden, keywords, open_ended="ERROR" in given or is_handed_on, usage=usage)


def _gives_one(call: Node, text: Text) -> bool:
    function = call.child_by_field_name("function")
    return function is not None and function.type == "identifier" and text(function) in predeclared.SILENT
