"""The whole of it on a small module in Go, with its type checker as the judge."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.compiled import opened
from evaluation.compiled.drawing import draw
from evaluation.compiled.language import Compilable, Judge, Position
from evaluation.contestants.ours import CodeGraphs
from evaluation.go import JUDGED
from evaluation.go.compiler import judge
from evaluation.go.projects import commit_all
from evaluation.mutants import Mutant, Verdict, commit
from evaluation.projects import Project

SHOP = """\
package shop

import "strings"

type Till struct{ sum int }

func Price(item int, name string) int { return item * len(strings.TrimSpace(name)) }

func (t *Till) Add(amount int, note string) error {
	t.sum += Price(amount, note)
	return nil
}
"""
USE = """\
package app

import "example.org/shop"

type Adder interface{ Add(amount int, note string) error }

var adder Adder = &shop.Till{}

func run() error {
	till := &shop.Till{}
	return till.Add(
		shop.Price(2, "a"),
		"all of it",
	)
}
"""
INSIDE = 'package shop\n\nimport "testing"\n\nfunc TestPrice(t *testing.T) { Price(1, "a") }\n'
OUTSIDE = """\
package shop_test

import (
	"example.org/shop"
	"testing"
)

func TestTill(t *testing.T) {
	if new(shop.Till).Add(1, "a") != nil {
		t.Fail()
	}
}
"""
FILES = {"go.mod": "module example.org/shop\n\ngo 1.18\n", "shop.go": SHOP, "app/app.go": USE,
         "shop_test.go": INSIDE, "till_test.go": OUTSIDE, "testdata/broken.go": "package {\n"}  # fmt: skip


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Compilable:
    if not shutil.which("go"):
        pytest.skip("needs go")
    checkout = tmp_path_factory.mktemp("go") / "project"
    for path, content in FILES.items():
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(content)
    commit_all(checkout)
    return opened(JUDGED, Project("project", ("",), (), ("testdata/",)), checkout)


@pytest.fixture(scope="module")
def judged(ready: Compilable) -> Iterator[Judge]:
    with judge(ready) as found:
        yield found


@pytest.fixture(scope="module")
def mutants(ready: Compilable) -> list[Mutant]:
    return draw(JUDGED, ready, 1, 40)


def drawn(mutants: list[Mutant], kind: str, qualname: str) -> Mutant:
    return next(each for each in mutants if (each.kind, each.definition.qualname) == (kind, qualname))


def broken(judged: Judge, old: str, new: str) -> set[tuple[str, int]]:
    told = judged.diagnose({"shop.go": SHOP.replace(old, new).encode()})
    return {(each.position.path, each.position.line) for each in told}


def test_the_checker_sees_both_kinds_of_tests(judged: Judge):
    assert broken(judged, "func Price(", "func Prices(") == {("shop.go", 10), ("app/app.go", 12), ("shop_test.go", 5)}
    assert broken(judged, "Add(amount int, note string)", "Add(amount int)") >= {("till_test.go", 9)}


def test_what_is_only_unused_now_breaks_nobody(judged: Judge):
    assert broken(judged, "len(strings.TrimSpace(name))", "1") == set()


def test_the_checker_forgets_one_mutant_before_the_next(judged: Judge):
    told = broken(judged, "func Price(", "func Prices(")
    assert judged.diagnose({}) == []
    assert broken(judged, "func Price(", "func Prices(") == told


def test_a_file_that_is_no_go_is_told(judged: Judge):
    assert broken(judged, "package shop", "package {")


def test_uses_are_known_in_every_package_and_its_tests(ready: Compilable, judged: Judge):
    price = next(each for each in JUDGED.places(ready.files["shop.go"]) if each.qualname == "Price")
    assert judged.uses(price) == [
        Position("app/app.go", 12, 7), Position("shop.go", 10, 10), Position("shop_test.go", 5, 31),
    ]  # fmt: skip


def test_a_call_over_many_lines_is_one_site_at_the_name(mutants: list[Mutant]):
    mutant = drawn(mutants, "add a parameter", "Till.Add")
    assert ("app/app.go", 11) in {site.spot for site in mutant.sites}


def test_a_type_that_no_longer_has_what_an_interface_asks_for_breaks_too(mutants: list[Mutant]):
    assert drawn(mutants, "remove", "Till.Add").verdict(("app/app.go", 7)) is Verdict.RIGHT


def test_ours_finds_callers_and_accuses_no_twin(ready: Compilable, mutants: list[Mutant], tmp_path: Path):
    commits = commit(ready, mutants)
    ours = CodeGraphs(ready, commits, tmp_path / "mirrors")
    for mutant, sha in zip(mutants, commits, strict=True):
        told = {mutant.verdict(spot) for _, spot in ours.findings(sha)}
        assert (mutant.name, told) == (mutant.name, told - {Verdict.WRONG})
        assert (mutant.name, mutant.is_harmless) == (mutant.name, Verdict.RIGHT not in told)


def test_every_kind_of_mutant_is_drawn(mutants: list[Mutant]):
    assert {mutant.kind for mutant in mutants if not mutant.is_harmless} == set(JUDGED.mutations)
