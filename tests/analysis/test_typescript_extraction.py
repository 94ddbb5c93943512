"""What one TypeScript or JavaScript file says about itself."""

from textwrap import dedent

import pytest

from analysis.extraction import extract_facts
from analysis.facts import Call, Definition, Export, Facts, Import, Parameter, decode, encode
from analysis.languages import language_of
from analysis.languages.typescript import JAVASCRIPT, TSX, TYPESCRIPT


def facts(source: str) -> Facts:
    return extract_facts(dedent(source).encode(), TYPESCRIPT)


def definition(source: str) -> Definition:
    return facts(source).definitions[0]


def uses(source: str) -> list[tuple[str, str]]:
    return [(reference.receiver, reference.name) for reference in facts(source).references]


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.ts", "typescript"), ("a.d.mts", "typescript"), ("a.cts", "typescript"), ("a.tsx", "tsx"),
     ("a.js", "javascript"), ("a.jsx", "javascript"), ("a.mjs", "javascript"), ("a.cjs", "javascript")],
)  # fmt: skip
def test_the_suffix_decides_the_grammar(path: str, name: str):
    language = language_of(path)
    assert language
    assert language.name == name


def test_definitions_have_qualified_names_kinds_and_lines():
    found = facts("""
        export class A {
          constructor() { function inner() {} }
          m() {}
        }
        interface I { n(): void }
        type T = string
        enum E { X }
        const f = () => {
          const local = () => 1
        }
        export const g = function* () {}, h = 1
        namespace N { export function hidden() {} }
        const o = { p() {}, q: () => 1, r: 2 }
        """).definitions
    assert [(d.qualname, d.kind, d.line, d.end_line) for d in found] == [
        ("A", "class", 2, 5),
        ("A.constructor", "function", 3, 3),
        ("A.m", "function", 4, 4),
        ("I", "interface", 6, 6),
        ("I.n", "function", 6, 6),
        ("T", "alias", 7, 7),
        ("E", "enum", 8, 8),
        ("E.X", "constant", 8, 8),
        ("f", "function", 9, 11),
        ("g", "function", 12, 12),
        ("h", "constant", 12, 12),
        ("N", "namespace", 13, 13),
        ("o", "object", 14, 14),
        ("o.p", "function", 14, 14),
        ("o.q", "function", 14, 14),
    ]


def test_a_class_without_a_constructor_has_one_that_takes_nothing():
    assert [d.qualname for d in facts("class A {}\nclass B extends A {}\n").definitions] == ["A", "B", "A.constructor"]


def test_every_kind_of_parameter_is_told_apart():
    found = definition("function f(this: X, a: A, b?: B, c = 1, { d, e }: D, g: void, ...h: H[]) {}").parameters
    assert found == (
        Parameter("a"),
        Parameter("b", has_default=True),
        Parameter("c", has_default=True),
        Parameter("{ d, e }"),
        Parameter("g", has_default=True),
        Parameter("h", kind=2),
    )


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        ("async function f() {}", "is_async", True),
        ("const f = async () => 1", "is_async", True),
        ("function f(): Promise<void> {}", "is_async", True),
        ("function f(): Map<string,\n  Promise<void>> {}", "is_async", False),
        ("function f(): Map<a,\n  b> {}", "returns", "Map<a, b>"),
        ("function* f() {}", "is_generator", True),
        ("function f() { return g() }", "returns_unknown", True),
        ("const f = () => g()", "returns_unknown", True),
        ("function f() { return 1 }", "returns_unknown", False),
        ("function f() { return a || g() }", "returns_unknown", True),
        ("function f() { return g() + 1 }", "returns_unknown", False),
        ("function f() { x.map(() => { return g() }) }", "returns_unknown", False),
        ("class A<T> extends b.C<T> implements D {}", "bases", ("b.C",)),
        ("interface A extends B, C<D> {}", "bases", ("B", "C")),
        ("class A extends mixin(B) {}", "bases", ("?",)),
        ("class A { [key: string]: any }", "bases", ("?",)),
        ("class A { [Symbol.iterator]() {} }", "bases", ()),
    ],
)
def test_a_definition_says_what_it_is(source: str, field: str, value: object):
    assert getattr(definition(source), field) == value


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("static m() {}", ("static",)),
        ("private async m() {}", ("private",)),
        ("#m() {}", ("private",)),
        ("get m() { return 1 }", ("get",)),
        ("@Get('/x') m() {}", ("@Get",)),
        ("protected abstract m(): void", ("protected", "abstract")),
    ],
)
def test_a_method_s_decorators_and_modifiers_are_kept(member: str, words: tuple[str, ...]):
    assert facts(f"abstract class A {{ {member} }}").definitions[1].decorators == words


