"""Whatever bytes a file of a language read in outline holds, it is read or skipped in bounded time."""

import random
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.extraction import extract_facts
from analysis.facts import decode, encode
from analysis.languages.c import CPP, C
from analysis.languages.csharp import CSHARP
from analysis.languages.kotlin import KOTLIN
from analysis.languages.language import Language
from analysis.languages.php import PHP
from analysis.languages.ruby import RUBY
from analysis.languages.rust import RUST
from analysis.parsing import NotParsed

HOSTILE = {
    "open brackets": b"(" * 10_000,
    "nested calls": b"f(" * 50_000 + b")" * 50_000,
    "a long chain of members": b"x" + b".a" * 200_000,
    "a long chain of calls": b"x" + b".a()" * 100_000,
    "a long path": b"x" + b"::a" * 150_000,
    "a long sum": b"x = 1" + b"+1" * 200_000,
    "many type arguments": b"A<" * 5_000 + b"B" + b">" * 5_000,
    "many calls": b"f()\n" * 60_000,
    "many words": b"a " * 200_000,
    "one long line of tokens": b"x=[" + b"1," * 200_000 + b"]",
    "null bytes": b"\0" * 900_000,
    "noise": bytes(range(256)) * 3_000,
}
#: A source of each language that has some of everything.
SOURCES: dict[Language, str] = {
    RUBY: """
        module A
          class B < C::D
            include E
            def f(a, b = 1, *c, d:, **e); g(1, *c, d: 2) { |x| x.y }; self.f 1; rescue X => z; end
            class << self; attr_reader :q; end
            private
            F = B.new(::A::C) unless defined?(F)
          end
        end
        """,
    RUST: """
        use crate::a::{self, b as c, d::*};
        pub struct S<T> { a: T }
        #[cfg(test)] mod tests { use super::*; #[test] fn t() { f(1); } }
        impl<T: U> Tr for S<T> { pub fn m(&mut self, (a, b): (u8, u8)) -> u8 { self.n(|x| x(1)); Self::k::<u8>(2) } }
        enum E { A, B(u8) }
        pub(crate) const K: u8 = c::f(1)?;
        """,
    PHP: r"""<?php
        namespace A\B { use C\{D, E as F}; use function G\h;
        abstract class I extends J implements K { use L; const M = 1; private static $n = 2;
            public function __construct(private int $o, ?P &$q = null, ...$r) { parent::__construct(1, ...$s); }
            function t() { try { $this->u(a: 1); new class { function v() {} }; }
                catch (W $x) { \y(new static); } } } }
        """,
    CSHARP: """
        using A; using static B.C; using D = E.F;
        namespace G { [H] public partial class I<T> : J<T>, K { int l = 1; public I(int a, string b = "x") : base(a) {}
            public static int M(int c, params int[] d) {
                this.N(1, e: 2); foreach (var f in g) new O<int>(f); return 1; }
            static void P(this string q) { Q?.R(1); S.T.U<int>(x => x); } } record V(int W); enum X { Y } }
        """,
    C: """
        #ifndef A
        #define A
        #include "b.h"
        #ifdef __cplusplus
        extern "C" {
        #endif
        typedef struct c { int d, *e; int (*f)(int); } c_t;
        enum g { H, I = 1 };
        static int j(int k, char *, ...);
        int *l(c_t *m) { int n = 1; switch (n) { case H: return o(j(1, "p", m->f(2)), &l); } return 0; }
        #if Q
        static int j(int k, char *r, ...) { return k; }
        #endif
        #ifdef __cplusplus
        }
        #endif
        #endif
        """,
    CPP: """
        #include <a>
        namespace b::c { namespace { int d(); } using namespace e; using f::g; namespace h = i::j;
        template <typename K, class... L> class M : public N<K>, private O::P { public: explicit M(int q, K r = 1);
            static M s(L... t) { return M(1, t...); } virtual void u(int v) const = 0; friend void w(M&);
            enum class X { Y, Z }; int aa_; } ; }
        template <> void b::c::M<int>::u(int v) const { this->u(1); auto bb = [&](int cc) { return cc; };
            for (auto& dd : bb) new M(dd); b::c::d(); ::ee<int>(1, ff...); }
        TEST(M, works) { d(); }
        """,
    KOTLIN: """
package a.b
import c.D
import e.*
open class F(val g: Int, h: String = "i") : J(g), K {
    companion object {
        fun l(m: Int) = F(m)
    }
    private fun n(o: Int, p: Int = 1, vararg q: Int): Int {
        this.n(1)
        n(p = 2, o = 1)
        x.y { it.z(1) }
        return 1
    }
}
fun String.r(s: Int) {}
        """,
}
by_language = pytest.mark.parametrize("language", SOURCES, ids=lambda language: language.name)
MUTATIONS = 300


@by_language
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_read_or_skipped(source: bytes, language: Language):
    started = time.process_time()
    with suppress(NotParsed):
        facts = extract_facts(source, language)
        assert decode(encode(facts)) == facts
    assert time.process_time() - started < 20, "not a measurement: quadratic work would take minutes"


@by_language
def test_a_source_is_read_without_an_error(language: Language):
    facts = extract_facts(SOURCES[language].encode(), language)
    assert not facts.dynamic
    assert facts.definitions
    assert facts.references


@by_language
def test_many_of_everything_are_read_or_skipped_in_time(language: Language):
    started = time.process_time()
    with suppress(NotParsed):
        extract_facts(SOURCES[language].encode() * 1_000, language)
    assert time.process_time() - started < 20, "not a measurement: quadratic work would take minutes"


@by_language
def test_no_mutation_of_a_source_raises(language: Language):
    chance, source = random.Random(7), SOURCES[language].encode()  # noqa: S311 - the same mutants every time
    for _ in range(MUTATIONS):
        start, end = sorted(chance.randrange(len(source)) for _ in range(2))
        other = chance.randrange(len(source))
        mutant = chance.choice(
            [source[:start] + source[end:], source[:other] + source[start:end] + source[other:], source[start:]]
        )
        facts = extract_facts(mutant, language)
        assert decode(encode(facts)) == facts


@by_language
@given(source=st.binary(max_size=300))
def test_any_bytes_are_read_and_survive_being_stored(source: bytes, language: Language):
    facts = extract_facts(source, language)
    assert decode(encode(facts)) == facts
