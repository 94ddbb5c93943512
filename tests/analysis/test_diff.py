"""The parser reads what real git writes, and is not fooled by what a patch contains."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analysis.diff import FileDiff, FileStatus, MalformedDiff, parse_diff, parse_patch
from integrations.git.mirror import Mirror, open_mirror
from tests.analysis.repositories import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


@pytest.fixture
def mirror(tmp_path: Path, repository: Repository) -> Mirror:
    return open_mirror(tmp_path / "mirrors", "octo/app", str(repository.path))


def diff_of(mirror: Mirror, base: str, head: str) -> list[FileDiff]:
    mirror.fetch(base, head)
    return parse_diff(mirror.diff(base, head))


def both_sides(file: FileDiff) -> tuple[bytes, bytes]:
    """The hunks' lines, put together again for the old and the new side."""
    sides = []
    for sign in "-+":
        lines = [line for hunk in file.hunks for line in hunk.lines if line.sign in (sign, " ")]
        text = "".join(line.text + ("\n" if line.newline else "") for line in lines)
        sides.append(text.encode("utf-8", "surrogateescape"))
    return sides[0], sides[1]


LINES = [
    *b"a|b||--- a/x|+++ b/x|@@ -1 +1 @@|diff --git a/x b/x|-|+|rename from x|Binary files a and b differ".split(b"|"),
    b"\\ No newline at end of file",
    b"crlf\r",
    b"caf\xe9",
    b"\x0c",
    b"\xe2\x80\xa8",
]
CONTENT = st.builds(
    lambda lines, end: b"\n".join(lines) + end if lines else b"",
    st.lists(st.sampled_from(LINES), max_size=12),
    st.sampled_from([b"", b"\n"]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=CONTENT, after=CONTENT)
def test_every_line_git_shows_is_put_on_its_side_and_number(
    mirror: Mirror, repository: Repository, before: bytes, after: bytes
):
    base, head = repository.commit({"x": before, "y": "same"}), repository.commit({"x": after, "y": "same"})
    files = diff_of(mirror, base, head)
    if before == after:
        assert files == []
        return
    (file,) = files
    old, new = before.split(b"\n"), after.split(b"\n")
    for line in (line for hunk in file.hunks for line in hunk.lines):
        text = line.text.encode("utf-8", "surrogateescape")
        assert line.old_number is None or old[line.old_number - 1] == text
        assert line.new_number is None or new[line.new_number - 1] == text
    removed = sum(line.sign == "-" for hunk in file.hunks for line in hunk.lines)
    assert len(file.added_lines) - removed == _lines(after) - _lines(before)


def _lines(content: bytes) -> int:
    return content.count(b"\n") + (not content.endswith(b"\n") and content != b"")


NAMES = st.text(st.sampled_from('ab é"\\\t\n -+日'), min_size=1, max_size=8).filter(
    lambda name: name.strip() not in ("", ".", "..") and not name.startswith("/")
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=NAMES, new=NAMES)
@example(old="\\", new="\\\t")
@example(old="a", new="b ")
def test_every_name_git_quotes_is_read_back(mirror: Mirror, repository: Repository, old: str, new: str):
    text = "".join(f"{number}\n" for number in range(20))
    base, head = repository.commit({old: text}), repository.commit({new: text})
    files = diff_of(mirror, base, head)
    expected = [] if old == new else [(old, new, FileStatus.RENAMED)]
    assert [(file.old_path, file.new_path, file.status) for file in files] == expected


def test_added_removed_and_modified_files_are_told_apart(mirror: Mirror, repository: Repository):
    base = repository.commit({"gone": "1\n", "kept": "1\n"})
    head = repository.commit({"kept": "1\n2\n", "new": "3\n"})
    assert [(f.old_path, f.new_path, f.status) for f in diff_of(mirror, base, head)] == [
        ("gone", None, FileStatus.REMOVED),
        ("kept", "kept", FileStatus.MODIFIED),
        (None, "new", FileStatus.ADDED),
    ]


def test_a_change_of_mode_only_has_no_hunks(mirror: Mirror, repository: Repository):
    blob = repository.blob("1\n")
    base, head = (repository.commit_entries([(mode, blob, b"a b")]) for mode in ("100644", "100755"))
    (file,) = diff_of(mirror, base, head)
    assert (file.status, file.path, file.hunks) == (FileStatus.MODE_CHANGED, "a b", ())
    assert (file.old_mode, file.new_mode) == ("100644", "100755")


def test_a_binary_file_has_no_lines(mirror: Mirror, repository: Repository):
    base, head = repository.commit({"logo.png": b"\0\1"}), repository.commit({"logo.png": b"\0\2"})
    (file,) = diff_of(mirror, base, head)
    assert (file.binary, file.path, file.commentable_lines) == (True, "logo.png", frozenset())


@pytest.mark.parametrize("name", ['quo"te.bin', "tab\there.bin", "ünï.bin", "a b/a b.bin"])
def test_the_name_of_a_new_binary_file_is_read_from_its_header(mirror: Mirror, repository: Repository, name: str):
    (file,) = diff_of(mirror, repository.commit({}), repository.commit({name: b"\0"}))
    assert (file.old_path, file.new_path, file.binary) == (None, name, True)


def test_an_empty_new_file_has_no_hunks(mirror: Mirror, repository: Repository):
    (file,) = diff_of(mirror, repository.commit({}), repository.commit({"empty": ""}))
    assert (file.status, file.hunks) == (FileStatus.ADDED, ())


def test_a_link_that_becomes_a_file_is_two_changes(mirror: Mirror, repository: Repository):
    blob = repository.blob("target\n")
    base, head = (repository.commit_entries([(mode, blob, b"a")]) for mode in ("120000", "100644"))
    assert [file.status for file in diff_of(mirror, base, head)] == [FileStatus.REMOVED, FileStatus.ADDED]


def test_commentable_lines_are_those_inside_hunks(mirror: Mirror, repository: Repository):
    lines = [f"{number}\n" for number in range(1, 21)]
    base = repository.commit({"a": "".join(lines)})
    head = repository.commit({"a": "".join([*lines[:9], "new\n", *lines[9:]])})
    (file,) = diff_of(mirror, base, head)
    assert file.added_lines == {10}
    assert file.commentable_lines == set(range(7, 14))


FORGED = """\
diff --git a/a.py b/a.py
index 1111111..2222222 100644
--- a/a.py
+++ b/a.py
@@ -1,2 +1,4 @@ def f():
 x
--- a/evil.py
+++ b/evil.py
+@@ -1 +1 @@
+diff --git a/evil.py b/evil.py
"""


def test_lines_that_look_like_headers_are_content():
    (file,) = parse_diff(FORGED)
    assert (file.path, file.added_lines, file.hunks[0].section) == ("a.py", frozenset({2, 3, 4}), "def f():")
    assert both_sides(file)[0] == b"x\n-- a/evil.py\n"


def test_nothing_changed_is_no_file():
    assert parse_diff(b"") == parse_diff("\n") == []


@pytest.mark.parametrize(
    "damage",
    [
        FORGED.replace("-1,2 +1,4", "-1,2 +1,9"),
        FORGED.replace("-1,2 +1,4", "-1,2 +1,3"),
        FORGED.replace("-1,2 +1,4", "-1,9999999999 +1,4"),
        FORGED.replace("@@ -1,2 +1,4 @@ def", "@@ nonsense"),
        FORGED.replace("\n x\n", "\n?x\n"),
        "hello\n",
        "diff --git a/one b/two\nold mode 100644\nnew mode 100755\n",
    ],
)
def test_damaged_diffs_are_refused(damage: str):
    with pytest.raises(MalformedDiff):
        parse_diff(damage)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | st.text('diff -git@+/ab1,\n\\"0', max_size=300).map(str.encode))
def test_any_text_is_read_or_refused(data: bytes):
    with suppress(MalformedDiff):
        parse_diff(b"diff --git a/x b/x\n" + data)


def test_a_patch_alone_is_read_as_the_hunks_of_one_file():
    file = parse_patch("a.py", "@@ -1,2 +1,2 @@\n x\n-y\n+z\n@@ -9 +9 @@ def f\n-a\n+b")
    assert (file.new_path, sorted(file.commentable_lines)) == ("a.py", [1, 2, 9])


@pytest.mark.parametrize("patch", ["x", "@@ -1 +1 @@\n-a", "@@ -1 +1 @@\n-a\n+b\n+c"])
def test_a_patch_that_is_cut_off_or_forged_is_refused(patch):
    with pytest.raises(MalformedDiff):
        parse_patch("a.py", patch)
