"""Each mutation and each twin of Go changes the text it says, and leaves it Go."""

import pytest

from evaluation.compiled.language import Position
from evaluation.compiled.source import File, Place
from evaluation.edits import edited
from evaluation.go.definitions import grammar, places
from evaluation.go.mutations import MUTATIONS
from evaluation.go.twins import TWINS

SOURCE = b"""\
package shop

// Open is for all.
func Open(name string, size int, rest ...string) *Shop { return price(size, name) }

type Shop struct {
	size int
}

type Store interface {
	Get(string) (n int, err error)
}

func (s *Shop) Price(item, amount int) int { return item }

func (s *Shop) close() {}

func price(amount int, name string) (*Shop, error) { return nil, nil }

const Most = 3

var Few, Many = 1, 2

func main() {}
"""
OTHER = b"package shop\n\nvar s, _ = price(1, second())\n"


def file() -> File:
    return File("shop.go", SOURCE, grammar("shop.go"))


def place(qualname: str) -> Place:
    return next(each for each in places(file()) if each.qualname == qualname)


def after(kind: str, qualname: str) -> list[str]:
    return [edited(SOURCE, mutation.edits).decode() for mutation in MUTATIONS[kind](place(qualname))]


def twin(kind: str, qualname: str, *uses: Position) -> dict[str, str]:
    files = {"shop.go": file(), "other.go": File("other.go", OTHER, grammar("other.go"))}
    made = TWINS[kind](place(qualname), files, uses)
    return {path: edited(files[path].content, edits).decode() for path, edits in next(made, {}).items()}


def test_definitions_are_what_a_caller_may_name():
    found = [each.qualname for each in places(file())]
    assert found == ["Open", "Shop", "Store", "Store.Get", "Shop.Price", "Shop.close", "price", "Most"]


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_mutant_is_go(kind: str):
    sources = [source for each in places(file()) for source in after(kind, each.qualname)]
    assert sources
    assert [source for source in sources if File("shop.go", source.encode(), grammar("")).root.has_error] == []


@pytest.mark.parametrize(
    ("kind", "qualname", "line"),
    [
        (
            "rename",
            "price",
            "func price_renamedByMutation(amount int, name string) (*Shop, error) { return nil, nil }",
        ),
        ("rename", "Most", "const Most_renamedByMutation = 3"),
        ("unexport", "Most", "const most = 3"),
        ("unexport", "Shop.Price", "func (s *Shop) price(item, amount int) int { return item }"),
        ("add a parameter", "Store.Get", "	Get(string, string) (n int, err error)"),
        ("add a parameter", "Shop.close", "func (s *Shop) close(addedByMutation string) {}"),
        ("put a parameter first", "Store.Get", "	Get(string, string) (n int, err error)"),
        ("remove a parameter", "Shop.Price", "func (s *Shop) Price() int { return item }"),
        ("add a result", "Shop.Price", "func (s *Shop) Price(item, amount int) (int, error) { return item }"),
        ("add a result", "Shop.close", "func (s *Shop) close() error {}"),
        ("add a result", "Store.Get", "	Get(string) (n int, err error, addedByMutation error)"),
        ("remove a result", "price", "func price(amount int, name string) (*Shop) { return nil, nil }"),
        ("remove a result", "Store.Get", "	Get(string) (n int)"),
        ("remove a result", "Shop.Price", "func (s *Shop) Price(item, amount int)  { return item }"),
        ("reorder parameters", "price", "func price(name string, amount int) (*Shop, error) { return nil, nil }"),
    ],
)
def test_a_mutation_changes_what_it_says(kind: str, qualname: str, line: str):
    assert line in after(kind, qualname)[0].split("\n")


def test_a_parameter_is_added_before_the_variadic_one():
    assert "size int, addedByMutation string, rest ...string" in after("add a parameter", "Open")[0]


def test_parameters_of_one_type_are_not_reordered():
    assert after("reorder parameters", "Shop.Price") == []


def test_what_is_for_its_package_alone_is_not_unexported():
    assert after("unexport", "price") == after("unexport", "Shop.close") == []


@pytest.mark.parametrize("kind", [kind for kind in TWINS if kind != "change a private helper"])
def test_a_twin_is_go(kind: str):
    sources = [source for each in places(file()) for source in twin(kind, each.qualname).values()]
    assert sources
    assert [source for source in sources if File("", source.encode(), grammar("")).root.has_error] == []


@pytest.mark.parametrize(
    ("kind", "qualname", "line"),
    [
        ("rename, old name kept", "price", "var price = price_renamedByMutation"),
        ("rename, old name kept", "Shop", "type Shop = Shop_renamedByMutation"),
        ("add a variadic parameter", "Shop.close", "func (s *Shop) close(addedByTwin ...string) {}"),
        ("add a field", "Shop", "type Shop struct { addedByTwin int;"),
        ("change the body", "Shop.close", 'func (s *Shop) close() { _ = "addedByTwin";}'),
        ("change a comment", "Open", "// It says something else."),
    ],
)
def test_a_twin_changes_what_it_says(kind: str, qualname: str, line: str):
    assert line in twin(kind, qualname)["shop.go"].split("\n")


def test_a_private_helper_is_changed_with_every_call():
    calls = Position("shop.go", 4, 64), Position("other.go", 3, 11)
    changed = twin("change a private helper", "price", *calls)
    assert 'price("addedByTwin", size, name)' in changed["shop.go"]
    assert 'price("addedByTwin", 1, second())' in changed["other.go"]


def test_a_private_helper_that_is_also_handed_on_is_left_alone():
    assert twin("change a private helper", "price", Position("shop.go", 1, 0)) == {}


def test_a_function_moves_to_another_file_of_its_package():
    moved = twin("move within the package", "Shop.close")
    assert "close" not in moved["shop.go"]
    assert moved["other.go"] == f"{OTHER.decode()}\n\nfunc (s *Shop) close() {{}}\n"
