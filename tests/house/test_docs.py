"""The documents name what exists, and everything they should."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==", re.MULTILINE)
#: `tests/house/test_docs.py`, with or without the name of a test in it.
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
FIRST_CELL = re.compile(r"^\| `?([\w-]+)`?[^|]*\|", re.MULTILINE)


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_within_the_repository_resolve(page):
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (page.parent / path) if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_make_target_a_page_names_exists():
    targets = set(re.findall(r"^([\w./-]+):", text("Makefile"), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:`|\$ |# )make ([a-z][\w./-]*)", page.read_text())}
    assert named - targets == set()
    assert named >= {"demo", "up", "down", "test", "check", "bench"}


def test_every_make_target_is_in_the_reference():
    listed = re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE)
    missing = [name for name in listed if f"make {name}" not in text("docs/reference/cli.md")]
    assert missing == ["help"]


def test_every_setting_read_is_in_the_reference_and_the_other_way_round():
    read = set(re.findall(r"env_\w+\(\s*[\"']([A-Z_]+)[\"']", text("kodus_queue/settings.py")))
    given = set(re.findall(r"\"(KODUS_\w+(?:_PORT|_ADDRESS))\"", text("kodus_queue/processes.py")))
    documented = {name for name in FIRST_CELL.findall(text("docs/reference/settings.md")) if name.isupper()}
    assert documented == read | given


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in"])
def test_every_pinned_dependency_is_explained(source):
    pinned = PINNED.findall(text(source))
    unpinned = [line for line in text(source).splitlines() if line and not line.startswith("-r") and "==" not in line]
    assert unpinned == []
    assert set(pinned) - set(FIRST_CELL.findall(text("docs/reference/dependencies.md"))) == set()


def test_every_explained_dependency_is_pinned():
    explained = set(FIRST_CELL.findall(text("docs/reference/dependencies.md"))) - {"package"}
    assert explained == set(PINNED.findall(text("requirements.in") + text("requirements-dev.in")))


def test_the_resolution_holds_what_is_asked_for():
    resolved = set(text("requirements-dev.txt").splitlines())
    asked = [line.partition(" ")[0] for line in text("requirements-dev.in").splitlines() if "==" in line]
    plain = {re.sub(r"\[.*?\]", "", line) for line in asked}
    assert plain - resolved == set()


def test_every_management_command_is_in_the_reference():
    commands = [path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")]
    assert [name for name in commands if f"| `{name}" not in text("docs/reference/cli.md")] == []


def test_every_test_that_a_page_names_is_there():
    named = {(path, name) for page in PAGES for path, name in TEST.findall(page.read_text(encoding="utf-8"))}
    gone = [
        f"{path}::{name}"
        for path, name in sorted(named)
        if not (ROOT / path).exists() or (name and f"def {name}(" not in text(path))
    ]
    assert gone == []
    assert len(named) > 40
