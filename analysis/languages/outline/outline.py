"""What a language declares about itself to be read in outline."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from analysis.code_graph import CodeGraph
from analysis.facts import CLASS, Definition, Import, Parameter
from analysis.resolution import Found

Text = Callable[[Node | None], str]


def _field_name(node: Node, text: Text) -> str:
    return text(node.child_by_field_name("name"))


def _chain(_graph: CodeGraph, _path: str, scope: str) -> list[str]:
    """Every scope around, from the inside out."""
    found = [scope]
    while scope:
        scope = scope.rpartition(".")[0]
        found.append(scope)
    return found


@dataclass(frozen=True, slots=True)
class Outline:
    """The spelling of one language, and its rules of lookup where languages differ in them.

    `spelling` matches a name as it is used, in groups: `own` (`this.`), `base` (`super.`), `path` (what else stands
    before the name), `name`. Qualified names are dotted in facts, whatever the language writes.
    """

    family: str
    #: Files whose definitions know each other.
    suffixes: tuple[str, ...]
    spelling: re.Pattern[str]
    parameters: Callable[[Node, Text], tuple[Parameter, ...]]
    imports: Callable[[Node, Text], Iterable[Import]] = lambda *_: ()
    name: Callable[[Node, Text], str] = _field_name
    modifiers: Callable[[Node, Text], tuple[str, ...]] = lambda *_: ()
    #: What else a call is, as captures: `include Mixin` names a base.
    also: Callable[[Node, Text, bool], Iterable[tuple[str, Node]]] = lambda *_: ()
    #: Words of a section that are modifiers.
    sections: frozenset[str] = frozenset()
    #: Methods by which a class answers to names that it does not spell out.
    hooks: frozenset[str] = frozenset()
    #: Types of nodes to the kind of what they define; a class where none is given.
    kinds: Mapping[str, str] = field(default_factory=dict)
    #: Bodies whose members are called on the name of what is around them.
    static_bodies: frozenset[str] = frozenset()
    #: What constructors are called.
    constructors: frozenset[str] = frozenset({"constructor"})
    #: Arguments that stand for any number of arguments.
    spread: frozenset[str] = frozenset()
    #: Arguments that are none to be counted.
    ignored_arguments: frozenset[str] = frozenset({"comment", "line_comment", "block_comment"})
    #: The name an argument is passed under; empty for one that is passed by its place.
    keyword: Callable[[Node, Text], str] = lambda *_: ""

    #: Whether a call passes more than stands in its parentheses.
    passes_more: Callable[[Node], bool] = lambda _: False
    #: What receiver and name mean where the language has a word for it: `Name.new` is a call of `Name`.
    meant: Callable[[str, str], tuple[str, str]] = lambda receiver, name: (receiver, name)

    #: Where the names of a file begin: the module that its path makes it.
    place: Callable[[CodeGraph, str], str] = lambda *_: ""
    #: Scopes whose names are seen without a word, from the inside out.
    around: Callable[[CodeGraph, str, str], list[str]] = _chain
    #: An imported name as others know it, as seen from a file and a scope; empty where that is not ours.
    rooted: Callable[[CodeGraph, str, str, str], str] = lambda _graph, _path, _scope, dotted: dotted
    #: First parts of names that say where the name begins.
    anchors: frozenset[str] = frozenset()
    #: The name of the class around.
    own_type: str = ""
    #: Of the bearers of one full name, those that code of a file means.
    seen: Callable[[CodeGraph, str, list[Found]], list[Found]] = lambda _graph, _path, found: found
    #: What is seen of another file is imported by name or by file.
    sees_by_import: bool = True
    #: Where a name that is written out in full, or imported, would have to be, if it is sure to be ours.
    home: Callable[[CodeGraph, str], str] = lambda *_: ""
    #: A plain name may be a member of the class around it.
    implicit_own: bool = True
    #: One that is nobody's can only have been meant for that class.
    plain_names_are_own: bool = False
    #: The first parameter may be the instance, which is passed by itself.
    passes_self: bool = False
    #: Several definitions of a name are one, which takes what any of them takes.
    overloads: bool = False
    #: Of functions of one name in one file, those that are not another's announcement.
    joined: Callable[[Sequence[Definition]], Sequence[Definition]] = lambda same: same
    #: Those of a base class are among them.
    overloads_inherited: bool = False
    #: A method is called by its name in whatever case.
    folds_case: bool = False
    #: Of the outermost scope, only functions are seen without a word.
    functions_fall_back: bool = False
    #: A class and its instances have methods of their own; `self` is either.
    two_selves: bool = False
    #: Classes of one name are told apart by how many types they take, which is a modifier: `<2>`.
    told_by_arity: bool = False
    #: Bases that are called so give a class no members.
    memberless: re.Pattern[str] = re.compile(r"(?!)")
    #: `Name.member` may be a variable's member, unless the member is static.
    needs_static: bool = False
    constructors_inherited: bool = False
    #: Members that every object has.
    everybodys: frozenset[str] = frozenset()

    def kind_of(self, node: Node) -> str:
        words = (node.type, *(child.type for child in node.children))
        return next((self.kinds[word] for word in words if word in self.kinds), CLASS)
