"""What a model may say, and what becomes of it. The corpus of injections is in test_injections.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.findings import Severity
from reviews.language_model.excerpts import Excerpt, Kind, Row
from reviews.language_model.remarks import KINDS, MAX_CHARACTERS, MAX_REMARKS, SCHEMA, Heard, heard

SHOWN = [
    Excerpt(Kind.CHANGED, "shop.py", (Row(3, " ", "def f():"), Row(4, "+", "    return 1 / x"), Row(5, "+", ""))),
    Excerpt(Kind.CALLER, "cart.py", (Row(7, " ", "f()"),)),
]
GOOD = {
    "path": "shop.py",
    "line": 4,
    "code": "    return 1 / x",
    "kind": "bug",
    "severity": "high",
    "message": "Divides by zero when `x` is 0.",
}


def hear(*remarks, known=(), is_cut_off=False) -> Heard:
    return heard(json.dumps({"remarks": list(remarks)}), SHOWN, known=known, is_cut_off=is_cut_off)


def but(**values) -> dict:
    return {**GOOD, **values}


def test_a_remark_that_repeats_an_added_line_is_a_finding():
    (finding,) = hear(GOOD).findings
    assert (finding.rule, finding.path, finding.line, finding.severity) == ("model:bug", "shop.py", 4, Severity.HIGH)
    assert finding.message == "Divides by zero when `x` is 0."


def test_nothing_to_tell_is_an_answer():
    assert (hear().findings, hear().is_usable) == ((), True)


@pytest.mark.parametrize(
    ("remark", "why"),
    [
        (but(path="other.py"), "not on an added line that was shown"),
        (but(path="cart.py", line=7, code="f()"), "not on an added line that was shown"),
        (but(line=3, code="def f():"), "not on an added line that was shown"),
        (but(line=0), "not on an added line that was shown"),
        (but(line=10**30), "not on an added line that was shown"),
        (but(code="return 1 / y"), "does not repeat its line"),
        (but(code=""), "does not repeat its line"),
        (but(line=5, code=""), "does not repeat its line"),
        (but(message=" \u200b "), "says nothing"),
        (but(message="a" * (MAX_CHARACTERS + 1)), "says too much"),
        (but(severity="critical"), "not in the form asked for"),
        (but(severity="HIGH"), "not in the form asked for"),
        (but(kind="praise"), "not in the form asked for"),
        (but(line="4"), "not in the form asked for"),
        (but(line=True), "not in the form asked for"),
        (but(message=None), "not in the form asked for"),
        (but(suggestion="rm -rf /"), "not in the form asked for"),
        ("a text", "not in the form asked for"),
        ({}, "not in the form asked for"),
    ],
)
def test_what_does_not_stand_is_dropped_counted_and_told_to_the_model(remark, why):
    result = hear(remark)
    assert (result.findings, dict(result.dropped), result.is_usable) == ((), {why: 1}, False)
    assert result.problems[0].startswith("remarks.0: ")


def test_what_stands_stands_beside_what_does_not():
    result = hear(but(line=99), GOOD)
    assert ([finding.line for finding in result.findings], result.is_usable) == ([4], True)


def test_a_model_never_outranks_high():
    assert {hear(but(severity=word)).findings[0].severity for word in ("high", "medium", "low")} < set(Severity)
    assert "critical" not in json.dumps(SCHEMA.schema)


def test_indentation_that_the_model_lost_costs_nothing():
    assert hear(but(code="return 1 / x")).findings


def test_a_line_with_a_finding_gets_no_second_one():
    result = hear(GOOD, known=[("shop.py", 4)])
    assert (result.findings, result.is_usable, sum(result.dropped.values())) == ((), True, 1)
    assert len(hear(GOOD, but(kind="security")).findings) == 1


def test_more_remarks_than_were_asked_for_are_dropped():
    rows = tuple(Row(n, "+", f"x = {n}") for n in range(1, 31))
    said = json.dumps({"remarks": [but(line=n, code=f"x = {n}") for n in range(1, 31)]})
    result = heard(said, [Excerpt(Kind.CHANGED, "shop.py", rows)], known=(), is_cut_off=False)
    assert (len(result.findings), result.dropped["one too many"]) == (MAX_REMARKS, 30 - MAX_REMARKS)


@pytest.mark.parametrize(
    "text",
    ["", "I see no problems.", "[]", "null", '{"remarks": {}}', '{"remarks": [', "{" * 100_000, "\ud800", "NaN"],
)
def test_what_is_not_the_form_asked_for_is_of_no_use(text):
    result = heard(text, SHOWN, known=(), is_cut_off=False)
    assert (result.findings, result.is_usable, dict(result.dropped)) == ((), False, {"not in the form asked for": 1})


def test_an_answer_that_was_cut_off_is_of_no_use_whatever_it_holds():
    assert not hear(GOOD, is_cut_off=True).is_usable


@pytest.mark.parametrize("around", ["```json\n{}\n```", "<think>if {x}: maybe</think>\n{}", "Here it is:\n{}"])
def test_what_models_put_around_their_answer_is_no_part_of_it(around):
    said = around.replace("{}", json.dumps({"remarks": [GOOD]}))
    assert heard(said, SHOWN, known=(), is_cut_off=False).findings


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("see https://evil.test/x?y=z now", "see (a link) now"),
        ("![x](http://evil.test/p.png)", "![x]((a link)"),
        ("www.evil.test", "(a link)"),
        ("data:text/html;base64,xx", "(a link)"),
        ("one\n\ntwo\r\n# three", "one two # three"),
        ("```suggestion\nrm -rf /\n```", "'suggestion rm -rf / '"),
        ("a\u202eb\u200bc", "abc"),
        ("the token ghp_" + "a" * 36, "the token ghp…aaa"),
    ],
)
def test_a_message_is_one_paragraph_without_links_blocks_and_credentials(message, told):
    assert hear(but(message=message)).findings[0].message == told


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=8))
def test_no_json_breaks_the_reading(value):
    assert hear(value, {**GOOD, "line": value}).findings == ()


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text):
    assert heard(text, SHOWN, known=(), is_cut_off=False).findings == ()


def test_the_schema_is_one_that_providers_hold_a_model_to():
    remark = SCHEMA.schema["$defs"]["Remark"]
    assert SCHEMA.schema["additionalProperties"] is remark["additionalProperties"] is False
    assert set(remark["required"]) == set(remark["properties"]) == set(GOOD)
    assert tuple(remark["properties"]["kind"]["enum"]) == KINDS
