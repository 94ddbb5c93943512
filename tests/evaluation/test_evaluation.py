"""The whole of it on a small project: what is drawn, what is true of it, and what each contestant says."""

import subprocess
from pathlib import Path

import pytest

from evaluation.contestants.ours import CodeGraphs
from evaluation.mutants import Mutant, commit
from evaluation.projects import Project
from evaluation.python import name_search
from evaluation.python.drawing import draw
from evaluation.python.jedi_references import JediReferences
from evaluation.python.projects import Watched
from evaluation.python.source import File
from evaluation.python.witness import Call, Led, Use, Witness
from evaluation.report import Tally, kinds, table
from evaluation.scores import Score, score

SHOP = b"def price(item, amount):\n    return item * amount\n\n\ndef _tax(sum):\n    return sum\n"
USE = b"from shop import price\n\n# price( in a remark\ntotal = price(2, 3)\nprice(1, amount=2)\n"
KEY = ("shop.py", "price", 1)
LED = (Led(KEY, 0, "direct"),)
USES = (
    Use("use.py", 1, 17, "price", "import", None, executed=True, led=LED),
    Use("use.py", 4, 8, "price", "use", Call(2), executed=True, led=LED),
    Use("use.py", 5, 0, "price", "use", Call(1, ("amount",), usage="discarded"), executed=True, led=LED),
)


@pytest.fixture
def ready(tmp_path: Path) -> Watched:
    checkout = tmp_path / "project"
    checkout.mkdir()
    contents = {"shop.py": SHOP, "use.py": USE}
    for path, content in contents.items():
        (checkout / path).write_bytes(content)
    git = ["git", "-C", str(checkout), "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *command], check=True)
    base = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    project = Project("project", ("shop.py",), ())
    files = {path: File(path, content) for path, content in contents.items()}
    return Watched(project, checkout, base, tmp_path, files, Witness(USES))


def drawn(ready: Watched, kind: str) -> Mutant:
    return next(mutant for mutant in draw(ready, 1, 40) if mutant.kind == kind)


def test_the_same_seed_draws_the_same(ready: Watched):
    assert [mutant.name for mutant in draw(ready, 3, 5)] == [mutant.name for mutant in draw(ready, 3, 5)]


def test_only_definitions_with_callers_outside_are_drawn(ready: Watched):
    assert {mutant.definition.qualname for mutant in draw(ready, 1, 40)} == {"price"}


def test_what_breaks_is_known_by_construction(ready: Watched):
    assert set(drawn(ready, "rename").broken) == {("use.py", 1), ("use.py", 4), ("use.py", 5)}
    assert set(drawn(ready, "reorder parameters").broken) == {("use.py", 4), ("use.py", 5)}


def test_a_mutant_is_a_commit_on_the_project_s(ready: Watched):
    mutants = draw(ready, 1, 3)
    for mutant, sha in zip(mutants, commit(ready, mutants), strict=True):
        git = ["git", "-C", str(ready.checkout)]
        shown = subprocess.run([*git, "show", f"{sha}:shop.py"], check=True, capture_output=True).stdout
        parent = subprocess.run([*git, "rev-parse", f"{sha}^"], check=True, capture_output=True, text=True).stdout
        assert (shown, parent.strip()) == (mutant.files["shop.py"], ready.base)


def test_ours_finds_the_callers_and_accuses_no_twin(ready: Watched, tmp_path: Path):
    mutants = draw(ready, 1, 40)
    commits = commit(ready, mutants)
    ours = CodeGraphs(ready, commits, tmp_path / "mirrors")
    for mutant, sha in zip(mutants, commits, strict=True):
        spots = {spot for _, spot in ours.findings(sha)}
        assert (mutant.name, mutant.is_harmless) == (mutant.name, not spots)
        assert spots <= set(mutant.broken)


def test_a_search_for_the_name_believes_remarks(ready: Watched):
    assert name_search(ready).findings(drawn(ready, "rename")) == {("use.py", 3), ("use.py", 4), ("use.py", 5)}


def test_jedi_s_references_are_judged_by_their_arguments(ready: Watched):
    jedi = JediReferences(ready)
    assert jedi.findings(drawn(ready, "rename")) == {("use.py", 1), ("use.py", 4), ("use.py", 5)}
    assert jedi.findings(drawn(ready, "change the body")) == set()


def test_a_finding_is_right_wrong_or_beyond_the_judge(ready: Watched):
    mutant = drawn(ready, "reorder parameters")
    counted = score(mutant, {("use.py", 4), ("use.py", 1)}, others=1)
    assert (counted.right, counted.wrong, counted.found, counted.named, counted.sites) == (1, 2, 1, 1, 2)


def test_whoever_accuses_a_twin_is_wrong(ready: Watched):
    counted = score(drawn(ready, "change the body"), {("use.py", 4)})
    assert (counted.wrong, counted.accused, counted.mutants) == (1, 1, 0)


def test_the_table_ends_with_the_sums():
    tallies = {("a", "ours"): Tally(), ("b", "ours"): Tally()}
    tallies["a", "ours"].count("rename", Score(right=3, wrong=1, mutants=2, found=1, sites=4, named=3))
    tallies["b", "ours"].count("rename", Score(right=1, mutants=2, found=2, sites=1, named=1))
    assert list(table(tallies))[-1].startswith("| all | ours | 4 | 1 | 0 | 0.800 | 3/4 = 0.750 |")
    assert list(kinds(tallies, "ours"))[-1] == "| rename | 4 | 4 | 1 | 3/4 | 4/5 |"
