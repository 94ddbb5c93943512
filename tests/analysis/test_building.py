"""A graph is built from what git has, once per content, and says what it left out."""

import gc
from pathlib import Path

import pytest

from analysis.building import build_missing_graphs
from analysis.graph import GraphNotBuilt, graph_is_built, load_graph
from analysis.impact import contract_changes
from analysis.models import BlobFacts, GraphSnapshot
from integrations.git.mirror import Mirror, open_mirror
from tests.analysis.repositories import Repository

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture
def mirror(tmp_path: Path, repository: Repository) -> Mirror:
    return open_mirror(tmp_path / "mirrors", "octo/app", str(repository.path))


def build(mirror: Mirror, *shas: str):
    return build_missing_graphs(mirror, "octo/app", shas, between_batches=lambda: None)


def test_a_built_graph_has_the_facts_of_every_file(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a.py": "def f(): ...\n", "b/c.py": "import a\na.f()\n", "README": "no code"})
    build(mirror, sha)
    graph = load_graph("octo/app", sha)
    assert sorted(graph.tree) == ["a.py", "b/c.py"]
    facts = graph.facts("a.py")
    assert facts
    assert [definition.qualname for definition in facts.definitions] == ["f"]
    assert (graph.mentioning(["f"]), graph.defining(["f"]), graph.mentioning(["g"])) == (["b/c.py"], ["a.py"], [])


def test_a_second_commit_reads_its_changed_files_only(mirror: Mirror, repository: Repository):
    files = {f"m{number}.py": f"x = {number}\n" for number in range(30)}
    first = repository.commit(files)
    second = repository.commit({**files, "m7.py": "y = 1\n"})
    assert [(built.files, built.extracted) for built in build(mirror, first, second)] == [(30, 30), (30, 1)]


def test_the_same_content_is_read_once_wherever_it_is(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    (built,) = build(mirror, sha)
    assert (built.files, built.extracted, BlobFacts.objects.count()) == (2, 1, 1)


def test_the_same_content_is_another_thing_in_another_language(mirror: Mirror, repository: Repository):
    source = "export function f(x) { return g(x) }\n"
    sha = repository.commit({"a.ts": source, "b.js": source, "c.py": source})
    (built,) = build(mirror, sha)
    graph = load_graph("octo/app", sha)
    facts = [graph.facts(path) for path in ("a.ts", "b.js", "c.py")]
    required = [[not parameter.has_default for d in f.definitions for parameter in d.parameters] for f in facts if f]
    assert (built.extracted, required) == (1, [[True], [False], []])
    assert graph.defining(["f"]) == ["a.ts", "b.js"]


def test_a_graph_that_is_there_is_not_built_again(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a.py": "x = 1\n"})
    assert (len(build(mirror, sha)), len(build(mirror, sha)), GraphSnapshot.objects.count()) == (1, 0, 1)


def test_a_graph_belongs_to_its_repository(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a.py": "x = 1\n"})
    build(mirror, sha)
    assert (graph_is_built("octo/app", sha), graph_is_built("octo/other", sha)) == (True, False)
    with pytest.raises(GraphNotBuilt):
        load_graph("octo/other", sha)


def test_an_interrupted_build_leaves_no_graph_but_keeps_its_facts(
    mirror: Mirror, repository: Repository, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("analysis.building.BATCH_FILES", 2)
    sha = repository.commit({f"m{number}.py": f"x = {number}\n" for number in range(6)})
    steps = iter([None, None])
    with pytest.raises(StopIteration):
        build_missing_graphs(mirror, "octo/app", [sha], between_batches=lambda: next(steps))
    assert (graph_is_built("octo/app", sha), BlobFacts.objects.count()) == (False, 4)
    (built,) = build(mirror, sha)
    assert built.extracted == 2


def test_what_cannot_be_read_is_left_out_and_said(mirror: Mirror, repository: Repository):
    sha = repository.commit_entries(
        [
            ("120000", repository.blob("/etc/passwd"), b"link.py"),
            ("160000", "1" * 40, b"module.py"),
            ("100644", repository.blob(b"x = 1\n" * 200_000), b"large.py"),
            ("100644", repository.blob("x = 1\n"), b"new\nline.py"),
            ("100644", repository.blob("x = 1\n"), b"caf\xe9.py"),
            ("100644", repository.blob("x = 1\n"), b"-rf.py"),
        ]
    )
    build(mirror, sha)
    snapshot = GraphSnapshot.objects.get()
    assert snapshot.skipped == {
        "link.py": "is a link or a submodule",
        "module.py": "is a link or a submodule",
        "large.py": "larger than 1 MB",
        "new\nline.py": "has a name we do not handle",
        "caf?.py": "has a name we do not handle",
    }
    assert list(load_graph("octo/app", sha).tree) == ["-rf.py"]


def test_a_hostile_file_is_skipped_and_its_neighbours_are_not(mirror: Mirror, repository: Repository):
    sha = repository.commit({"bad.py": "f(" * 5_000 + ")" * 5_000, "good.py": "def f(): ...\n", "nul.py": b"x\0y\n"})
    build(mirror, sha)
    graph = load_graph("octo/app", sha)
    assert (graph.facts("bad.py"), bool(graph.facts("good.py"))) == (None, True)
    assert BlobFacts.objects.get(facts=None).skipped == "is nested too deeply"


def test_the_garbage_collector_runs_again_after_each_file(mirror: Mirror, repository: Repository):
    sha = repository.commit({"bad.py": "(" * 5_000, "good.py": "x = 1\n"})
    build(mirror, sha)
    assert gc.isenabled()


def test_a_stored_graph_names_the_callers_a_change_breaks(mirror: Mirror, repository: Repository):
    files = {"a.py": "def f(x): ...\n", "b.py": "from a import f\nf(1)\n"}
    base = repository.commit(files)
    head = repository.commit({**files, "a.py": "def f(x, y): ...\n"})
    build(mirror, base, head)
    (change,) = contract_changes(load_graph("octo/app", base), load_graph("octo/app", head), changed_paths={"a.py"})
    assert [(caller.path, caller.line) for caller in change.broken_callers] == [("b.py", 2)]


def test_an_impact_loads_only_the_files_around_the_change(
    mirror: Mirror, repository: Repository, django_assert_max_num_queries
):
    files = {"a.py": "def f(x): ...\n", "b.py": "from a import f\nf(1)\n"} | {
        f"m{number}.py": f"x = {number}\n" for number in range(50)
    }
    base = repository.commit(files)
    head = repository.commit({**files, "a.py": "def f(x, y): ...\n"})
    build(mirror, base, head)
    before, after = load_graph("octo/app", base), load_graph("octo/app", head)
    with django_assert_max_num_queries(25):
        contract_changes(before, after, changed_paths={"a.py"})
    assert len(after._facts) == 3
