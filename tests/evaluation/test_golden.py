"""Comments beside golden ones: when two are about the same lines, and what is counted."""

import json
from pathlib import Path

import pytest

from analysis.diff import parse_diff
from evaluation.golden.baselines import by_chance, every_file, every_hunk
from evaluation.golden.overlap import Comment, Overlap, overlap
from evaluation.golden.pulls import read_pull
from evaluation.golden.run import OURS, measured, table
from tests.reviews.parts import Repo
from tests.shared_data import SHARED_DATA, needs_shared_data

DIFF = """\
diff --git a/shop.py b/shop.py
--- a/shop.py
+++ b/shop.py
@@ -1,2 +1,3 @@
 one
+two
 three
@@ -9,2 +10,4 @@
 nine
+ten
+eleven
 twelve
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-one
"""


def at(line: int, end_line: int | None = None, path: str = "shop.py") -> Comment:
    return Comment(path, line, end_line or line)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        (at(10), at(13), True),
        (at(10), at(14), False),
        (at(13), at(10), True),
        (at(10, 20), at(15), True),
        (at(15), at(10, 20), True),
        (at(10, 20), at(23, 30), True),
        (at(10, 20), at(24, 30), False),
        (at(10), at(10, path="cart.py"), False),
    ],
)
def test_comments_are_near_when_three_lines_apart_in_one_file(one, other, near):
    assert one.is_near(other) is near


def test_each_comment_and_each_golden_one_counts_once():
    counted = overlap([at(1), at(2), at(50), at(90)], golden=[at(1), at(3), at(200)], wrong=[at(2), at(50)])
    assert counted == Overlap(comments=4, right=2, refused=1, golden=3, met=2)
    assert (counted.precision, round(counted.recall, 3)) == (0.5, 0.667)


def test_saying_nothing_is_neither_right_nor_wrong():
    counted = overlap([], golden=[at(1)], wrong=[])
    assert (counted.precision, counted.recall) == (0.0, 0.0)
    assert counted + counted == Overlap(golden=2)


def test_baselines_comment_on_added_lines_only():
    files = parse_diff(DIFF)
    assert every_hunk(files) == [at(2), at(11)]
    assert every_file(files) == [at(2)]
    assert set(by_chance(files, count=9, seed=1)) == {at(2), at(11), at(12)}
    assert by_chance(files, count=2, seed=1) == by_chance(files, count=2, seed=1)
    assert len(by_chance(files, count=2, seed=1)) == 2


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A golden pull request: `old.py` went, `new.py` came, `shop.py` changed."""
    source = tmp_path / "prs" / "shop"
    for path, content in {
        "base/shop.py": "one\n",
        "base/src/old.py": "",
        "head/shop.py": "one\ntwo\n",
        "head/src/new.py": "new\n",
        "meta.json": json.dumps({"language": "Python"}),
        "golden.json": json.dumps({"positive": [said(2), said(1, side="left")], "negative": [said(9, 12)]}),
    }.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(content, encoding="utf-8")
    return source


def said(line: int, end_line: int | None = None, side: str = "right") -> dict[str, object]:
    return {"path": "shop.py", "side": side, "from_line": line, "to_line": end_line or line}


def test_a_pull_request_becomes_two_commits_of_its_files(source, tmp_path):
    pull = read_pull(source, tmp_path / "made")
    repo = Repo(pull.repository)
    assert repo.git("ls-tree", "-r", "--name-only", pull.base_sha).split() == ["shop.py", "src/old.py"]
    assert repo.git("ls-tree", "-r", "--name-only", pull.head_sha).split() == ["shop.py", "src/new.py"]
    assert (pull.golden, pull.refused) == ((at(2),), (at(9, 12),))


def test_making_it_again_gives_the_same_commits(source, tmp_path):
    assert read_pull(source, tmp_path / "made") == read_pull(source, tmp_path / "made")


def test_every_contestant_is_measured_on_the_same_change(source, tmp_path, settings):
    settings.MIRRORS_DIR = tmp_path / "mirrors"
    pull = read_pull(source, tmp_path / "made")
    row = {"findings": [{"path": "shop.py", "line": 2, "end_line": 2, "placement": "inline"}]}
    scores = measured(pull, row, seed=1)
    assert {who: (one.comments, one.golden) for who, one in scores.items()} == {
        OURS: (1, 1),
        "first added line of every hunk": (2, 1),
        "first added line of every file": (2, 1),
        "as many added lines as ours, by chance": (1, 1),
        "nothing": (0, 1),
    }
    assert "| ours | 2 | 2 | 0 | 1.000 | 2/2 | 1.000 |" in table({"shop": scores, "again": scores})


@needs_shared_data
def test_the_golden_pull_requests_are_all_there(tmp_path):
    assert SHARED_DATA
    pulls = [read_pull(source, tmp_path) for source in sorted((SHARED_DATA / "prs").iterdir())]
    assert (len(pulls), sum(len(pull.golden) for pull in pulls), sum(len(pull.refused) for pull in pulls)) == (
        13,
        81,
        40,
    )
