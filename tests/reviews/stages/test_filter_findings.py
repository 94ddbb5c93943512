from dataclasses import replace

import pytest

from reviews.change import mirror_of
from reviews.findings import Finding, Placement, Severity
from reviews.records import record
from reviews.stages.filter_findings import filter_findings
from tests.reviews.configuration.levelled import together

pytestmark = pytest.mark.django_db

ON_THE_DIFF = Finding("r", "shop/prices.py", 1, 1, Severity.HIGH, "m", fingerprint="one")
OFF_THE_DIFF = replace(ON_THE_DIFF, path="shop/cart.py", fingerprint="two")
SLIGHT = replace(ON_THE_DIFF, line=2, severity=Severity.LOW, fingerprint="three")


@pytest.fixture
def context(pull):
    mirror_of(pull.context()).fetch(pull.base_sha, pull.head_sha)
    return replace(pull.context(), findings=(ON_THE_DIFF, OFF_THE_DIFF, SLIGHT))


def test_findings_are_placed_by_the_diff_of_the_pull_request(attempt, context):
    placed = {finding.fingerprint: finding.placement for finding in filter_findings(attempt, context).findings}
    assert placed == {"one": Placement.INLINE, "two": Placement.BODY, "three": Placement.DROPPED}


def test_what_an_earlier_head_was_told_is_not_told_again(attempt, context):
    record(attempt, replace(context, head_sha="f" * 40, findings=(ON_THE_DIFF,), github_review_id="1"))
    placed = {finding.fingerprint: finding.placement for finding in filter_findings(attempt, context).findings}
    assert placed["one"] is Placement.TOLD


def test_the_configuration_decides_what_is_told_and_how_much_of_it_on_lines(attempt, context):
    second = replace(ON_THE_DIFF, rule="s", line=2, fingerprint="four")
    context = replace(
        context,
        findings=(*context.findings, second),
        configuration=together(
            repository="rules: {exclude: [s]}\nseverity_floor: low\nlimits: {comments: 1}"
        ).configuration,
    )
    placed = {finding.fingerprint: finding.placement for finding in filter_findings(attempt, context).findings}
    assert placed == {
        "one": Placement.INLINE,
        "two": Placement.BODY,
        "three": Placement.BODY,
        "four": Placement.DROPPED,
    }


def test_filtering_twice_is_filtering_once(attempt, context):
    once = filter_findings(attempt, context)
    assert filter_findings(attempt, once) == once


def test_nothing_found_is_nothing_to_read(attempt, pull):
    assert filter_findings(attempt, pull.context()) == pull.context()
