"""A real repository to measure on: one Python package's sources, committed, changed, or grown to any size."""

import subprocess
import sys
import zipfile
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path

#: Of some 1,400 Python files.
PACKAGE = "wagtail==8.0.1"
CHANGED_FILES = 10

Files = dict[str, bytes]


def sources_of(package: str, folder: Path) -> Files:
    """Path to content of every Python file of the package: as it is installed here, or in its wheel."""
    spec = find_spec(package.partition("=")[0])
    if spec and spec.submodule_search_locations:
        root = Path(spec.submodule_search_locations[0])
        return {f"{package}/{path.relative_to(root)}": path.read_bytes() for path in sorted(root.rglob("*.py"))}
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), package]
    if not find_spec("pip"):
        command = ["pip", *command[3:]]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return {name: wheel.read(name) for name in sorted(wheel.namelist()) if name.endswith(".py")}


def grown(files: Files, count: int) -> Files:
    """The files and copies of them, each with content of its own, `count` in all."""
    more = dict(files)
    for number, (path, content) in enumerate(cycle(files.items())):
        if len(more) >= count:
            return more
        more[f"copy_{number // len(files)}/{path}"] = content + b"\n# copy %d\n" % number
    return more


def changed(files: Files, *, times: int = 1) -> Files:
    """Ten files spread over the package, each with a function more and a method's parameter more."""
    candidates = [path for path, content in files.items() if b"\ndef " in content]
    picked = candidates[:: max(1, len(candidates) // CHANGED_FILES)][:CHANGED_FILES]
    added = b"\n\ndef added_%d(parameter):\n    return parameter\n" % times
    return {path: files[path].replace(b"(self)", b"(self, added_%d)" % times, 1) + added for path in picked}


def make_repository(repository: Path, files: Files) -> str:
    subprocess.run(["git", "init", "--quiet", "--initial-branch", "main", str(repository)], check=True)
    return commit(repository, files)


def commit(repository: Path, files: Files) -> str:
    for path, content in files.items():
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        (repository / path).write_bytes(content)
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "sources")
    return git(repository, "rev-parse", "HEAD")


def git(repository: Path, *arguments: str) -> str:
    who = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org"]
    command = ["git", "-C", str(repository), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
