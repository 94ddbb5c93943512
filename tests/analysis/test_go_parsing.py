"""Whatever bytes a Go file or a go.mod holds, it is read or skipped in bounded time."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.extraction import extract_facts
from analysis.facts import decode, encode
from analysis.languages.go import GO
from analysis.languages.manifests import GO_MODULE
from analysis.parsing import NotParsed

START = b"package a\nfunc f() {\n"
HOSTILE = {
    "open brackets": b"(" * 10_000,
    "nested calls": START + b"f(" * 50_000 + b")" * 50_000,
    "a long chain of members": START + b"x" + b".a" * 300_000,
    "a long chain of calls": START + b"x" + b".a()" * 200_000,
    "a chain of declarations": START + b"".join(b"a%d := a%d.b()\n" % (n + 1, n) for n in range(20_000)) + b"}",
    "a name declared again and again": START + b"{ a := a.b }\na := 1\n" * 20_000 + b"}",
    "a name bound often and used often": START + b"var a = a()\n" * 30_000 + b"}",
    "a long sum": START + b"x = 1" + b"+1" * 400_000,
    "nested functions": START + b"func() {" * 900 + b"}" * 900,
    "nested blocks": START + b"{" * 900 + b"}" * 900,
    "nested literals": START + b"x = " + b"T{a: " * 900 + b"1" + b"}" * 900,
    "nested types": b"package a\nvar x " + b"[]" * 900 + b"T",
    "nested pointers": b"package a\nvar x " + b"*" * 900 + b"T",
    "nested type arguments": b"package a\nvar x " + b"A[" * 900 + b"B" + b"]" * 900,
    "many constants": b"package a\n" + b"const a = 1\n" * 60_000,
    "many names in one declaration": b"package a\nvar " + b"a, " * 150_000 + b"b = f()",
    "many functions": b"package a\n" + b"func f(a int) {}\n" * 40_000,
    "many parameters": b"package a\nfunc f(" + b"a, " * 200_000 + b"b int) {}",
    "many results": b"package a\nfunc f() (" + b"a, " * 200_000 + b"b int) {}",
    "many fields": b"package a\ntype T struct {" + b"a int\n" * 100_000 + b"}",
    "many embedded": b"package a\ntype T struct {" + b"A\n" * 150_000 + b"}",
    "many imports": b"package a\nimport (" + b'"a"\n' * 100_000 + b")",
    "many cases": START + b"switch a := x.(type) {" + b"case T: a.f()\n" * 50_000 + b"}}",
    "many calls": START + b"f()\n" * 100_000,
    "one long line of tokens": b"package a\nvar x = []int{" + b"1," * 400_000 + b"}",
    "null bytes": b"\0" * 900_000,
    "noise": bytes(range(256)) * 3_000,
}
WORDS = """
{ } ( ) [ ] < > = := ; : , . ... * & <- ! - + | ~ _ a B 1 "a" `b` 'c' // /* */ 'é'
package import const var type func struct interface map chan range for if else switch case default select go defer
return break goto new make append
"""
PIECES = st.sampled_from([*WORDS.split(), "\n"])


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_or_skipped(source: bytes):
    started = time.process_time()
    with suppress(NotParsed):
        facts = extract_facts(source, GO)
        assert decode(encode(facts)) == facts
    assert time.process_time() - started < 20, "not a measurement: quadratic work would take minutes"


@given(st.lists(PIECES, max_size=60).map(" ".join).map(str.encode) | st.binary(max_size=300))
def test_any_bytes_are_read_and_survive_being_stored(source: bytes):
    facts = extract_facts(b"package a\n" + source, GO)
    assert decode(encode(facts)) == facts


@given(st.text("module replace => ./ \n\t()\"'/", max_size=80).map(str.encode) | st.binary(max_size=200))
def test_any_bytes_of_a_manifest_are_read(source: bytes):
    with suppress(NotParsed):
        facts = extract_facts(source, GO_MODULE)
        assert decode(encode(facts)) == facts
