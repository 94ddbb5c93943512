"""A replay: what is replayed, what is kept of it, and the figures that come of it."""

import json
from pathlib import Path

import pytest

from evaluation.replay.changes import COMMITS, PULLS, PUSHES, Change, changes_of, clone, drawn
from evaluation.replay.fates import fates, told_once
from evaluation.replay.figures import median_told, percentile, tables
from evaluation.replay.judging import all_told, drawn_findings, one_of_each, to_judge
from evaluation.replay.lines import append, code_digest, read
from evaluation.replay.run import replay
from evaluation.reviewing import review
from reviews.analyzers import ANALYZERS
from tests.reviews.parts import BASE, HEAD, Repo
from tests.shared_data import SHARED_DATA, needs_shared_data


def finding(rule: str, placement: str = "inline", line: int = 1) -> dict[str, object]:
    return {"rule": rule, "path": "shop.py", "line": line, "message": f"{rule} is it", "placement": placement}


def row(change: str, *findings: dict[str, object], outcome: str = "REVIEWED", **more: object) -> dict[str, object]:
    return {"project": "shop", "change": change, "outcome": outcome, "findings": list(findings), **more}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A main line of two commits and a merge, bundled, with its pull request listed."""
    repo = Repo.make(tmp_path / "work" / "shop")
    first = repo.commit(BASE)
    head = repo.branch("change", HEAD)
    repo.commit({"readme": "A shop\n"})
    repo.git("merge", "-q", "--no-ff", "-m", "Merge pull request #7", "change")
    repo.git("bundle", "create", "-q", str(tmp_path / "shop.bundle"), "--all")
    listed = [{"number": 7, "base": first, "head": head}]
    (tmp_path / "shop.pulls.json").write_text(json.dumps(listed), encoding="utf-8")
    return repo


@pytest.fixture
def change(repo: Repo, tmp_path: Path) -> tuple[Path, Change]:
    repository = clone("shop", tmp_path, tmp_path)
    return repository, changes_of("shop", PULLS, tmp_path, repository)[0]


def test_a_pull_request_is_replayed_from_its_base_to_its_head(repo, change):
    assert change[1] == Change("shop", "#7", repo.git("rev-parse", "main~2"), repo.git("rev-parse", "change"))


def test_the_commits_of_the_main_line_are_replayed_without_merges(repo, change, tmp_path):
    commits = changes_of("shop", COMMITS, tmp_path, change[0])
    assert [(commit.base_sha, commit.head_sha) for commit in commits] == [
        (repo.git("rev-parse", "main~2"), repo.git("rev-parse", "main~1"))
    ]


def test_a_pull_request_of_several_commits_is_replayed_at_each_of_them(repo, change, tmp_path):
    assert changes_of("shop", PUSHES, tmp_path, change[0]) == []  # of one commit there is one head
    repo.git("checkout", "-q", "change")
    heads = [change[1].head_sha, repo.commit({"more.py": "1"}), repo.commit({"more.py": "2"})]
    listed = [{"number": 7, "base": change[1].base_sha, "head": heads[-1]}]
    (tmp_path / "shop.pulls.json").write_text(json.dumps(listed), encoding="utf-8")
    pushes = changes_of("shop", PUSHES, tmp_path, repo.path)
    assert [(push.name, push.base_sha, push.head_sha) for push in pushes] == [
        (f"#7@{head[:12]}", change[1].base_sha, head) for head in heads
    ]


def test_what_is_told_at_several_heads_is_told_once_and_is_gone_or_there_at_the_last():
    rows = [
        row("#1@a", finding("mended"), finding("kept")),
        row("#1@b", finding("mended", line=3), finding("kept"), finding("hidden", "dropped")),
        row("#1@c", finding("kept", line=9), finding("new")),
        row("#2@d", finding("mended")),
        row("#2@e"),
    ]
    assert [(at["change"], found["rule"]) for at, found in told_once(rows)] == [
        ("#1@a", "mended"),
        ("#1@a", "kept"),
        ("#1@c", "new"),
        ("#2@d", "mended"),
    ]
    assert list(fates(rows))[2:] == [
        "| mended | 2 | 2 | 0 |",
        "| kept | 1 | 0 | 1 |",
        "| all, of 2 pull requests | 3 | 2 | 1 |",
    ]


def test_the_same_seed_draws_the_same_changes_in_their_order():
    changes = [Change("shop", f"#{number}", "", "") for number in range(50)]
    picked = drawn(changes, at_most=10, seed=3)
    assert (picked, len(set(picked))) == (drawn(changes, at_most=10, seed=3), 10)
    assert picked == sorted(picked, key=changes.index) != drawn(changes, at_most=10, seed=4)
    assert drawn(changes, at_most=None, seed=3) == drawn(changes, at_most=50, seed=3) == changes


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_a_change_is_reviewed_by_the_pipeline_itself(change, settings, tmp_path):
    settings.MIRRORS_DIR = tmp_path / "mirrors"
    came = review(change[0], change[1].base_sha, change[1].head_sha)
    assert [(item["rule"], item["line"], item["placement"]) for item in came["findings"]] == [
        ("contract:parameters", 1, "inline"),
        ("ruff:F821", 6, "inline"),
    ]
    assert {"fetch_change", "await_code_graph", "find", "filter_findings"} <= came["seconds"].keys()
    assert list(came["parts"]) == ["contracts", *(analyzer.name for analyzer in ANALYZERS), "language model"]
    assert (came["outcome"], came["graph"]["graphs"], came["graph"]["extracted"]) == ("REVIEWED", 2, 4)
    assert came["seconds"]["await_code_graph"] >= came["graph"]["seconds"] > 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_a_review_that_fails_is_no_change_without_findings(change, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("jobs.retry.get_exponential_backoff_interval", lambda *_, **__: 0)
    settings.MIRRORS_DIR = tmp_path / "mirrors"
    came = review(change[0], change[1].base_sha, "0" * 40)
    assert (came["outcome"], came["findings"]) == ("FAILED", [])
    assert "GitFailed" in came["reason"]


def test_a_replay_that_was_stopped_goes_on(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("evaluation.replay.run.review", lambda _path, _base, head: asked.append(head) or {})
    changes = [(tmp_path, Change("shop", f"#{number}", "b", f"h{number}")) for number in range(3)]
    replay(changes[:2], tmp_path / "lines")
    with (tmp_path / "lines").open("a") as lines:
        lines.write('{"project": "shop", "chan')
    replay(changes, tmp_path / "lines")
    assert asked == ["h0", "h1", "h2"]
    assert [line["change"] for line in read(tmp_path / "lines")] == ["#0", "#1", "#2"]


def test_what_is_there_survives_a_review_that_raises(tmp_path):
    def rows():
        yield row("#1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append(tmp_path / "lines", rows())
    assert [line["change"] for line in read(tmp_path / "lines")] == ["#1"]


def test_other_code_that_reviews_has_other_lines(tmp_path):
    (tmp_path / "reviews").mkdir()
    (tmp_path / "reviews" / "findings.py").write_text("1")
    before = code_digest(tmp_path)
    (tmp_path / "README.md").write_text("of no matter")
    assert code_digest(tmp_path) == before
    (tmp_path / "reviews" / "findings.py").write_text("2")
    assert code_digest(tmp_path) != before


def test_only_what_an_author_sees_is_counted():
    rows = [row("#1", finding("a"), finding("b", "body"), finding("c", "dropped")), row("#2"), row("#3")]
    said = list(tables(rows))
    assert "| all | 3 | 0 | 0 | 0 | 0 | 0.67 | 2 | 2 | 66.7% |" in said
    assert "| c | 1 | 1 | 0 | 0 | 1 |" in said


def test_a_failure_is_counted_as_one_and_not_as_silence():
    rows = [row("#1", outcome="FAILED"), row("#2", outcome="FAILED"), row("#3", finding("a"), finding("b"))]
    assert median_told(rows) == 2
    assert "| all | 3 | 0 | 0 | 2 | 2 | 2.00 | 2 | 2 | 0.0% |" in list(tables(rows))


def test_seconds_are_told_by_stage_and_part_and_cold_graphs_apart():
    graphs = [{"files": 10, "extracted": 10, "seconds": 4.0}, {"files": 10, "extracted": 2, "seconds": 1.0}]
    rows = [row(f"#{at}", seconds={"find": at}, parts={"ruff": 0.5}, graph=graph) for at, graph in enumerate(graphs)]
    said = list(tables(rows))
    assert "| find | 2 | 0.00 | 1.00 |" in said
    assert "| find: ruff | 2 | 0.50 | 0.50 |" in said
    assert "| graph job, cold | 1 | 4.00 | 4.00 |" in said
    assert "| graph job, the others | 1 | 1.00 | 1.00 |" in said


@pytest.mark.parametrize(("percent", "value"), [(50, 5), (90, 9), (95, 10), (100, 10), (1, 1)])
def test_a_percentile_is_one_of_the_values(percent, value):
    assert percentile(range(1, 11), percent) == value


def test_findings_to_judge_are_drawn_from_all_that_are_told():
    rows = [row(f"#{at}", finding("a", line=at + 1), finding("b", "dropped")) for at in range(40)]
    picked = drawn_findings(all_told(rows), count=30, seed=5)
    assert picked == drawn_findings(all_told(list(reversed(rows))), count=30, seed=5)
    assert picked != drawn_findings(all_told(rows), count=30, seed=6)
    assert len({change["change"] for change, _ in picked}) == 30
    assert {found["rule"] for _, found in picked} == {"a"}


def test_of_a_commit_that_is_told_much_one_finding_is_drawn():
    rows = [row("a", *(finding("x", line=at) for at in range(9))), row("b", finding("y")), row("c")]
    drawn_once = [one_of_each(rows, seed=seed) for seed in range(20)]
    assert all([change["change"] for change, _ in pairs] == ["a", "b"] for pairs in drawn_once)
    assert len({found["line"] for pairs in drawn_once for _, found in pairs if found["rule"] == "x"}) > 1


def test_few_findings_are_all_judged():
    assert list(to_judge(drawn_findings(all_told([row("#1", finding("a"))]), count=30, seed=5)))[1:] == [
        "| a | shop | #1 | shop.py:1 | | |"
    ]


@needs_shared_data
def test_all_the_pull_requests_of_the_test_data_are_there():
    assert SHARED_DATA
    bundles = SHARED_DATA / "repos"
    counts = [len(changes_of(name, PULLS, bundles, bundles)) for name in ("huey", "gidgethub", "structlog")]
    assert counts == [89, 110, 342]


def test_a_clone_that_was_cut_off_is_made_again(repo, tmp_path):
    (tmp_path / "shop.unfinished").mkdir()
    (tmp_path / "shop.unfinished" / "HEAD").write_text("half")
    cloned = Repo(clone("shop", tmp_path, tmp_path))
    assert cloned.git("rev-parse", "main") == repo.git("rev-parse", "main")
