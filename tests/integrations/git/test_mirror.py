"""A bare mirror reads whatever a repository holds, and does nothing a repository asks for."""

import fcntl
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from integrations.git import commands
from integrations.git import mirror as mirror_module
from integrations.git.errors import GitFailed, InvalidObjectId, MirrorBusy, ObjectMissing, ObjectsRefused, UnknownRef
from integrations.git.mirror import Mirror, open_mirror
from tests.analysis.repositories import Repository
from tests.shared_data import SHARED_DATA, needs_shared_data


@pytest.fixture
def mirror(tmp_path: Path, repository: Repository) -> Mirror:
    return open_mirror(tmp_path / "mirrors", "octo/app", str(repository.path))


def paths(mirror: Mirror, sha: str) -> list[str]:
    return [entry.path for entry in mirror.tree(sha)]


def test_a_fetched_commit_can_be_read(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a.py": "x = 1\n", "b/c.txt": "hello"})
    mirror.fetch(sha)
    entries = mirror.tree(sha)
    assert [(entry.path, entry.mode, entry.size) for entry in entries] == [
        ("a.py", "100644", 6),
        ("b/c.txt", "100644", 5),
    ]
    assert list(mirror.read(entry.oid for entry in entries)) == [
        (entries[0].oid, b"x = 1\n"),
        (entries[1].oid, b"hello"),
    ]


def test_a_commit_that_no_branch_has_can_be_fetched(mirror: Mirror, repository: Repository):
    orphan = repository.commit({"a.py": "1"})
    repository.commit({"a.py": "2"})
    mirror.fetch(orphan)
    assert mirror.has(orphan)


def test_what_is_here_is_not_fetched_again(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a.py": "1"})
    mirror.fetch(sha)
    repository.path.rename(repository.path.with_name("gone"))
    mirror.fetch(sha)


def test_a_commit_the_remote_does_not_have_fails_and_may_be_tried_again(mirror: Mirror):
    with pytest.raises(GitFailed) as caught:
        mirror.fetch("1" * 40)
    assert not caught.value.permanent


@pytest.mark.parametrize(
    "name", ["main", "HEAD", "--upload-pack=touch /tmp/x", "-x", "", "A" * 40, "1" * 39, "1" * 41, "1" * 40 + "\n"]
)
def test_only_full_object_ids_are_taken(mirror: Mirror, name: str):
    for ask in (mirror.fetch, mirror.tree, mirror.has, lambda oid: list(mirror.read([oid]))):
        with pytest.raises(InvalidObjectId):
            ask(name)


def test_the_merge_base_of_two_branches_is_found(mirror: Mirror, repository: Repository):
    root = repository.commit({"a": "1"})
    left, right = (repository.commit({"a": text}, parents=[root]) for text in ("2", "3"))
    mirror.fetch(left, right)
    assert mirror.merge_base(left, right) == root


def test_unrelated_histories_have_no_merge_base(mirror: Mirror, repository: Repository):
    left, right = repository.commit({"a": "1"}), repository.commit({"a": "2"})
    mirror.fetch(left, right)
    assert mirror.merge_base(left, right) is None


def test_a_rename_shows_as_one_in_the_diff(mirror: Mirror, repository: Repository):
    text = "line\n" * 20
    base, head = repository.commit({"a": text}), repository.commit({"b": text})
    mirror.fetch(base, head)
    assert b"rename from a\nrename to b\n" in mirror.diff(base, head)


def test_a_name_in_a_local_repository_becomes_its_commit(mirror: Mirror, repository: Repository):
    first = repository.commit({"a": "1"})
    second = repository.commit({"a": "2"}, parents=[first])
    assert (mirror.resolve("main"), mirror.resolve("main~1"), mirror.resolve(first)) == (second, first, first)


@pytest.mark.parametrize("ref", ["nope", "--all", "-1", "main:a", "", "main\nHEAD", "HEAD:a"])
def test_a_name_that_is_no_commit_is_refused(mirror: Mirror, repository: Repository, ref: str):
    repository.commit({"a": "1"})
    with pytest.raises(UnknownRef):
        mirror.resolve(ref)


def test_a_linked_checkout_resolves_its_own_head(mirror: Mirror, repository: Repository, tmp_path: Path):
    sha = repository.commit({"a": "1"})
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), sha)
    linked = open_mirror(tmp_path / "mirrors", "octo/linked", str(tmp_path / "linked"))
    linked.fetch(linked.resolve("HEAD"))
    assert linked.has(sha)