def test_imports_say_what_they_bind():
    found = facts("""
        import a, { b as c, type D } from './m'
        import * as e from '@x/y'
        import type { F } from '../f/index'
        import './side'
        import g = require('g')
        export { h as i } from './h'
        const { j, k: l } = require('./j'), m = require('./m')
        function n() { const { o } = await import('./o') }
        """).imports
    assert [(i.module, i.name, i.local, i.scope) for i in found if i.name or i.module == "@x/y"] == [
        ("./m", "default m", "a", ""),
        ("./m", "b", "c", ""),
        ("./m", "D", "D", ""),
        ("@x/y", None, "e", ""),
        ("../f/index", "F", "F", ""),
        ("g", "export= g", "g", ""),
        ("./h", "h", "", ""),
        ("./j", "j", "j", ""),
        ("./j", "k", "l", ""),
        ("./m", "export= m", "m", ""),
        ("./o", "o", "o", "n"),
    ]
    assert Import("./side", None, "", 5) in found


def test_a_module_that_is_required_under_a_try_is_guarded():
    assert facts("try { const a = require('./a') } catch {}").imports[0].guarded


def test_exports_say_what_others_may_import():
    found = facts("""
        export function a() {}
        export const b = 1, { c, d: [e] } = f
        export { g, h as i, j as default }
        export { k as l } from './m'
        export { default } from './Button'
        export * from './n'
        export * as o from './p'
        export type { q } from './r'
        export declare const s: number
        export abstract class T {}
        """).exports
    assert [(e.name, e.local, e.module) for e in found] == [
        ("a", "a", ""), ("b", "b", ""), ("c", "c", ""), ("g", "g", ""), ("i", "h", ""), ("default", "j", ""),
        ("l", "k", "./m"), ("default", "default Button", "./Button"), ("*", "*", "./n"), ("o", "*", "./p"),
        ("q", "q", "./r"), ("s", "s", ""), ("T", "T", ""),
    ]  # fmt: skip


def test_what_a_namespace_exports_is_not_the_module_s():
    assert facts("namespace N { export const a = 1 }\ndeclare module 'x' { export const b: 1 }").exports == ()


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("exports.a = b", {Export("a", "b")}),
        ("module.exports = a", {Export("export=", "a")}),
        ("module.exports = { a, b: c, d() {}, 'e': 1 }",
         {Export("a", "a"), Export("b", "c"), Export("d", "d"), Export("e", "e")}),
        ("module.exports = { a, ...b }", {Export("a", "a"), Export("export=", "")}),
    ],
)  # fmt: skip
def test_commonjs_exports_are_read(source: str, exports: set[Export]):
    found = set(extract_facts(source.encode(), JAVASCRIPT).exports)
    assert found - {Export("default", "*")} == exports


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("f()", Call(0, usage="discarded")),
        ("x = f(1, ...a)", Call(1, open_ended=True)),
        ("x = new f(1, /* why */ 2)", Call(2)),
        ("x = new f", Call(0)),
        ("x = f`a`", Call(1, open_ended=True)),
        ("await f(1)", Call(1, usage="awaited")),
        ("f(1).then(g)", Call(1, usage="chained")),
        ("x = f(1)[0]", Call(1, usage="dereferenced")),
        ("if (f()) {}", Call(0, usage="dereferenced")),
        ("x = !f()", Call(0, usage="dereferenced")),
        ("x = () => f()", Call(0)),
    ],
)
def test_a_call_shows_its_arguments_and_what_becomes_of_its_value(source: str, call: Call):
    found = facts(f"import {{ f }} from 'm'\n{source}").references
    assert [reference.call for reference in found if reference.name == "f"] == [call]


