"""Whatever bytes a Java file holds, it is read or skipped in bounded time."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.extraction import extract_facts
from analysis.facts import decode, encode
from analysis.languages.java import JAVA
from analysis.parsing import NotParsed

BODY = b"class A { void m() { %s } }"
HOSTILE = {
    "open brackets": b"(" * 10_000,
    "nested calls": BODY % (b"f(" * 400 + b")" * 400 + b";"),
    "nested parentheses": BODY % (b"f(" + b"(" * 900 + b"x" + b")" * 900 + b");"),
    "a chain of calls": BODY % (b"x" + b".a()" * 900 + b";"),
    "many chains": BODY % ((b"x" + b".a(b.c())" * 300 + b";\n") * 90),
    "a long chain of members": BODY % (b"x = y" + b".a" * 900 + b";"),
    "a long sum": BODY % (b'x = ""' + b'+""' * 900 + b";"),
    "nested types": b"class A {" * 400 + b"}" * 400,
    "nested bodies": BODY % (b"new A() { void m() {" * 150 + b"}}" * 150),
    "nested lambdas": BODY % (b"f(a -> " * 300 + b"1" + b")" * 300 + b";"),
    "nested blocks": BODY % (b"{" * 800 + b"}" * 900),
    "nested generics": b"class A { " + b"L<" * 400 + b"B" + b">" * 400 + b" x; }",
    "an array of many dimensions": b"class A { int" + b"[]" * 200_000 + b" x; }",
    "many type parameters": b"class A<" + b",".join(b"T%d extends T%d" % (n, n + 1) for n in range(20_000)) + b"> {}",
    "many methods": b"class A {" + b"void m(int a) {}\n" * 25_000 + b"}",
    "many fields": b"class A {" + b"int a = b;\n" * 20_000 + b"}",
    "many constants": b"enum A {" + b"X(1), " * 20_000 + b"}",
    "many parameters": b"class A { void m(" + b"int a," * 30_000 + b"int b) {} }",
    "many imports": b"import a.b.C;\n" * 45_000,
    "many annotations": b"@N " * 150_000 + b"class A {}",
    "many records": b"record R(int a, int b) {}\n" * 8_000,
    "comparisons that may be types": BODY % (b"a<b<c<" * 30_000),
    "fewer of them, again and again": BODY % ((b"a<b<c<" * 300 + b";") * 100),
    "null bytes": b"\0" * 900_000,
    "noise": bytes(range(256)) * 3_000,
}
WORDS = """
{ } ( ) [ ] < > = ; : :: , . ? ! @ # ' " + * -> ... // /* A B a b 1 null this super new class interface enum record
@interface extends implements import package static public private void int var for if try catch switch case default
return instanceof yield throws final
"""
PIECES = st.sampled_from(WORDS.split())


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_or_skipped(source: bytes):
    started = time.process_time()
    with suppress(NotParsed):
        facts = extract_facts(source, JAVA)
        assert decode(encode(facts)) == facts
    assert time.process_time() - started < 20, "not a measurement: quadratic work would take minutes"


@given(st.lists(PIECES, max_size=60).map(" ".join).map(str.encode) | st.binary(max_size=300))
def test_any_bytes_are_read_and_survive_being_stored(source: bytes):
    facts = extract_facts(source, JAVA)
    assert decode(encode(facts)) == facts
