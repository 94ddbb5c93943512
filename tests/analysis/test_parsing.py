"""No file costs more than a bounded time, and none takes the process with it."""

import time
from contextlib import suppress

import pytest

from analysis.extraction import extract_facts
from analysis.facts import decode, encode
from analysis.languages.python import PYTHON
from analysis.parsing import MAX_SOURCE_BYTES, NotParsed

HOSTILE = {
    "open brackets": b"(" * 10_000,
    "open brackets, a million": b"(" * 1_000_000,
    "nested brackets": b"(" * 100_000 + b")" * 100_000,
    "nested calls": b"f(" * 50_000 + b")" * 50_000,
    "a long chain of attributes": b"x" + b".a" * 400_000,
    "a long sum": b"x = 1" + b"+1" * 400_000,
    "many chains": (b"x" + b".a" * 4_000 + b"\n") * 100,
    "a long chain of not": b"not " * 200_000,
    "nested functions": b"".join(b" " * depth + b"def f():\n" for depth in range(1_300)),
    "broken functions": b"def f(:\n" * 100_000,
    "broken matches": b"match x:\n case (((((\n" * 40_000,
    "broken strings": b'f"{' * 300_000,
    "a million digits": b"x = " + b"1" * 900_000,
    "null bytes": b"\0" * 900_000,
    "noise": bytes(range(256)) * 3_000,
    "an odd coding line": b"# coding: bz2\nx = 1\n",
    "one long line": b"x = [" + b"1," * 400_000 + b"]",
    "many functions": b"def f(): 0\n" * 80_000,
    "many decorators": b"@a\n" * 300_000 + b"def f(): pass\n",
    "many parameters": b"def f(" + b"a," * 400_000 + b"): pass\n",
    "many branches": b"if a: pass\n" + b"elif a: pass\n" * 70_000,
    "many handlers": b"try: pass\n" + b"except A: pass\n" * 60_000,
    "many calls": b"f()\n" * 200_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_or_skipped(source: bytes):
    started = time.process_time()
    with suppress(NotParsed):
        facts = extract_facts(source, PYTHON)
        assert decode(encode(facts)) == facts
    assert time.process_time() - started < 20, "not a measurement: quadratic work would take minutes"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"x" * (MAX_SOURCE_BYTES + 1), "larger than 1 MB"),
        (b"(" * 100_000, "is not valid source"),
        (b"f()\n" * 200_000, "holds too much"),
        (b"f(" * 5_000 + b")" * 5_000, "is nested too deeply"),
    ],
)
def test_a_skipped_file_says_why(monkeypatch, source: bytes, reason: str):
    monkeypatch.setattr("analysis.parsing._PARSE_SECONDS", 60)  # on a busy machine any of them may take too long
    with pytest.raises(NotParsed, match=reason):
        extract_facts(source, PYTHON)


def test_a_file_with_an_error_still_tells_what_it_says_but_not_what_it_lacks():
    facts = extract_facts(b"def good(): ...\n\ndef bad(:\n", PYTHON)
    assert "good" in {definition.qualname for definition in facts.definitions}
    assert facts.dynamic
