from dataclasses import replace

import pytest

from reviews.findings import Finding, Placement, Severity, fingerprinted, funnel


def finding(line: int = 3, *, path: str = "app.py", rule: str = "r", severity: Severity = Severity.HIGH) -> Finding:
    return Finding(rule, path, line, line, severity, "message", fingerprint=f"{rule}:{path}:{line}")


def placed(*findings: Finding, **options) -> list[tuple[Placement, str]]:
    commentable = {"app.py": range(1, 100)}
    kept = funnel(findings, **{"commentable": commentable, "posted": {}, **options})
    return [(item.placement, item.reason) for item in kept]


def test_a_finding_on_the_diff_becomes_a_comment():
    assert placed(finding()) == [(Placement.INLINE, "")]


def test_a_finding_off_the_diff_goes_to_the_body():
    assert placed(finding(line=500)) == [(Placement.BODY, "its line is not part of the diff")]


def test_a_finding_in_a_file_that_is_not_in_the_diff_goes_to_the_body():
    assert placed(finding(path="other.py"))[0][0] is Placement.BODY


def test_the_same_on_the_same_line_is_said_once():
    assert [place for place, _ in placed(finding(), finding())] == [Placement.INLINE, Placement.DROPPED]


def test_two_things_wrong_on_one_line_are_both_said():
    assert [place for place, _ in placed(finding(), replace(finding(), message="other"))] == [Placement.INLINE] * 2


def test_what_the_pull_request_was_told_already_is_not_said_again():
    told = finding()
    posted = {told.fingerprint: Placement.INLINE}
    assert placed(told, posted=posted) == [(Placement.TOLD, "already posted on this pull request")]


def test_what_the_summary_lists_stays_listed_there():
    told = finding()
    assert placed(told, posted={told.fingerprint: Placement.BODY}, limit=0) == [(Placement.BODY, "listed before")]


def test_what_did_not_change_since_the_last_review_is_dropped_unless_it_was_told():
    old = replace(finding(), unchanged_since="a" * 40)
    assert placed(old) == [(Placement.DROPPED, "unchanged since aaaaaaaaaa was reviewed")]
    assert placed(old, posted={old.fingerprint: Placement.INLINE})[0][0] is Placement.TOLD


@pytest.mark.parametrize("how", [Placement.INLINE, Placement.BODY])
def test_what_was_told_and_is_not_wanted_any_more_is_open_no_longer(how):
    told = finding()
    kept = placed(told, posted={told.fingerprint: how}, is_wanted=lambda _rule: False)
    assert kept == [(Placement.DROPPED, "the configuration leaves out this rule")]


def test_a_finding_below_the_floor_is_dropped_with_the_reason():
    low = finding(severity=Severity.LOW)
    assert placed(low, floor=Severity.MEDIUM) == [(Placement.DROPPED, "below the severity floor (medium)")]


def test_a_finding_of_a_rule_nobody_wants_is_dropped_with_the_reason():
    assert placed(finding(), finding(rule="s"), is_wanted=lambda rule: rule == "s") == [
        (Placement.DROPPED, "the configuration leaves out this rule"),
        (Placement.INLINE, ""),
    ]


def test_the_most_severe_findings_get_the_comments():
    many = [finding(line, severity=Severity.MEDIUM) for line in range(1, 4)] + [finding(9)]
    kept = funnel(many, commentable={"app.py": range(1, 100)}, posted={}, limit=2)
    assert [(item.line, item.placement) for item in kept] == [
        (9, Placement.INLINE),
        (1, Placement.INLINE),
        (2, Placement.BODY),
        (3, Placement.BODY),
    ]


def test_nothing_vanishes_in_the_funnel():
    many = [finding(line) for line in range(90, 120)]
    assert len(placed(*many)) == len(many)


def test_a_fingerprint_survives_lines_added_above():
    before = fingerprinted([finding(1)], {"app.py": ["call( x )"]})
    after = fingerprinted([finding(3)], {"app.py": ["import os", "", "  call( x )"]})
    assert before[0].fingerprint == after[0].fingerprint


def test_a_fingerprint_changes_with_the_code():
    before = fingerprinted([finding(1)], {"app.py": ["call(x)"]})
    after = fingerprinted([finding(1)], {"app.py": ["call(y)"]})
    assert before[0].fingerprint != after[0].fingerprint


def test_equal_lines_of_one_file_have_fingerprints_of_their_own():
    marked = fingerprinted([finding(1), finding(2)], {"app.py": ["call(x)", "call(x)"]})
    assert len({item.fingerprint for item in marked}) == 2


def test_a_finding_is_the_same_after_storing_it():
    told = finding().placed(Placement.BODY, "why")
    assert Finding.from_json(told.to_json()) == told


def test_severities_have_an_order():
    assert [word.value for word in sorted(Severity, key=lambda word: word.rank)] == [
        "low",
        "medium",
        "high",
        "critical",
    ]
