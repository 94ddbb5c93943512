"""The house rules, held by a machine: sizes, directions, and the few things that may stand in one place only."""

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.registry import registered
from jobs.states import WorkflowType
from tests import source_tree
from tests.source_tree import ROOT, Source, depth, length, product, share, tracked

CATCH_ALL = {"jobs/executor.py", "jobs/maintenance/loop.py", "webhooks/views.py"}
#: Names that say nothing of what is inside.
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "base", "manager", "managers", "lib"}
EMPTY_CLASS = re.compile(r"^(?:Base|Abstract)[A-Z]|[a-z](?:Manager|Service|Impl|Helper|Utils?)$")
SUPPRESSION = re.compile(r"noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w\-, ]*\])?|pragma: no \w+")
LEFT_UNDONE = re.compile(r"\b(?:TO" "DO|FIX" "ME|XX" "X|HA" "CK)\\b")
#: Folders of one machine or one person; put together so that this file does not hold one.
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:work|home/\w+|Users/\w+|root)(?=/)")
NETWORK = {"urlopen", "GitHub", "open_mirror", "fetch", "publish", "post_review", "pull_request", "list_reviews"} | {
    "create_check_run",
    "update_check_run",
    "list_check_runs",
    "list_changed_files",
    "list_review_comments",
    "list_issue_comments",
    "post_issue_comment",
    "issue_comment",
    "edit_issue_comment",
    "list_pull_comments",
    "reply",
    "list_review_threads",
    "resolve_thread",
    "react",
    "hook_deliveries",
    "redeliver",
    "ask_language_model",
}


def lengths() -> list[int]:
    return [length(function) for source in product() for function in source.functions]


def test_files_are_short():
    sizes = [source.lines for source in product() if source.lines]
    assert statistics.median(sizes) <= 90
    assert share(sizes, 95) <= 300


def test_no_file_is_long():
    long = {source.path: source.lines for source in (*product(), *source_tree.tests()) if source.lines > 400}
    assert long == {}


def test_functions_are_short():
    assert statistics.median(lengths()) <= 8
    assert share(lengths(), 95) <= 30


def test_no_function_is_long():
    long = {
        f"{source.path}:{function.lineno} {function.name}": length(function)
        for source in product()
        for function in source.functions
        if length(function) > 50
    }
    assert long == {}


def test_nothing_is_nested_deeply():
    deep = {
        f"{source.path}:{function.lineno} {function.name}": depth(function)
        for source in product()
        for function in source.functions
        if depth(function) > 3
    }
    assert deep == {}


def test_most_tests_are_ten_lines_or_less():
    sizes = [
        length(function)
        for source in source_tree.tests()
        for function in source.functions
        if function.name.startswith("test_")
    ]
    assert statistics.median(sizes) <= 10


def test_no_test_sleeps():
    sleeps = [
        source.at(node)
        for source in source_tree.tests()
        for function in source.functions
        if function.name.startswith("test_")
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]
    assert sleeps == []


def test_everything_is_caught_in_three_places_only():
    caught = {source.path: source.at(node) for source in product() for node in source_tree.broad_handlers(source)}
    assert set(caught) == CATCH_ALL, caught


def test_rooms_are_imported_at_the_top():
    late = [
        source.at(node)
        for source in product()
        if not source.path.endswith("/apps.py")
        for node in source_tree.inner_imports(source)
    ]
    assert late == []


def test_every_suppression_has_its_reason():
    silent = [
        f"{source.path}:{line} {comment}"
        for source in (*product(), *source_tree.tests())
        for line, comment in source.comments
        if SUPPRESSION.search(comment) and not re.search(r"[a-zA-Z]{2}", SUPPRESSION.sub("", comment))
    ]
    assert silent == []


def test_nothing_is_left_for_later():
    undone = [
        f"{source.path}:{line} {comment}"
        for source in (*product(), *source_tree.tests())
        for line, comment in source.comments
        if LEFT_UNDONE.search(comment)
    ]
    assert undone == []


def test_every_module_is_named_after_what_it_holds():
    sources = (*product(), *source_tree.tests())
    empty = [source.path for source in sources if set(Path(source.path).with_suffix("").parts) & EMPTY_NAMES]
    assert empty == []


def test_every_class_is_named_after_what_it_is():
    empty = [
        f"{source.at(node)} {node.name}"
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and EMPTY_CLASS.search(node.name)
    ]
    assert empty == []


def test_comments_are_few():
    """What a module is for stands in its docstring; a comment says why, where it is not plain."""
    lines = sum(source.lines for source in product())
    comments = sum(len(source.comments) for source in product())
    assert 1 <= 100 * comments / lines <= 6


def test_modules_open_with_their_map():
    silent = [source.path for source in product() if source.lines > 40 and ast.get_docstring(source.tree) is None]
    assert silent == []


def test_the_import_contracts_are_kept():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout[-3000:]


def test_every_workflow_type_has_a_handler():
    assert {spec.workflow_type for spec in registered()} == set(WorkflowType)


def test_one_module_writes_the_status_of_a_job():
    rooms = [source for source in product() if not source.path.startswith(("integrations/", "telemetry/"))]
    writes = {source.path: source.at(node) for source in rooms for node in source_tree.status_writes(source)}
    assert set(writes) <= {"jobs/transitions.py", "jobs/statement.py"}, writes


def test_only_the_transitions_compose_that_statement():
    users = [
        source.path for source in product() if "jobs.statement" in source.text and source.path != "jobs/statement.py"
    ]
    assert users == ["jobs/transitions.py"]


def test_no_transaction_waits_for_the_network():
    calls = [
        f"{source.at(node)} {name}"
        for source in product()
        for node, name in source_tree.calls_in_transactions(source)
        if name in NETWORK
    ]
    assert calls == []


@pytest.mark.parametrize("path", [path for path in tracked() if not path.endswith(".bundle")])
def test_no_file_names_a_folder_of_one_machine(path):
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        pytest.skip("not a text file")
    assert MACHINE_PATH.findall(text) == []


SAMPLE = """
def long_way(x):
    if x:
        pass
    elif x > 1:
        for _ in x:
            with x:
                try:
                    from jobs import models
                except Exception:
                    pass
    job.status = "DONE"
    WorkflowJob.objects.update(status="DONE")
    cursor.execute("UPDATE workflow_jobs SET stage = '', status = 'DONE' WHERE id = 1")
    cursor.execute("UPDATE workflow_jobs SET stage = '' WHERE status = 'DONE'")
    with transaction.atomic():
        client.post_review(x)
"""


@pytest.fixture
def sample(monkeypatch):
    monkeypatch.setattr(Source, "text", SAMPLE)
    return Source("jobs/sample.py")


def test_the_rules_see_what_they_look_for(sample):
    assert depth(sample.functions[0]) == 4
    assert [node.lineno for node in source_tree.broad_handlers(sample)] == [10]
    assert [node.lineno for node in source_tree.inner_imports(sample)] == [9]
    assert [node.lineno for node in source_tree.status_writes(sample)] == [12, 13, 14]
    assert [name for _, name in source_tree.calls_in_transactions(sample)] == ["post_review"]
