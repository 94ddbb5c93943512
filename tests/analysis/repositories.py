"""Git repositories that tests build, and code graphs of dictionaries of files."""

import os
import subprocess
from collections.abc import Collection, Mapping
from hashlib import sha1
from pathlib import Path

from analysis.code_graph import CodeGraph
from analysis.extraction import extract_facts
from analysis.facts import Facts
from analysis.languages import reader_of

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    **{f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}
_QUESTIONS = {
    "mentions": Facts.mentioned,
    "guesses": Facts.guessed,
    "aliases": Facts.aliased,
    "defines": Facts.defined,
}


class Repository:
    """A repository in a folder. `commit` makes a commit of exactly the files given and answers its id."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, data: bytes = b"") -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=_ENVIRONMENT, input=data, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def blob(self, content: bytes | str) -> str:
        data = content.encode() if isinstance(content, str) else content
        return self.git("hash-object", "-w", "--stdin", data=data)

    def commit(self, files: Mapping[str, bytes | str], *, parents: Collection[str] = ()) -> str:
        return self.commit_entries(
            [("100644", self.blob(content), path.encode()) for path, content in files.items()], parents=parents
        )

    def commit_entries(self, entries: Collection[tuple[str, str, bytes]], *, parents: Collection[str] = ()) -> str:
        """Of (mode, object id, path as bytes): also what `git add` would refuse."""
        self.git("read-tree", "--empty")
        lines = b"".join(f"{mode} {oid}\t".encode() + path + b"\0" for mode, oid, path in entries)
        self.git("update-index", "-z", "--index-info", data=lines)
        tree = self.git("write-tree")
        given = [flag for parent in parents for flag in ("-p", parent)]
        sha = self.git("commit-tree", tree, *given, data=b"message")
        self.git("update-ref", "refs/heads/main", sha)
        return sha


def graph_of(files: Mapping[str, str]) -> CodeGraph:
    """The code graph of these files, in memory."""
    tree: dict[str, str] = {}
    facts: dict[str, Facts] = {}
    for path, source in files.items():
        language = reader_of(path)
        if language:
            tree[path] = f"{language.name} {sha1(source.encode(), usedforsecurity=False).hexdigest()}"
            facts[tree[path]] = extract_facts(source.encode(), language)

    def find(column: str, names: Collection[str]) -> list[str]:
        ask = _QUESTIONS[column]
        return [key for key, known in facts.items() if ask(known) & set(names)]

    return CodeGraph(tree, lambda keys: {key: facts[key] for key in keys if key in facts}, find)
