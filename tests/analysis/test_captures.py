"""A query hands out the nodes of one kind in any order, another one each time; what is read must not depend on it."""

import random

import pytest

from analysis.facts import Facts
from analysis.languages.go import GO
from analysis.languages.java import JAVA
from analysis.languages.language import Language, captured
from analysis.languages.python import PYTHON
from analysis.languages.typescript import TYPESCRIPT
from analysis.parsing import parse
from tests.analysis.test_outline_parsing import SOURCES as OUTLINED

SOURCES = OUTLINED | {
    PYTHON: """
        import a
        class A(a.B):
            def f(self, x: A = None, *y):
                self.n += 1
                self.m, z = a.k, self.k
                with self.lock as self.held: return self.f(x).g(a.h)
            async def g(self): self.made = A(); return await self.made(self.n)
        for a.x in [b for b in a.y if (c := b)]: del a.x
        """,
    TYPESCRIPT: """
        import d, { a as b, type T } from "./c";
        export class A extends b.C implements T<A> { private x = new b(); get y() { return this.x; }
            async m(p: T, ...q: A[]): Promise<A> { this.x += await d(p)?.e(this.y, ...q); return this; } }
        export const f = (g = a) => g(1).then(() => f()), { h, ...i } = b.j; f().k = h;
        export { f as default } from "./l"; export * from "m";
        """,
    GO: """
        package p
        import ("fmt"; o "os")
        type A struct { *B; c func(int) (A, error); D }
        func (a *A) M(x, y int, z ...string) (n int, err error) { a.c, n = o.Get(x)(y); for i := range z { a.M(i) }
            return a.D.E(n) }
        var v, w = A{c: nil}, fmt.Sprint(A{}.D)
        """,
    JAVA: """
        package p; import static a.B.c; import d.*;
        @F public class A<T extends E> extends G implements H { private final int n = c(1), m; static { n += this.m; }
            A(int x) { this.n = x; super.k(); }
            public <U> U f(T t, int... y) throws I { return new A(y[0]).<U>f(t).g(A::h); }
            enum J { K { void l() {} }, L } record M(int o) { M { o++; } } }
        """,
}


def facts(language: Language, source: bytes, shuffled: random.Random) -> Facts:
    tree = parse(source, language.grammar)
    captures = captured(language.grammar, language.query, tree.root_node)
    kinds = list(captures)
    shuffled.shuffle(kinds)
    nodes = {kind: shuffled.sample(captures[kind], len(captures[kind])) for kind in kinds}
    return language.extract(source, tree.root_node, nodes)


@pytest.mark.parametrize("language", SOURCES, ids=lambda language: language.name)
def test_a_file_says_the_same_in_whatever_order_its_nodes_come(language: Language):
    source = SOURCES[language].encode()
    said = [facts(language, source, random.Random(seed)) for seed in range(20)]  # noqa: S311 - no secret
    assert all(each == said[0] for each in said)