def test_links_and_submodules_are_listed_and_never_followed(mirror: Mirror, repository: Repository):
    sha = repository.commit_entries(
        [
            ("120000", repository.blob("/etc/passwd"), b"link"),
            ("160000", "1" * 40, b"module"),
            ("100644", repository.blob('[submodule "m"]\n\tpath = m\n\turl = https://example.org/\n'), b".gitmodules"),
        ]
    )
    mirror.fetch(sha)
    assert {entry.path: entry.mode for entry in mirror.tree(sha)} == {
        "link": "120000",
        "module": "160000",
        ".gitmodules": "100644",
    }
    link = next(entry for entry in mirror.tree(sha) if entry.path == "link")
    assert list(mirror.read([link.oid])) == [(link.oid, b"/etc/passwd")]


def test_odd_file_names_come_through_as_they_are(mirror: Mirror, repository: Repository):
    names = [b"new\nline.py", b"-rf", b"tab\t.py", b"caf\xe9.py", b"a" * 200, b'quo"te', "ünï".encode()]
    sha = repository.commit_entries([("100644", repository.blob("x"), name) for name in names])
    mirror.fetch(sha)
    assert {path.encode("utf-8", "surrogateescape") for path in paths(mirror, sha)} == set(names)


def test_attributes_and_configured_drivers_have_no_effect(mirror: Mirror, repository: Repository, tmp_path: Path):
    witness = tmp_path / "witness"
    attributes = "* filter=evil diff=evil merge=evil\n"
    base = repository.commit({".gitattributes": attributes, "a.txt": "1\n"})
    head = repository.commit({".gitattributes": attributes, "a.txt": "2\n"})
    for name in ("filter.evil.smudge", "diff.evil.command", "diff.evil.textconv", "core.fsmonitor"):
        repository.git("config", name, f"touch {witness}")
    mirror.fetch(base, head)
    assert b"-1\n+2\n" in mirror.diff(base, head)
    assert mirror.resolve("main") == head
    assert not witness.exists()


def test_hooks_of_the_repository_are_not_run(mirror: Mirror, repository: Repository, tmp_path: Path):
    witness = tmp_path / "witness"
    for name in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change"):
        hook = repository.path / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {witness}\n")
        hook.chmod(0o755)
    sha = repository.commit({"a": "1"})
    witness.unlink(missing_ok=True)
    mirror.fetch(sha)
    assert not witness.exists()


def test_a_tree_with_a_git_folder_in_it_is_refused(mirror: Mirror, repository: Repository):
    evil = repository.git("mktree", data=f"100644 blob {repository.blob('x')}\tconfig\n".encode())
    tree = repository.git("mktree", data=f"040000 tree {evil}\t.git\n".encode())
    sha = repository.git("commit-tree", tree, data=b"m")
    repository.git("update-ref", "refs/heads/main", sha)
    with pytest.raises(ObjectsRefused, match="hasDotgit") as caught:
        mirror.fetch(sha)
    assert (caught.value.permanent, mirror.has(sha)) == (True, False)


def test_a_file_of_many_megabytes_is_binary_to_a_diff(mirror: Mirror, repository: Repository):
    base = repository.commit({"a.py": "x = 1\n"})
    head = repository.commit({"a.py": "x = 2\n", "big.txt": "line\n" * 1_000_000})
    mirror.fetch(base, head)
    diff = mirror.diff(base, head)
    assert b"Binary files /dev/null and b/big.txt differ" in diff
    assert len(diff) < 2_000


def test_an_old_history_with_harmless_malformations_is_read(mirror: Mirror, repository: Repository):
    tree = repository.git("write-tree")
    commit = f"tree {tree}\nauthor nobody 1 +051800\ncommitter nobody <> 1 +0000\n\nm\n".encode()
    sha = repository.git("hash-object", "-w", "-t", "commit", "--literally", "--stdin", data=commit)
    repository.git("update-ref", "refs/heads/main", sha)
    mirror.fetch(sha)
    assert mirror.has(sha)


def test_a_ref_of_the_repository_never_names_what_is_read(mirror: Mirror, repository: Repository):
    """`refs/replace` would show one object in place of another."""
    good, evil = repository.commit({"a": "good"}), repository.commit({"a": "evil"})
    mirror.fetch(good, evil)
    subprocess.run(["git", f"--git-dir={mirror.git_dir}", "replace", good, evil], check=True)
    ((_, content),) = mirror.read([mirror.tree(good)[0].oid])
    assert content == b"good"


