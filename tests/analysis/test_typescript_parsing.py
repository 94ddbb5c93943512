"""Whatever bytes a TypeScript file holds, it is read or skipped in bounded time."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.extraction import extract_facts
from analysis.facts import decode, encode
from analysis.languages.typescript import JAVASCRIPT, TSX, TYPESCRIPT
from analysis.parsing import NotParsed

HOSTILE = {
    "open brackets": b"(" * 10_000,
    "nested calls": b"f(" * 50_000 + b")" * 50_000,
    "a long chain of members": b"x" + b".a" * 400_000,
    "a long chain of calls": b"x" + b".a()" * 200_000,
    "a long sum": b"x = 1" + b"+1" * 400_000,
    "nested arrows": b"a=>" * 100_000 + b"1",
    "nested functions": b"function f() {" * 900 + b"}" * 900,
    "nested objects": b"x=" + b"{a:" * 900 + b"1" + b"}" * 900,
    "nested patterns": b"let " + b"{a:" * 900 + b"b" + b"}" * 900 + b" = x",
    "nested types": b"let x: " + b"A<" * 900 + b"B" + b">" * 900,
    "a long union": b"let x: A" + b"|A" * 200_000,
    "nested templates": b"`${" * 30_000,
    "nested elements": b"x = " + b"<a>" * 30_000,
    "comparisons that may be types": b"a<b<c<" * 30_000,
    "many constants": b"const a = 1\n" * 60_000,
    "many functions": b"function f(a) {}\n" * 40_000,
    "many arrows": b"const f = (a) => a\n" * 40_000,
    "many parameters": b"function f(" + b"a," * 200_000 + b") { return a.b }",
    "many exports": b"export {" + b"a," * 200_000 + b"}",
    "many stars": b"export * from './a'\n" * 40_000,
    "many imports": b"import { " + b"a," * 150_000 + b"} from './a'",
    "many members": b"class A {" + b"m() {}\n" * 60_000 + b"}",
    "many exported names": b"exports.a = 1\n" * 60_000,
    "many decorators": b"class A {" + b"@a " * 150_000 + b"m() {} }",
    "many calls": b"f()\n" * 100_000,
    "one long line of tokens": b"x=[" + b"1," * 400_000 + b"]",
    "null bytes": b"\0" * 900_000,
    "noise": bytes(range(256)) * 3_000,
}
WORDS = """
{ } ( ) [ ] < > = ; : , . ? ! @ # ` ' " $ / * => ... ?. ${ /* // './a' a B 1
export import default from const let class extends interface enum function async await return new this super require
module exports type namespace declare abstract static get private as constructor
"""
PIECES = st.sampled_from(WORDS.split())


@pytest.mark.parametrize("language", [TYPESCRIPT, pytest.param(TSX, marks=pytest.mark.campaign)], ids=["ts", "tsx"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_or_skipped(source: bytes, language):
    started = time.process_time()
    with suppress(NotParsed):
        facts = extract_facts(source, language)
        assert decode(encode(facts)) == facts
    assert time.process_time() - started < 20, "not a measurement: quadratic work would take minutes"


@given(st.lists(PIECES, max_size=60).map(" ".join).map(str.encode) | st.binary(max_size=300))
def test_any_bytes_are_read_and_survive_being_stored(source: bytes):
    for language in (TYPESCRIPT, JAVASCRIPT):
        facts = extract_facts(source, language)
        assert decode(encode(facts)) == facts
