"""The whole of it on a small project in TypeScript, with its compiler as the judge."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.compiled import name_search, opened
from evaluation.compiled.drawing import draw
from evaluation.compiled.language import Compilable, Judge, Position
from evaluation.compiled.source import Place
from evaluation.contestants.ours import CodeGraphs
from evaluation.mutants import Mutant, Verdict, commit
from evaluation.projects import Project
from evaluation.typescript import JUDGED
from evaluation.typescript.compiler import PACKAGE, judge
from evaluation.typescript.projects import commit_all

ROOT = Path(__file__).resolve().parents[2]
SHOP = """\
export function price(item: number, amount: number): number {
  return item * amount;
}

export class Till {
  add(amount: number, note: string): number {
    return price(amount, 1);
  }
}
"""
INDEX = 'export { price, Till } from "./shop";\n'
USE = """\
import { price, Till } from "./index";

// price( in a remark
export const total = price(2, 3) + 1;
declare const till: any;
till.add();
export const sum = new Till().add(
  total,
  "all of it",
);
"""
FILES = {"src/shop.ts": SHOP, "src/index.ts": INDEX, "src/use.ts": USE}
OPTIONS = {"strict": True, "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": []}


def compiler() -> Path:
    """The package, as the evaluation installed it or as `tsc` was."""
    installed = sorted((ROOT / ".kodus" / "evaluation").glob(f"*/{PACKAGE}"))
    tsc = shutil.which("tsc")
    found = installed[:1] or ([Path(tsc).resolve().parents[1]] if tsc else [])
    if not found or not shutil.which("node"):
        pytest.skip("needs node and tsc; `make eval` for TypeScript installs the latter")
    return found[0]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Compilable:
    checkout = tmp_path_factory.mktemp("compiled") / "project"
    (checkout / "src").mkdir(parents=True)
    (checkout / "node_modules").mkdir()
    (checkout / PACKAGE).symlink_to(compiler())
    (checkout / "tsconfig.json").write_text(json.dumps({"compilerOptions": OPTIONS, "include": ["src"]}))
    for path, content in FILES.items():
        (checkout / path).write_text(content)
    commit_all(checkout)
    return opened(JUDGED, Project("project", ("src/",), ()), checkout)


@pytest.fixture(scope="module")
def judged(ready: Compilable) -> Iterator[Judge]:
    with judge(ready) as found:
        yield found


@pytest.fixture(scope="module")
def mutants(ready: Compilable) -> list[Mutant]:
    return draw(JUDGED, ready, 1, 40)


def place(ready: Compilable, qualname: str) -> Place:
    return next(each for each in JUDGED.places(ready.files["src/shop.ts"]) if each.qualname == qualname)


def drawn(mutants: list[Mutant], kind: str, qualname: str) -> Mutant:
    return next(each for each in mutants if (each.kind, each.definition.qualname) == (kind, qualname))


def test_the_compiler_says_where_a_call_does_not_fit(judged: Judge):
    fewer = SHOP.replace("item: number, amount: number", "item: number").encode()
    told = judged.diagnose({"src/shop.ts": fewer})
    assert Position("src/use.ts", 4, 30) in [each.position for each in told]


def test_the_compiler_forgets_one_mutant_before_the_next(judged: Judge):
    broken = judged.diagnose({"src/shop.ts": b"export {};"})
    assert judged.diagnose({}) == []
    assert judged.diagnose({"src/shop.ts": b"export {};"}) == broken


def test_a_use_is_known_through_a_barrel(ready: Compilable, judged: Judge):
    uses = judged.uses(place(ready, "price"))
    assert {("src/index.ts", 1), ("src/use.ts", 1), ("src/use.ts", 4), ("src/shop.ts", 7)} == {
        (use.path, use.line) for use in uses
    }


def test_the_same_seed_draws_the_same(ready: Compilable, mutants: list[Mutant]):
    assert [each.name for each in draw(JUDGED, ready, 1, 40)] == [each.name for each in mutants]


def test_what_the_compiler_does_not_repeat_is_broken_too(mutants: list[Mutant]):
    """It complains about the barrel, and says nothing of those who import from there."""
    broken = drawn(mutants, "rename", "price").broken
    assert set(broken) == {("src/index.ts", 1), ("src/use.ts", 1), ("src/use.ts", 4), ("src/shop.ts", 7)}


def test_at_home_a_definition_that_is_hidden_is_still_there(mutants: list[Mutant]):
    broken = drawn(mutants, "unexport", "price").broken
    assert set(broken) == {("src/index.ts", 1), ("src/use.ts", 1), ("src/use.ts", 4)}


def test_a_call_over_many_lines_is_one_site_at_the_name(mutants: list[Mutant]):
    mutant = drawn(mutants, "reorder parameters", "Till.add")
    assert {site.spot for site in mutant.sites} == {("src/use.ts", 7)}
    assert mutant.verdict(("src/use.ts", 8)) is Verdict.RIGHT


def test_a_caller_the_compiler_cannot_see_is_not_broken(mutants: list[Mutant]):
    assert drawn(mutants, "remove", "Till.add").verdict(("src/use.ts", 6)) is Verdict.WRONG


def test_whether_a_caller_means_something_else_nobody_knows(mutants: list[Mutant]):
    mutant = drawn(mutants, "make async", "price")
    assert mutant.verdict(("src/shop.ts", 7)) is Verdict.RIGHT
    assert mutant.verdict(("src/use.ts", 1)) is Verdict.UNKNOWN


def test_what_equal_types_hide_is_no_mutant(mutants: list[Mutant]):
    assert [each.name for each in mutants if each.kind == "reorder parameters"] == [
        "reorder parameters: src/shop.ts Till.add"
    ]


def test_ours_finds_callers_and_accuses_no_twin(ready: Compilable, mutants: list[Mutant], tmp_path: Path):
    commits = commit(ready, mutants)
    ours = CodeGraphs(ready, commits, tmp_path / "mirrors")
    for mutant, sha in zip(mutants, commits, strict=True):
        told = {mutant.verdict(spot) for _, spot in ours.findings(sha)}
        assert (mutant.name, told) == (mutant.name, told - {Verdict.WRONG})
        assert (mutant.name, mutant.is_harmless) == (mutant.name, Verdict.RIGHT not in told)


def test_every_kind_of_twin_is_drawn(mutants: list[Mutant]):
    twins = {mutant.kind for mutant in mutants if mutant.is_harmless}
    assert twins == set(JUDGED.twins) - {"change a private helper", "swap two methods"}


def test_a_search_for_the_name_believes_remarks(ready: Compilable, mutants: list[Mutant]):
    found = name_search(JUDGED, ready).findings(drawn(mutants, "rename", "price"))
    assert found == {("src/use.ts", 3), ("src/use.ts", 4), ("src/shop.ts", 7)}


def test_a_search_for_the_name_is_silent_where_the_signature_is_kept(ready: Compilable, mutants: list[Mutant]):
    search = name_search(JUDGED, ready)
    assert search.findings(drawn(mutants, "change the body", "price")) == set()
    assert search.findings(drawn(mutants, "rename, old name kept", "price")) == set()
