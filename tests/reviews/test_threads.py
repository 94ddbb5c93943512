"""Gone must mean fixed: what else may hide a finding leaves its thread open."""

from dataclasses import replace

import pytest

from analysis.diff import parse_diff
from reviews.findings import Finding, Severity
from reviews.threads import Present, Told, is_fixed, names_before

TOLD = Told(1, "ruff:F821", "app.py", 12, "abc-1", "a" * 40, comment_id=5)
BROKEN = replace(TOLD, rule="contract:parameters")
FOUND = Finding("ruff:F821", "app.py", 12, 12, Severity.HIGH, "m", "new-1")


def diff(old: str = "a/app.py", new: str = "b/app.py", hunk: str = "@@ -10,3 +10,4 @@\n x\n-y\n+z\n+z\n w\n"):
    header = f"diff --git a/app.py b/app.py\nindex 1..2 100644\n--- {old}\n+++ {new}\n"
    return {file.old_path: file for file in parse_diff(header + hunk)}


def fixed(told: Told = TOLD, *, since=None, findings=(), lasting=(), looked_for=True) -> bool:
    present = Present(findings, lasting, lambda _rule, _path: looked_for)
    return is_fixed(told, diff() if since is None else since, present)


def test_what_is_gone_from_code_that_changed_is_fixed():
    assert fixed()


def test_what_is_still_found_is_not_fixed():
    assert not fixed(findings=[replace(FOUND, fingerprint="abc-1")])


def test_of_equal_lines_none_is_fixed_while_one_is_found():
    assert not fixed(replace(TOLD, fingerprint="abc-2"), findings=[replace(FOUND, fingerprint="abc-1")])


def test_what_stands_on_a_line_that_the_base_has_too_by_now_is_not_fixed():
    assert not fixed(lasting=["abc"])


def test_what_nobody_looked_for_is_not_fixed():
    assert not fixed(looked_for=False)


def test_what_is_gone_from_a_file_that_is_as_it_was_is_not_fixed():
    assert not fixed(since={})


def test_a_contract_may_be_mended_elsewhere():
    assert fixed(BROKEN, since={})
    assert not fixed(BROKEN, since={}, looked_for=False)


def test_what_is_gone_with_its_file_is_fixed():
    assert fixed(since=diff(new="/dev/null", hunk="@@ -1,2 +0,0 @@\n-x\n-y\n"))


def test_code_that_was_changed_and_still_breaks_the_rule_is_not_fixed():
    assert not fixed(findings=[FOUND])


@pytest.mark.parametrize("other", [{"line": 40}, {"path": "other.py"}, {"rule": "ruff:B006"}])
def test_the_same_elsewhere_is_another_finding(other):
    assert fixed(findings=[replace(FOUND, **other)])


def test_renamed_files_keep_the_names_under_which_they_were_told_of():
    header = "diff --git a/old.py b/new.py\nsimilarity index 90%\nrename from old.py\nrename to new.py\n"
    assert names_before(parse_diff(header)) == {"new.py": "old.py"}
    assert names_before(diff().values()) == {}
