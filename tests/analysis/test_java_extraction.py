"""What one Java file says about itself."""

from textwrap import dedent

import pytest

from analysis.extraction import extract_facts
from analysis.facts import VAR_POSITIONAL, Call, Definition, Facts, Import, Parameter, decode, encode
from analysis.languages import language_of
from analysis.languages.java import JAVA


def facts(source: str) -> Facts:
    return extract_facts(dedent(source).encode(), JAVA)


def definitions(source: str) -> dict[str, Definition]:
    return {definition.qualname: definition for definition in facts(source).definitions}


def member(body: str, name: str) -> Definition:
    return definitions(f"class A {{ {body} }}")[f"A.{name}"]


def uses(body: str) -> list[tuple[str, str]]:
    """Of a method's body; the receiver's type, where only that is known."""
    found = facts(f"class A {{ A() {{}} void m(Client c, int n, String... s) {{ {body} }} }}").references
    return [(each.receiver_type or each.receiver, each.name) for each in found if each.scope.startswith("A.m()")][1:]


def test_the_suffix_decides_the_language():
    assert language_of("src/A.java") is JAVA


def test_definitions_have_qualified_names_kinds_and_lines():
    found = facts("""
        package a.b;
        public class A<T> extends B implements C, d.D {
          int x, y = 1;
          A() {}
          void m() {}
          interface I { int K = 1; }
        }
        enum E { X, Y { } }
        record R(int x) {}
        @interface N { String value(); }
        """)
    assert found.package == "a.b"
    assert [(d.qualname, d.kind, d.line) for d in found.definitions] == [
        ("A", "class", 3),
        ("A.x", "constant", 4),
        ("A.y", "constant", 4),
        ("A.new", "function", 5),
        ("A.m()", "function", 6),
        ("A.I", "interface", 7),
        ("A.I.K", "constant", 7),
        ("E", "enum", 9),
        ("E.X", "constant", 9),
        ("E.Y", "constant", 9),
        ("E.new E", "class", 9),
        ("R", "class", 10),
        ("R.x", "constant", 10),
        ("N", "interface", 11),
        ("N.value()", "function", 11),
        ("R.new", "function", 10),
        ("R.x()", "function", 10),
    ]
    assert found.definitions[0].bases == ("B", "C", "d.D")


def test_a_class_without_a_constructor_has_one_that_takes_nothing():
    assert definitions("public class A {}")["A.new"].parameters == ()
    assert "I.new" not in definitions("interface I {}")


def test_what_lombok_adds_is_not_known():
    found = definitions("import lombok.Data; @Data class A { int x; }")
    assert "A.new" not in found
    assert found["A"].bases == ("?",)


@pytest.mark.parametrize(
    ("declared", "parameter"),
    [
        ("int n", Parameter("n", type="int")),
        ("final List<String> l", Parameter("l", type="List")),
        ("Map.Entry<K, V> e", Parameter("e", type="Map.Entry")),
        ("int[] a", Parameter("a", type="int[]")),
        ("int a[]", Parameter("a", type="int[]")),
        ("@N String... s", Parameter("s", VAR_POSITIONAL, type="String[]")),
        ("T t", Parameter("t", type="Client")),
        ("U u", Parameter("u")),
    ],
)
def test_parameters_have_the_types_they_are_declared_with(declared: str, parameter: Parameter):
    assert member(f"<T extends Client, U> void m({declared}) {{}}", "m()").parameters == (parameter,)


@pytest.mark.parametrize(
    ("modifiers", "words"),
    [
        ("public", ()),
        ("protected abstract", ("protected", "abstract")),
        ("private static", ("private", "static")),
        ("@Deprecated", ("package",)),
    ],
)
def test_modifiers_tell_who_can_reach_a_member(modifiers: str, words: tuple[str, ...]):
    assert member(f"{modifiers} int m() {{ return 1; }}", "m()").decorators == words


def test_members_of_interfaces_are_everybodys_and_constructors_of_enums_nobodys():
    found = definitions("interface I { void m(); int K = 1; } enum E { X; E() {} }")
    assert [found[name].decorators for name in ("I.m()", "I.K", "E.new")] == [(), ("static",), ("private",)]


def test_functions_of_one_name_are_one_definition_that_knows_all_they_take():
    found = member("private String m(int n) { return a; } \n public String m(String s, int n) { return b; }", "m()")
    assert found.overloads == (
        (Parameter("n", type="int"),),
        (Parameter("s", type="String"), Parameter("n", type="int")),
    )
    assert (found.decorators, found.makes, found.end_line) == ((), "String", 2)