def test_thousands_of_objects_come_in_order(mirror: Mirror, repository: Repository):
    sha = repository.commit({f"{number:04}": str(number) for number in range(40)})
    mirror.fetch(sha)
    oids = [entry.oid for entry in mirror.tree(sha)] * 60
    assert [content for _, content in mirror.read(oids)] == [str(n).encode() for n in range(40)] * 60


def test_an_object_that_is_not_here_is_named(mirror: Mirror):
    with pytest.raises(ObjectMissing, match="2222222222"):
        list(mirror.read(["2" * 40]))


def test_reading_may_be_left_half_way(mirror: Mirror, repository: Repository):
    sha = repository.commit({"a": "1" * 100_000, "b": "2"})
    mirror.fetch(sha)
    with closing(mirror.read([entry.oid for entry in mirror.tree(sha)])) as reading:
        assert next(reading)[1].startswith(b"1")


def test_another_remote_under_the_same_name_is_another_mirror(tmp_path: Path):
    one, other = (open_mirror(tmp_path, "octo/app", f"https://{host}.example.org/a") for host in ("a", "b"))
    assert one.git_dir != other.git_dir


def test_a_mirror_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> bytes:
        raise GitFailed

    monkeypatch.setattr("integrations.git.commands.run", fail)
    with pytest.raises(GitFailed):
        open_mirror(tmp_path, "octo/app", "https://example.org/a")
    monkeypatch.undo()
    assert (open_mirror(tmp_path, "octo/app", "https://example.org/a").git_dir / "HEAD").exists()


def test_a_mirror_that_another_process_holds_is_waited_for_and_then_given_up(
    mirror: Mirror, repository: Repository, monkeypatch: pytest.MonkeyPatch
):
    sha = repository.commit({"a": "1"})
    monkeypatch.setattr(mirror_module, "_LOCK_SECONDS", 0)
    with mirror.git_dir.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(MirrorBusy):
            mirror.fetch(sha)
    mirror.fetch(sha)


@needs_shared_data
@pytest.mark.parametrize("name", ["gidgethub", "huey", "structlog"])
def test_the_history_of_a_real_project_passes_the_checks(tmp_path: Path, name: str):
    bundle = (SHARED_DATA or Path()) / "repos" / f"{name}.bundle"
    subprocess.run(["git", "clone", "--quiet", "--mirror", str(bundle), str(tmp_path / "real.git")], check=True)
    mirror = open_mirror(tmp_path / "mirrors", name, str(tmp_path / "real.git"))
    head = mirror.resolve("HEAD")
    mirror.fetch(head)
    assert any(path.endswith(".py") for path in paths(mirror, head))


class TestAfterAGitThatWasKilled:
    """A power cut leaves git's own lock files, and packs that were being written."""

    def test_its_locks_do_not_stop_the_next_fetch(self, mirror: Mirror, repository: Repository):
        first, second = repository.commit({"a.py": "1"}), repository.commit({"a.py": "2"})
        mirror.fetch(first)
        (mirror.git_dir / "refs" / "kept" / f"{second}.lock").touch()
        (mirror.git_dir / "packed-refs.lock").touch()
        mirror.fetch(second)
        assert mirror.has(second)

    def test_its_half_packs_do_not_fill_the_disk(self, mirror: Mirror, repository: Repository):
        mirror.fetch(repository.commit({"a.py": "1"}))
        half = mirror.git_dir / "objects" / "pack" / "tmp_pack_abc"
        half.write_bytes(b"half a pack")
        mirror.fetch(repository.commit({"a.py": "2"}))
        assert not half.exists()

    def test_a_mirror_that_was_being_made_is_made_anew(self, tmp_path: Path, repository: Repository):
        made = open_mirror(tmp_path / "mirrors", "octo/app", str(repository.path))
        unfinished = made.git_dir.with_suffix(".unfinished")
        made.git_dir.rename(unfinished)
        (unfinished / "HEAD").unlink()
        sha = repository.commit({"a.py": "1"})
        again = open_mirror(tmp_path / "mirrors", "octo/app", str(repository.path))
        again.fetch(sha)
        assert (again.has(sha), unfinished.exists()) == (True, False)


def test_a_git_that_outlives_its_worker_keeps_others_out_until_it_ends(tmp_path: Path):
    """Its worker was killed; the lock is git's as well."""
    path = tmp_path / "mirror.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        orphan = commands.start(["sleep", "600"], holding=lock.fileno())
    with path.open("w") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        commands.end(orphan)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
