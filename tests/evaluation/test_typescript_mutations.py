"""Each mutation and each twin of TypeScript changes the text it says, and leaves it TypeScript."""

import pytest

from evaluation.compiled.source import File, Place, called_line
from evaluation.edits import edited
from evaluation.typescript.definitions import callee, grammar, places
from evaluation.typescript.mutations import MUTATIONS
from evaluation.typescript.twins import TWINS

SOURCE = b"""\
export function open(name: string, street?: string, ...rest: string[]): Shop { return new Shop(name); }

export class Shop {
  constructor(private name: string, size = 1) {}

  price(item: number, amount: number): number {
    return this.total(
      item,
      amount,
    );
  }

  total = (one: number, two: number) => one + two;

  get size() { return 1; }
}

const twice = (value: number) => value * 2;
function seen(): void;
function seen(name?: string): void {}
twice(1);
"""


def file() -> File:
    return File("shop.ts", SOURCE, grammar("shop.ts"))


def place(qualname: str) -> Place:
    return next(each for each in places(file()) if each.qualname == qualname)


def after(kind: str, qualname: str) -> list[str]:
    return [edited(SOURCE, mutation.edits).decode() for mutation in MUTATIONS[kind](place(qualname))]


def test_definitions_are_those_that_have_their_name_alone():
    found = [each.qualname for each in places(file())]
    assert found == ["open", "Shop", "Shop.constructor", "Shop.price", "Shop.total", "twice"]


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_mutant_is_typescript(kind: str):
    sources = [source for each in places(file()) for source in after(kind, each.qualname)]
    assert sources
    assert [source for source in sources if File("shop.ts", source.encode(), grammar("")).root.has_error] == []


@pytest.mark.parametrize(
    ("kind", "qualname", "line"),
    [
        ("rename", "twice", "const twice_renamedByMutation = (value: number) => value * 2;"),
        ("add a required parameter", "Shop.price", "  price(item: number, amount: number, ADDED): number {"),
        ("add a required parameter", "Shop.constructor", "  constructor(private name: string, ADDED, size = 1) {}"),
        ("change arity of a method", "Shop.total", "  total = (ADDED, one: number, two: number) => one + two;"),
        ("remove a parameter", "Shop.constructor", "  constructor(private name: string) {}"),
        ("reorder parameters", "Shop.price", "  price(amount: number, item: number): number {"),
        ("make async", "Shop.price", "  async price(item: number, amount: number): Promise<number> {"),
        ("make async", "Shop.total", "  total = async (one: number, two: number) => one + two;"),
        ("unexport", "Shop", "class Shop {"),
    ],
)  # fmt: skip
def test_a_mutation_changes_what_it_says(kind: str, qualname: str, line: str):
    assert line.replace("ADDED", "addedByMutation: string") in after(kind, qualname)[0].split("\n")


def test_a_definition_is_removed_with_its_export():
    ((source),) = after("remove", "open")
    assert source.startswith("\nexport class Shop")


def test_a_constructor_keeps_its_name():
    assert after("rename", "Shop.constructor") == after("remove", "Shop.constructor") == []


@pytest.mark.parametrize("kind", sorted(TWINS.keys() - {"change a private helper"}))
def test_a_twin_is_typescript(kind: str):
    files = {"shop.ts": file()}
    made = [edits for each in places(files["shop.ts"]) for edits in TWINS[kind](each, files, ())]
    sources = [edited(SOURCE, edits["shop.ts"]) for edits in made]
    assert sources
    assert [source for source in sources if File("shop.ts", source, grammar("")).root.has_error] == []


def test_a_position_in_a_call_is_at_the_name_that_is_called():
    assert called_line(file(), 8, 6, callee) == 7


def test_a_call_does_not_reach_into_the_functions_it_is_given():
    source = File("test.ts", b"it(\n  () => {\n    fail;\n  },\n)", grammar("test.ts"))
    assert called_line(source, 3, 4, callee) == 3
