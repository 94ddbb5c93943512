import json

from reviews.findings import Finding, Severity
from reviews.reports import FORMATS, Report, as_json, as_sarif, as_text

FOUND = Finding("ruff:F821", "a b/app.py", 3, 4, Severity.HIGH, "Undefined name `x`", fingerprint="abc-1")
REPORT = Report("REVIEWED", "", "a" * 40, "b" * 40, 2, [FOUND])
CLEAN = Report("REVIEWED", "", "a" * 40, "b" * 40, 1, [])
PARTIAL = Report("PARTIAL", "The analyzer ruff failed.", "a" * 40, "b" * 40, 1, [])


def test_text_is_one_line_per_finding_and_a_summary():
    assert as_text(REPORT) == ("a b/app.py:3: high: Undefined name `x` [ruff:F821]\nREVIEWED: 1 finding in 2 files\n")


def test_text_of_a_clean_review_says_so():
    assert as_text(CLEAN) == "REVIEWED: no findings in 1 file\n"


def test_text_of_a_partial_review_says_what_is_missing():
    assert as_text(PARTIAL) == "PARTIAL (The analyzer ruff failed.): no findings in 1 file\n"


def test_text_cannot_drive_the_terminal():
    hostile = Report("REVIEWED", "", "", "", 1, [Finding("r", "\x1b[2Ja\n.py", 1, 1, Severity.LOW, "\x1b]0;m\x07")])
    assert "\x1b" not in as_text(hostile)
    assert len(as_text(hostile).splitlines()) == 2


def test_json_holds_outcome_and_findings():
    said = json.loads(as_json(REPORT))
    assert (said["outcome"], said["findings"][0]["path"], said["findings"][0]["severity"]) == (
        "REVIEWED",
        "a b/app.py",
        "high",
    )


def test_sarif_names_rule_level_and_place():
    run = json.loads(as_sarif(REPORT))["runs"][0]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("ruff:F821", "error")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "ruff:F821"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/app.py"
    assert place["region"] == {"startLine": 3, "endLine": 4}


def test_sarif_of_a_partial_review_carries_the_note():
    invocation = json.loads(as_sarif(PARTIAL))["runs"][0]["invocations"][0]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "The analyzer ruff failed."


def test_every_format_takes_an_empty_review():
    assert all(render(CLEAN) for render in FORMATS.values())
