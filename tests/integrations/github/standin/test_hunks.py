"""The hunk reader against git: what it says stands on a line stands there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.github.standin.hosted import HostedRepository
from integrations.github.standin.hunks import find_line, read_hunks
from integrations.github.standin.replay import clone_bundle, recorded_pulls
from tests.integrations.github.repository import git
from tests.shared_data import SHARED_DATA, needs_shared_data


def test_lines_are_numbered_on_the_sides_they_are_on():
    lines = read_hunks("--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ def f\n same\n-old\n+new\n")
    assert [(line.left, line.right, line.position) for line in lines] == [(1, 1, 1), (2, None, 2), (None, 2, 3)]


def test_a_later_hunk_counts_its_header():
    lines = read_hunks("@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-c\n+d\n")
    assert [(line.hunk, line.position) for line in lines] == [(0, 1), (0, 2), (1, 4), (1, 5)]


def test_text_that_looks_like_a_diff_is_text():
    lines = read_hunks("@@ -1,3 +1,3 @@\n--- a/x\n+++ b/x\n @@ -5 +5 @@\n-x\n+y\n")
    assert [(line.left, line.right) for line in lines] == [(1, None), (None, 1), (2, 2), (3, None), (None, 3)]


def test_a_missing_newline_at_the_end_is_no_line():
    lines = read_hunks("@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n")
    assert [(line.left, line.right) for line in lines] == [(1, None), (None, 1)]


def test_a_binary_file_has_no_lines():
    assert read_hunks("Binary files a/x and b/x differ\n") == []


texts = st.lists(st.sampled_from(["a", "b", "", "-", "+", "@@ -1 +1 @@", "-- x", "\\ No", "\f", "é"]), max_size=30)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    path = tmp_path_factory.mktemp("scratch")
    git(path, "init", "-q")
    return path


@settings(max_examples=40, deadline=None)
@given(before=texts, after=texts)
def test_any_change_is_read_as_git_wrote_it(scratch, before, after):
    shas = [_commit_of(scratch, lines) for lines in (before, after)]
    patch = HostedRepository("o/r", scratch, "main")._git("diff", *shas)
    for line in read_hunks(patch):
        text = line.text.rsplit("\n", 1)[1][1:]
        assert line.left is None or before[line.left - 1] == text
        assert line.right is None or after[line.right - 1] == text


def _commit_of(path, lines):
    (path / "x").write_text("".join(f"{line}\n" for line in lines), newline="")
    git(path, "add", "x")
    git(path, "commit", "-q", "--allow-empty", "-m", "x")
    return git(path, "rev-parse", "HEAD")


@needs_shared_data
def test_real_changes_are_read_as_git_wrote_them(tmp_path):
    hosted = HostedRepository("o/r", clone_bundle(SHARED_DATA / "repos/gidgethub.bundle", tmp_path / "r"), "main")
    read = 0
    for pull in recorded_pulls(SHARED_DATA / "repos/gidgethub.pulls.json")[:25]:
        for change in hosted.changes(pull.base, pull.head):
            lines = read_hunks(hosted.patch(pull.base, pull.head, change))
            assert sum(line.left is None for line in lines) == change.additions
            assert sum(line.right is None for line in lines) == change.deletions
            read += len(lines)
    assert read > 1000


def test_a_line_is_found_on_its_side_only():
    lines = read_hunks("@@ -1,2 +1 @@\n-a\n-b\n+c\n")
    assert find_line(lines, 2, "LEFT").position == 2
    assert find_line(lines, 2, "RIGHT") is None
