"""Repositories to review: a small package each, and many commits on top of it, every one with a defect of its own.

Written by `git fast-import`, because there are thousands. Each change breaks a caller in a file it does not touch and
has a mutable default on a line it adds, so that each head must be told something that no other head was told.
"""

import random
import subprocess
from dataclasses import dataclass
from pathlib import Path

from integrations.github.standin.hosted import git_environment

CALLERS = 12

_BASE = {
    "README.md": "# A shop\n",
    "shop/__init__.py": "",
    "shop/prices.py": "".join(f"def price_{n}(items):\n    return sum(items) + {n}\n\n\n" for n in range(CALLERS)),
    **{
        f"shop/part_{n}.py": (
            f"from shop.prices import price_{n}\n\n\ndef total_{n}(cart):\n    return price_{n}(cart.items)\n"
        )
        for n in range(CALLERS)
    },
}


@dataclass(frozen=True, slots=True)
class Repository:
    full_name: str
    path: Path
    base_sha: str
    heads: tuple[str, ...]


def make_repository(path: Path, full_name: str, *, heads: int, rng: random.Random) -> Repository:
    """A bare repository with `main` and `heads` commits on it, each reachable under refs/heads/change-N."""
    path.mkdir(parents=True)
    _git(path, "init", "--quiet", "--bare", "--initial-branch=main", ".")
    _git(path, "fast-import", "--quiet", stdin=_stream(full_name, heads, rng))
    listed = _git(path, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
    shas = dict(line.split() for line in listed.decode().splitlines())
    base_sha = shas.pop("refs/heads/main")
    return Repository(full_name, path, base_sha, tuple(shas[name] for name in sorted(shas)))


def _stream(full_name: str, heads: int, rng: random.Random) -> bytes:
    parts = [_commit("refs/heads/main", f"Start {full_name}", _BASE, mark=1)]
    for number in range(heads):
        ref = f"refs/heads/change-{number:05}"
        parts.append(_commit(ref, f"Change {number}", _change(number, rng), parent=":1"))
    return b"".join(parts)


def _change(number: int, rng: random.Random) -> dict[str, str]:
    """`price_N` gets a parameter its caller does not give; a new function has a mutable default."""
    broken = rng.randrange(CALLERS)
    prices = _BASE["shop/prices.py"].replace(
        f"def price_{broken}(items):", f"def price_{broken}(items, tax_{number}):"
    )
    added = f"def basket_{number}(first, items=[]):\n    items.append(first)\n    return items\n"
    return {"shop/prices.py": prices, f"shop/basket_{number % 7}.py": added}


def _commit(ref: str, message: str, files: dict[str, str], *, mark: int = 0, parent: str = "") -> bytes:
    lines = [
        f"commit {ref}",
        *([f"mark :{mark}"] if mark else []),
        "committer Mona <mona@example.com> 1700000000 +0000",
    ]
    lines += [_data(message), *([f"from {parent}"] if parent else [])]
    lines += [f"M 100644 inline {name}\n{_data(content)}" for name, content in files.items()]
    return ("\n".join(lines) + "\n\n").encode()


def _data(text: str) -> str:
    return f"data {len(text.encode())}\n{text}"


def _git(path: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-C", str(path), *arguments]
    return subprocess.run(command, env=git_environment(), input=stdin, check=True, capture_output=True).stdout
