import pytest

from analysis.contracts import ChangeKind
from analysis.diff import parse_diff
from analysis.impact import Caller, ContractChange
from reviews.contracts import anchor, findings_of_contracts
from reviews.findings import Severity

DIFF = """diff --git a/shop/prices.py b/shop/prices.py
--- a/shop/prices.py
+++ b/shop/prices.py
@@ -10,5 +10,4 @@ class Prices:
 kept
-removed
-removed too
+added
 kept
 kept
"""
(FILE,) = parse_diff(DIFF)
RENAMED = parse_diff("diff --git a/old.py b/new.py\nsimilarity index 100%\nrename from old.py\nrename to new.py\n")[0]


def caller(line: int = 5, *, confidence: float = 0.95) -> Caller:
    return Caller("shop/cart.py", line, "checkout", confidence, "import", False, "does not give 'currency'")


def change(*callers: Caller, kind: ChangeKind = ChangeKind.PARAMETERS, line: int = 11, path: str = "shop/prices.py"):
    return ContractChange(
        kind=kind,
        definition="total",
        path=path,
        line=line,
        message="`total` takes other parameters",
        before="total(items)",
        after="total(items, currency)",
        broken_callers=callers,
    )


def test_a_contract_nobody_relies_on_is_no_finding():
    assert findings_of_contracts([change()], [FILE]) == []


def test_a_broken_contract_says_what_became_of_it_and_who_is_left_behind():
    (found,) = findings_of_contracts([change(caller())], [FILE])
    assert (found.path, found.line, found.rule) == ("shop/prices.py", 11, "contract:parameters")
    assert found.message == (
        "`total` takes other parameters: `total(items)` became `total(items, currency)`. "
        "`shop/cart.py:5` does not give 'currency'."
    )


def test_many_callers_are_counted_not_listed():
    (found,) = findings_of_contracts([change(*(caller(line) for line in range(1, 9)))], [FILE])
    assert found.message.count("shop/cart.py") == 5
    assert found.message.endswith("; and 3 more.")


@pytest.mark.parametrize(("confidence", "severity"), [(0.95, Severity.HIGH), (0.7, Severity.MEDIUM)])
def test_how_sure_we_are_decides_the_severity(confidence, severity):
    assert findings_of_contracts([change(caller(confidence=confidence))], [FILE])[0].severity is severity


def test_a_definition_that_is_gone_is_told_where_it_was():
    (found,) = findings_of_contracts([change(caller(), kind=ChangeKind.REMOVED)], [FILE])
    assert found.line == 11


def test_a_definition_of_a_renamed_file_is_told_under_the_new_name():
    (found,) = findings_of_contracts([change(caller(), path="old.py", kind=ChangeKind.MOVED)], [RENAMED])
    assert found.path == "new.py"


def test_a_definition_of_a_deleted_file_is_told_under_its_old_name():
    assert findings_of_contracts([change(caller(), path="gone.py")], [])[0].path == "gone.py"


@pytest.mark.parametrize(("line", "shown"), [(11, 11), (10, 10), (13, 13), (40, 13), (1, 10)])
def test_a_line_is_anchored_to_the_closest_one_the_diff_shows(line, shown):
    assert anchor(FILE, line, gone=False) == shown


@pytest.mark.parametrize(("old_line", "shown"), [(10, 10), (11, 11), (12, 11), (13, 12), (99, 99)])
def test_a_line_of_the_base_is_anchored_to_what_stands_in_its_place(old_line, shown):
    assert anchor(FILE, old_line, gone=True) == shown
