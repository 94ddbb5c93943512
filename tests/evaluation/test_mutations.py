"""Each mutation breaks what it says, and each twin breaks nobody: shown on a project of one page, run for real."""

import ast

import pytest

from evaluation.edits import edited, line_map
from evaluation.python.mutations import MUTATIONS, Mutation
from evaluation.python.signature import breaks, parameters_of, written
from evaluation.python.source import File, Place
from evaluation.python.twins import TWINS
from evaluation.python.witness import Call, Led, Use, Witness

SOURCE = b'''import functools


class Shop:
    """Sells."""

    def price(self, item, amount=1, *, tax=0):
        """Says what it costs."""
        return item * amount + tax

    @functools.lru_cache
    def total(
        self,
        first: int,
        second: int,
    ):
        return first + second


def open_shop(name, street): return Shop()
'''


def place(qualname: str) -> Place:
    return next(each for each in File("shop.py", SOURCE).places if each.qualname == qualname)


def after(kind: str, qualname: str) -> list[tuple[str, Mutation]]:
    made = MUTATIONS[kind](place(qualname))
    return [(edited(SOURCE, mutation.edits).decode(), mutation) for mutation in made]


@pytest.mark.parametrize("kind", MUTATIONS)
@pytest.mark.parametrize("qualname", ["Shop", "Shop.price", "Shop.total", "open_shop"])
def test_a_mutant_is_python_or_is_not_drawn(kind: str, qualname: str):
    parsed = 0
    for source, _ in after(kind, qualname):
        try:
            ast.parse(source)
        except SyntaxError:  # a default before a required parameter; the draw leaves it out
            continue
        parsed += 1
    assert parsed or kind not in {"remove", "rename"}


@pytest.mark.parametrize(
    ("kind", "qualname", "line"),
    [
        ("rename", "open_shop", "def open_shop_renamed_by_mutation(name, street): return Shop()"),
        (
            "add a required parameter",
            "Shop.price",
            "    def price(self, item, added_by_mutation, amount=1, *, tax=0):",
        ),
        ("add a required keyword", "open_shop", "def open_shop(name, street, *, added_by_mutation): return Shop()"),
        (
            "change arity of a method",
            "Shop.price",
            "    def price(self, added_by_mutation, item, amount=1, *, tax=0):",
        ),
        ("remove a parameter", "open_shop", "def open_shop(street): name = None; return Shop()"),
        ("reorder parameters", "open_shop", "def open_shop(street, name): return Shop()"),
        ("make async", "open_shop", "async def open_shop(name, street): return Shop()"),
    ],
)
def test_a_mutation_changes_what_it_says(kind: str, qualname: str, line: str):
    assert line in after(kind, qualname)[0][0].split("\n")


def test_a_renamed_parameter_is_renamed_in_the_body():
    assert "return item_renamed_by_mutation * amount + tax" in after("rename a parameter", "Shop.price")[0][0]


def test_a_definition_is_removed_with_its_decorators():
    ((source, mutation),) = after("remove", "Shop.total")
    assert "lru_cache" not in source
    assert "total" not in source
    assert mutation.breaks(place("Shop.total"), use("total"), led("Shop.total")) is True


def use(name: str, call: Call | None = None) -> Use:
    return Use("use.py", 1, 0, name, "use", call, executed=True, led=())


def led(qualname: str, implicit: int = 1, way: str = "direct") -> Led:
    return Led(("shop.py", qualname, 1), implicit, way)


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (Call(1), True),
        (Call(1, ("added_by_mutation",)), False),
        (Call(0), False),  # it was refused before, too
        (Call(1, open_ended=True), None),
    ],
)
def test_python_itself_says_which_calls_a_new_parameter_breaks(call: Call, answer: bool | None):
    ((_, mutation),) = after("add a required keyword", "Shop.price")
    assert mutation.breaks(place("Shop.price"), use("price", call), led("Shop.price")) is answer


def test_an_argument_that_means_another_parameter_now_is_broken():
    before = parameters_of(place("open_shop"))
    swapped = (before[1], before[0])
    assert breaks(before, swapped, Call(2), 0)
    assert not breaks(before, swapped, Call(0, ("name", "street")), 0)


def test_what_a_wrapper_hides_nobody_can_tell():
    ((_, mutation),) = after("add a required keyword", "Shop.total")
    assert mutation.breaks(place("Shop.total"), use("total", Call(2)), led("Shop.total", way="hidden")) is None


def test_parameters_are_written_as_they_stood():
    assert written(parameters_of(place("Shop.price"))) == "self, item, amount=1, *, tax=0"


def test_lines_are_followed_through_an_edit():
    ((source, mutation),) = after("remove", "Shop.price")
    moved = line_map(SOURCE, mutation.edits)
    lines = source.split("\n")
    assert 7 not in moved
    assert lines[moved[19] - 1].startswith("def open_shop") or lines[moved[20] - 1].startswith("def open_shop")


NAMESPACE_TEST = "assert Shop().price(2, 3, tax=1) == 7 and Shop().total(1, 2) == 3 and open_shop('a', 'b')"


@pytest.mark.parametrize("kind", TWINS)
@pytest.mark.parametrize("qualname", ["Shop.price", "Shop.total", "open_shop"])
def test_a_twin_works_as_before(kind: str, qualname: str):
    files = {"shop.py": File("shop.py", SOURCE)}
    for edits in TWINS[kind](place(qualname), files, Witness(())):
        source = edited(SOURCE, edits["shop.py"]).decode()
        name = qualname.rpartition(".")[2]
        test = NAMESPACE_TEST.replace(name, f"{name}_renamed_by_mutation") if kind == "rename with all callers" else ""
        exec(compile(source + (test or NAMESPACE_TEST), "shop.py", "exec"), {})  # noqa: S102 - our own six lines