def test_a_field_and_a_method_of_one_name_are_two():
    assert {"A.size", "A.size()"} <= definitions("class A { int size; int size() { return size; } }").keys()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import a.b.C;", [Import("a.b", "C", "C", 1)]),
        ("import a.b.*;", [Import("a.b", "*", "", 1)]),
        ("import static a.C.f;", [Import("a.C", "f", "f", 1), Import("a.C", "f()", "f()", 1)]),
        ("import static a.C.*;", [Import("a.C", "*", "", 1), Import("a.C", "*()", "", 1)]),
    ],
)
def test_imports_say_where_a_name_comes_from(line: str, found: list[Import]):
    assert facts(line).imports == tuple(found)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("f();", [("", "f()")]),
        ("this.f();", [("this", "f()")]),
        ("super.f();", [("super", "f()")]),
        ("A.this.f();", [("A.this", "f()"), ("", "A")]),
        ("c.get();", [("Client", "get()")]),
        ("c.s.get(1).x();", [("Client#s.get()", "x()"), ("Client#s", "get()"), ("Client", "s")]),
        ("new B(1).f();", [("B", "f()"), ("", "B")]),
        ("((B) x).f();", [("B", "f()"), ("", "B"), ("", "x")]),
        ("B b = null; b.f();", [("", "B"), ("B", "f()")]),
        ("var b = new B(); b.f();", [("", "B"), ("B", "f()")]),
        ("var b = open(); b.f();", [("", "open()"), ("open()", "f()")]),
        ("B[] b = x; b[0].f();", [("", "B"), ("", "x"), ("B", "f()")]),
        ("bs[0].f();", [("bs.[]", "f()"), ("", "bs")]),
        ("for (B b : bs) b.f();", [("", "B"), ("", "bs"), ("B", "f()")]),
        ("try (B b = open()) {} catch (E e) { e.f(); }", [("", "B"), ("", "open()"), ("", "E"), ("E", "f()")]),
        ("if (x instanceof B b && b.f()) {}", [("", "x"), ("", "B"), ("B", "f()")]),
        ("g(b -> b.f());", [("", "g()"), ("?", "f()")]),
        ("{ B b; } b.f();", [("", "B"), ("b", "f()"), ("", "b")]),
        ("g(B::f); g(c::f); g(B::new);", [("", "g()"), ("B", "f()"), ("", "B"), ("", "g()"), ("Client", "f()"),
                                            ("", "g()"), ("", "B"), ("", "B")]),
        ("a.b.C.f();", [("a.b.C", "f()"), ("a.b", "C"), ("a", "b"), ("", "a")]),
        ("x = Y.Z;", [("", "x"), ("Y", "Z"), ("", "Y")]),
        ("n++; s = null;", []),
    ],
)  # fmt: skip
def test_a_use_says_what_is_known_of_its_receiver(body: str, found: list[tuple[str, str]]):
    assert uses(body) == list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("arguments", "types"),
    [
        ('1, 2L, "x", true', ("int", "long", "String", "boolean")),
        ("null, 'c', 1.5f, 1.5", ("null", "char", "float", "double")),
        ("n, s, c, own", ("int", "String[]", "Client", "Store")),
        ("new B(), (B) x, new int[1], B.class", ("B", "B", "int[]", "Class")),
        ('() -> 1, B::f, "a" + n, n > 1', ("->", "->", "String", "boolean")),
        ("f(), other", ()),
    ],
)
def test_a_call_tells_the_types_that_its_arguments_show(arguments: str, types: tuple[str, ...]):
    source = f"class A {{ Store own; void m(Client c, int n, String... s) {{ f({arguments}); }} }}"
    call = next(each.call for each in facts(source).references if each.name == "f()")
    assert call
    assert call == Call(call.positional, usage="discarded", types=types)


def test_a_body_without_a_name_is_a_place_of_its_own():
    found = facts("class A { void m() { run(new Task(1) { int n; void go() { stop(); n++; } }); } }")
    inner = {definition.qualname: definition for definition in found.definitions}["A.m().new Task"]
    assert (inner.bases, inner.conditional) == (("Task",), True)
    assert ("stop()", "A.m().new Task.go()") in [(each.name, each.scope) for each in found.references]


def test_a_constructor_that_does_not_say_so_calls_the_one_above():
    found = facts("class A extends B { A(int n) {} A() { this(1); } } class C extends B {}").references
    assert [(each.receiver, each.scope) for each in found if each.name == "new"] == [
        ("super", "A.new"), ("this", "A.new"), ("super", "C"),
    ]  # fmt: skip


def test_facts_survive_being_stored():
    found = facts("package p; class A { int f(int... n) { return f(1); } void f() {} }")
    assert decode(encode(found)) == found


def test_a_file_that_does_not_parse_may_hold_more_than_it_shows():
    assert facts("class A { void m( }").dynamic