def test_globals_are_left_out_unless_the_file_has_its_own():
    assert uses("console.log(parseInt(x)); new Promise(f); lost.get()") == []
    assert uses("import { parseInt } from 'm'\nparseInt(x)") == [("", "parseInt")]


def test_a_name_that_nothing_binds_may_be_what_something_was_called():
    assert uses("lost(); new Lost()") == [("", "lost"), ("", "Lost")]


def test_members_are_uses_where_they_may_lead_somewhere():
    own = "this.own; class A { f() { this.own } }"
    assert uses(f"import * as m from 'm'\nlet o\nm.read; o.read; o.called(); {own}") == [
        ("m", "read"), ("o", "called"), ("?", "own"), ("this", "own"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("const c = new Client(); c.get()", "Client"),
        ("const c = new api.Client<T>(); c.get()", "api.Client"),
        ("const c: Client = make(); c.get()", "Client"),
        ("let c: Client; c = make(); c.get()", "Client"),
        ("let c = new Client(); c = make(); c.get()", ""),
        ("const c = x ? new Client() : null; c.get()", ""),
        ("const c = x as Client; c.get()", "Client"),
        ("new Client().get()", "Client"),
        ("p.get()", "Client"),
        ("(p!).get()", "Client"),
        ("q.get()", "Client"),
        ("r.get()", ""),
    ],
)
def test_a_receiver_s_class_is_known_where_one_name_says_it(body: str, kind: str):
    found = facts(f"function f(p: Client, q: Client | null, r: Client[]) {{\n  {body}\n}}\n").references
    assert [reference.receiver_type for reference in found if reference.name == "get"] == [kind]


def test_names_that_are_variables_are_bindings_of_their_scope():
    found = facts(
        "const x = 1\nlet [y] = z\nif (x) { var w = 1 }\nclass A { b = 1; constructor(readonly c: C) { this.d = 1 } }"
    )
    assert found.bindings == {"": ("w", "x", "y"), "A": ("b", "c", "d")}


@pytest.mark.parametrize("source", ["const x = (", "Object.assign(module.exports, x)"])
def test_a_file_that_may_hold_names_it_does_not_spell_out_is_dynamic(source: str):
    assert facts(source).dynamic


@pytest.mark.parametrize(
    "source",
    ["Object.prototype.toString.call(x)", "class A {}\nf(A.prototype.get === g)", "class A {}\nA.prototype.get = 1",
     "class A {}\nmix(A.prototype)", "const proto = made.prototype"],
)  # fmt: skip
def test_a_prototype_makes_its_class_an_open_one_and_not_the_file(source: str):
    assert not facts(source).dynamic


def test_jsx_is_read_where_it_may_stand():
    source = b"import { A, b } from 'm'\nconst x = <A.B><b /><A /></A.B>\n"
    for language in (TSX, JAVASCRIPT):
        found = extract_facts(source, language).references
        assert [(reference.receiver, reference.name) for reference in found] == [("A", "B"), ("", "A")]


def test_facts_survive_being_stored():
    found = facts("""
        import a from './a'
        export class B extends a.C { @d() async e(f?: number): Promise<void> { await a.g(1, ...f) } }
        export * from './h'
        """)
    assert decode(encode(found)) == found
