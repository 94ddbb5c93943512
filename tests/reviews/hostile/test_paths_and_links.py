"""Numbers 131 to 136 of the hostile inputs: what git can hold and a checkout would act on."""

import pytest

from integrations.git.errors import ObjectsRefused
from reviews.models import Review
from tests.reviews.hostile.reviewing import Hostile

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(150)]


@pytest.mark.parametrize("target", ["{outside}", "/etc/passwd", "../../../etc", "link.py", ".", "{outside}\0"])
def test_input_131_a_link_is_never_followed(hostile: Hostile, target: str):
    to = target.format(outside=hostile.trap.outside).encode()
    ended = hostile.review({b"link.py": ("120000", to), b"folder": ("120000", b"/etc")})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
    assert hostile.trap.secret not in ended.stored + "".join(ended.posted)
    assert "undefined_outside" not in "".join(ended.posted)
    assert "- left out, link or submodule: `link.py`" in "".join(ended.posted)


@pytest.mark.parametrize("name", [b".git", b".GIT", b"git~1", b".git ", b".g\xe2\x80\x8cit"])
def test_input_132_a_folder_that_some_system_takes_for_gits_own_is_refused(hostile: Hostile, name: bytes):
    ended = hostile.review({name: {b"config": f"[core]\n\tfsmonitor = {hostile.trap.shell}\n".encode()}})
    assert (ended.outcome, ended.comments) == (ObjectsRefused.__name__, [])


@pytest.mark.parametrize("name", [b"..", b"."])
def test_input_132_a_name_that_leads_elsewhere_is_refused(hostile: Hostile, name: bytes):
    tree = hostile.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", data=_raw_tree(hostile, name))
    sha = hostile.git("commit-tree", tree, "-p", hostile.repo.git("rev-parse", "main"), data=b"m")
    ended = hostile.review_of(sha)
    assert ended.outcome == ObjectsRefused.__name__


def _raw_tree(hostile: Hostile, name: bytes) -> bytes:
    oid = bytes.fromhex(hostile.blob(b"x = 1\n"))
    return b"100644 " + name + b"\0" + oid


@pytest.mark.parametrize(
    "modules",
    [
        '[submodule "m"]\n\tpath = m\n\turl = ext::sh -c {shell}\n',
        '[submodule "m"]\n\tpath = m\n\turl = {url}/m.git\n\tupdate = !{shell}\n',
        '[submodule "m"]\n\tpath = "m\r"\n\turl = file://{outside}\n',
        '[submodule "../../hooks"]\n\tpath = m\n\turl = {url}/m.git\n',
        '[submodule "m"]\n\tpath = -m\n\turl = -u{shell}\n',
    ],
    ids=["ext", "update", "CVE-2025-48384", "CVE-2018-11235", "option"],
)
def test_input_133_no_submodule_is_fetched(hostile: Hostile, modules: str):
    trap = hostile.trap
    content = modules.format(shell=trap.shell, url=trap.url, outside=trap.outside)
    ended = hostile.review({b".gitmodules": content.encode(), b"m": ("160000", "1" * 40)})
    assert ended.outcome in {"REVIEWED", ObjectsRefused.__name__}
    assert ended.found_beside == (ended.outcome == "REVIEWED")


def test_input_134_no_filter_diff_or_merge_driver_runs(hostile: Hostile):
    attributes = b"* filter=evil diff=evil merge=evil text working-tree-encoding=UTF-16 ident export-subst\n"
    for name in ("filter.evil.smudge", "filter.evil.process", "diff.evil.command", "diff.evil.textconv"):
        hostile.repo.git("config", name, hostile.trap.shell)
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 10000000000\n"
    lfs = f"[lfs]\n\turl = {hostile.trap.url}\n".encode()
    ended = hostile.review({b".gitattributes": attributes, b"big.bin": pointer, b".lfsconfig": lfs})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)


def test_input_135_a_repository_in_the_repository_does_nothing(hostile: Hostile):
    shell = hostile.trap.shell
    config = f"[core]\n\tbare = true\n\tfsmonitor = {shell}\n\thooksPath = hooks\n\tsshCommand = {shell}\n".encode()
    hook = ("100755", f"#!/bin/sh\n{shell}\n".encode())
    inner = {b"HEAD": b"ref: refs/heads/main\n", b"config": config, b"hooks": {b"post-checkout": hook}}
    inner |= {b"objects": {b"x": b""}, b"refs": {b"x": b""}}
    ended = hostile.review({b"inner": inner, **inner})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)


HOSTILE_NAMES = {
    "of 4,096 bytes": b"a" * 4_089 + b".py",
    "not UTF-8": b"caf\xe9.py",
    "of two lines": b"new\nline.py",
    "an option": b"-rf.py",
    "two options": b"--output=x.py",
    "a backslash": b"..\\..\\x.py",
    "hiding": "a\u202eyp.b.py".encode(),
    "a pattern": b"*.py",
    "markdown": b"![x](http:evil).py",
    "a mention": b"@octocat `x` #1.py",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES.keys())
def test_input_136_a_name_is_only_a_name(hostile: Hostile, name: bytes):
    ended = hostile.review({name: b"def f():\n    return undefined_here\n"})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
    was_there = 3  # and goes with this commit
    assert Review.objects.get().files + ended.posted[-1].count("unprintable name") == was_there + 2


def test_input_136_folders_may_be_deep(hostile: Hostile):
    tree = {b"x.py": b"undefined_deep\n"}
    for _ in range(150):
        tree = {b"deeper": tree}
    ended = hostile.review(tree)
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
