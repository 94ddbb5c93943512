"""Real projects with one definition changed under them: the callers left behind are found, all and only they.

What to expect is found with `grep`'s means, from the text: it shares nothing with the analysis.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.contracts import ChangeKind
from analysis.impact import ContractChange, contract_changes
from analysis.languages import language_of
from integrations.git.mirror import Mirror, open_mirror
from tests.analysis.repositories import graph_of
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = needs_shared_data

Sources = dict[str, str]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Sources]:
    """The Python files of a project's newest commit."""
    folder = tmp_path_factory.mktemp("projects")
    known: dict[str, Sources] = {}

    def read(name: str) -> Sources:
        if name not in known:
            bundle = (SHARED_DATA or Path()) / "repos" / f"{name}.bundle"
            subprocess.run(["git", "clone", "-q", "--mirror", str(bundle), str(folder / f"{name}.git")], check=True)
            mirror = open_mirror(folder / "mirrors", name, str(folder / f"{name}.git"))
            known[name] = _sources(mirror)
        return known[name]

    return read


def _sources(mirror: Mirror) -> Sources:
    head = mirror.resolve("HEAD")
    mirror.fetch(head)
    entries = {entry.oid: entry.path for entry in mirror.tree(head) if language_of(entry.path)}
    return {entries[oid]: content.decode() for oid, content in mirror.read(entries)}


def change(sources: Sources, path: str, old: str, new: str) -> list[ContractChange]:
    assert old in sources[path], "the project is not what this test was written for"
    after = {**sources, path: sources[path].replace(old, new, 1)}
    return contract_changes(graph_of(sources), graph_of(after), changed_paths={path})


def places(changes: list[ContractChange]) -> set[tuple[str, int]]:
    return {(caller.path, caller.line) for change in changes for caller in change.broken_callers}


def lines_with(sources: Sources, pattern: str, *, but_not: str = r"^\s*def |^\s*#|\"\"\"") -> set[tuple[str, int]]:
    return {
        (path, number)
        for path, text in sources.items()
        for number, line in enumerate(text.split("\n"), start=1)
        if re.search(pattern, line) and not re.search(but_not, line)
    }


# What grep cannot tell: a call inside a docstring, and one whose arguments are on the following lines.
IN_DOCSTRINGS = {("huey/api.py", 86)}
OVER_SEVERAL_LINES = {("huey/tests/test_crontab.py", 89)}
CRONTAB = "def crontab(minute='*', hour='*', day='*',"


def test_a_renamed_keyword_breaks_exactly_the_calls_that_use_it(project):
    sources = project("huey")
    found = change(sources, "huey/api.py", CRONTAB, CRONTAB.replace("day=", "on_day="))
    assert places(found) == lines_with(sources, r"crontab\(.*\bday=") | OVER_SEVERAL_LINES


def test_a_removed_keyword_breaks_calls_behind_a_re_export_too(project):
    sources = project("huey")
    found = change(sources, "huey/api.py", CRONTAB, "def crontab(hour='*', day='*',")
    by_position = lines_with(sources, r"\bcrontab\('")
    assert len(by_position) == 1
    assert places(found) == (
        lines_with(sources, r"crontab\(.*\bminute=") - IN_DOCSTRINGS | OVER_SEVERAL_LINES | by_position
    )


def test_a_renamed_function_breaks_exactly_its_imports_its_calls_and_what_takes_it_as_a_value(project):
    sources = project("huey")
    found = change(sources, "huey/api.py", "def crontab(", "def cron_schedule(")
    expected = lines_with(sources, r"\bcrontab\(|import crontab$|[ (]crontab,|= crontab$") - IN_DOCSTRINGS
    assert [one.kind for one in found] == [ChangeKind.RENAMED]
    assert places(found) == expected


def test_a_new_required_parameter_breaks_exactly_the_calls_without_it(project):
    sources = project("structlog")
    found = change(
        sources, "src/structlog/_frames.py",
        "    additional_ignores: list[str] | None = None,\n    *,\n    stacklevel: int",
        "    additional_ignores: list[str] | None = None,\n    *,\n    depth: int,\n    stacklevel: int",
    )  # fmt: skip
    assert places(found) == lines_with(sources, r"\b_find_first_app_frame_and_name\(")


VALIDATE = "def validate_event(payload: bytes, *,"


def test_a_new_name_for_what_everybody_passes_by_position_breaks_nobody(project):
    sources = project("gidgethub")
    assert places(change(sources, "gidgethub/sansio.py", VALIDATE, VALIDATE.replace("payload", "body"))) == set()


def test_calls_through_a_module_are_found(project):
    sources = project("gidgethub")
    found = change(sources, "gidgethub/sansio.py", VALIDATE, "def validate_event(*, payload,")
    assert places(found) == lines_with(sources, r"\bvalidate_event\(", but_not=r"def |\"\"\"")


def test_a_method_s_callers_are_found_where_the_receiver_is_known(project):
    sources = project("gidgethub")
    found = change(sources, "gidgethub/sansio.py", "    def from_http(", "    def from_request(")
    assert places(found) == lines_with(sources, r"\bEvent\.from_http\(", but_not=r"def |\"\"\"|:meth:")


FORMAT = "def _format_exception(exc_info: ExcInfo) -> str:"
HARMLESS = {
    "a wrapper before it": (
        *("huey", "huey/api.py", "def crontab("),
        "def cron(*args, **kwargs):\n    return crontab(*args, **kwargs)\n\ndef crontab(",
    ),
    "a new name, the old one kept": (
        *("huey", "huey/api.py", "def crontab("),
        "def crontab(*args, **kwargs):\n    return cron(*args, **kwargs)\n\ndef cron(",
    ),
    "a keyword more": (
        *("gidgethub", "gidgethub/sansio.py", VALIDATE),
        VALIDATE + " strict: bool = True,",
    ),
    "a remark": ("gidgethub", "gidgethub/sansio.py", VALIDATE, "# why\n\n" + VALIDATE),
    "a default more": (
        *("structlog", "src/structlog/_frames.py", FORMAT),
        "def _format_exception(exc_info: ExcInfo, limit: int = 0) -> str:",
    ),
}


@pytest.mark.parametrize(("name", "path", "old", "new"), HARMLESS.values(), ids=HARMLESS.keys())
def test_the_harmless_twin_breaks_nobody(project, name: str, path: str, old: str, new: str):
    assert places(change(project(name), path, old, new)) == set()
