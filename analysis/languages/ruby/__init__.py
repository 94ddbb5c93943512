"""Ruby, in outline: methods by the class they are called on, through `self`, or by the class's full name.

Constants are global, so `require` decides nothing. A class whose body calls what may define methods has methods that
nobody spells out. A plain word may be a variable or a call; only what has arguments or a receiver counts as a call.
"""

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_ruby
from tree_sitter import Node

from analysis.facts import KEYWORD_ONLY, POSITIONAL, VAR_KEYWORD, VAR_POSITIONAL, Call, Definition, Import, Parameter
from analysis.languages.outline import Outline, outlined
from analysis.languages.outline.outline import Text
from analysis.languages.outline.parameters import read_parameters
from analysis.languages.outline.signatures import mismatch
from analysis.languages.outline.spelling import BASE, OWN, UNKNOWN_RECEIVER
from analysis.languages.ruby.query import QUERY

_KINDS = {
    "identifier": POSITIONAL, "optional_parameter": POSITIONAL, "destructured_parameter": POSITIONAL,
    "splat_parameter": VAR_POSITIONAL, "keyword_parameter": KEYWORD_ONLY, "hash_splat_parameter": VAR_KEYWORD,
}  # fmt: skip
_MIXES, _READS = (
    frozenset({"include", "extend", "prepend"}),
    frozenset({"attr_reader", "attr_writer", "attr_accessor"}),
)
_SECTIONS = frozenset({"private", "protected", "public", "module_function"})
#: Calls in the body of a class that define no methods.
_HARMLESS = _SECTIONS | {"require", "require_relative", "private_constant", "private_class_method", "freeze", "raise"}
#: What every object has of Kernel and Object, and may well be called by the same name as a method of ours.
_EVERYBODYS = frozenset(
    """
    abort allocate attr_accessor attr_reader attr_writer binding caller catch class clone const_defined?
    const_get define_method display dup eval exec exit extend fail fork format freeze gets hash inspect
    instance_eval instance_exec instance_method instance_methods instance_variable_get instance_variable_set
    lambda load loop method name new open p print printf proc public_send putc puts raise rand readline require
    require_relative respond_to? select send singleton_class sleep spawn sprintf srand syscall system tap test
    then throw to_s trap warn yield_self
    """.split()  # noqa: SIM905 - a list of words reads as one
)


def _parameters(node: Node, text: Text) -> tuple[Parameter, ...]:
    """Required ones may stand behind those with a default; Ruby fills the required ones first."""
    found = read_parameters(node.child_by_field_name("parameters"), text, _KINDS)
    places = [each for each in found if each.kind == POSITIONAL]
    needed = sum(not each.has_default for each in places)
    if all(not each.has_default for each in places[:needed]):
        return found
    ordered = iter([each._replace(has_default=number >= needed) for number, each in enumerate(places)])
    return tuple(next(ordered) if each.kind == POSITIONAL else each for each in found)


def _name(node: Node, text: Text) -> str:
    if node.type == "singleton_class":
        return ""
    name = text(node.child_by_field_name("name"))
    if node.type not in ("method", "singleton_method"):
        return name
    return "constructor" if name == "initialize" else name


def _modifiers(node: Node, text: Text) -> tuple[str, ...]:
    """`private def name` says so around the method."""
    words: tuple[str, ...] = ("static",) if node.type == "singleton_method" else ()
    around = node.parent.parent if node.parent and node.parent.type == "argument_list" else None
    return (*words, text(around.child_by_field_name("method"))) if around else words


def _keyword(argument: Node, text: Text) -> str:
    key = argument.child_by_field_name("key") if argument.type == "pair" else None
    return text(key).strip(":\"'")


def _mismatch(definition: Definition, call: Call, implicit: int) -> str | None:
    """Where no parameter takes keywords, they arrive as one hash."""
    takes_keywords = any(each.kind in (KEYWORD_ONLY, VAR_KEYWORD) for each in definition.parameters)
    if call.keywords and not takes_keywords:
        call = call._replace(positional=call.positional + 1, keywords=())
    return mismatch(definition, call, implicit)


def _imports(node: Node, text: Text) -> Iterator[Import]:
    """The file of `require_relative`; its constants are everybody's."""
    arguments = node.child_by_field_name("arguments")
    for argument in arguments.named_children[:1] if arguments else ():
        yield Import(text(argument).strip("\"'"), None, "", node.start_point[0] + 1, level=1)


def _also(call: Node, text: Text, in_class: bool) -> Iterator[tuple[str, Node]]:
    """What a call in the body of a class says of the class."""
    verb, arguments = text(call.child_by_field_name("method")), call.child_by_field_name("arguments")
    if call.child_by_field_name("receiver"):
        return
    if verb == "require_relative":
        yield "import", call
    if in_class and verb in _MIXES:
        yield from (("base", each) for each in (arguments.named_children if arguments else ()))
    elif in_class and verb in _READS:
        yield from (("field", each) for each in (arguments.named_children if arguments else ()))
    elif in_class and verb not in _HARMLESS:
        yield "unspelled", call


def _passes_more(call: Node) -> bool:
    """`super` without parentheses passes on whatever the method was given."""
    method = call.child_by_field_name("method")
    return method is not None and method.type == "super" and call.child_by_field_name("arguments") is None


def _meant(receiver: str, name: str) -> tuple[str, str]:
    """`Shop::Cart.new` makes a Cart of Shop; `Array(…)` is a method of that name."""
    if name != "new" or receiver in ("", UNKNOWN_RECEIVER, OWN, BASE):
        return (UNKNOWN_RECEIVER if not receiver and name[:1].isupper() else receiver), name
    owner, _, klass = receiver.rpartition(".")
    return (owner or ".") if receiver.startswith(".") else owner, klass


_GRAMMAR = tree_sitter.Language(tree_sitter_ruby.language())
RUBY = outlined(
    "ruby",
    (".rb", ".rake", ".gemspec"),
    _GRAMMAR,
    QUERY,
    Outline(
        family="ruby",
        suffixes=(".rb", ".rake", ".gemspec"),
        spelling=re.compile(
            r"(?:(?P<own>self&?\.)|(?P<base>super$))?(?P<path>(?:::)?(?:[A-Z]\w*(?:::|&?\.))*)(?P<name>\w*[?!]?)"
        ),
        parameters=_parameters,
        imports=_imports,
        name=_name,
        modifiers=_modifiers,
        also=_also,
        sections=_SECTIONS,
        hooks=frozenset({"method_missing", "respond_to_missing?"}),
        kinds={"module": "module"},
        static_bodies=frozenset({"singleton_class"}),
        spread=frozenset({"splat_argument", "hash_splat_argument", "forward_argument"}),
        ignored_arguments=frozenset({"comment", "block_argument"}),
        keyword=_keyword,
        meant=_meant,
        sees_by_import=False,
        plain_names_are_own=True,
        passes_more=_passes_more,
        two_selves=True,
        needs_static=True,
        constructors_inherited=True,
        everybodys=_EVERYBODYS,
    ),
    tests=r"(?:^|/)(?:test|spec)/.*\.rb$|_(?:test|spec)\.rb$",
    mismatch=_mismatch,
)
