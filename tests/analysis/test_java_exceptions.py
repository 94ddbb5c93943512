"""Callers that neither catch nor declare what a Java function newly declares are found, and all others left alone."""

import shutil
import subprocess

import pytest

from analysis.contracts import ChangeKind
from analysis.extraction import extract_facts
from analysis.facts import Call, decode, encode
from analysis.languages.java import JAVA
from analysis.languages.java.exceptions import extended
from tests.analysis.changes import broken, changes

STORE = """package s; import java.io.*;
public class Store {
  public Store() {}
  public int load(String key) { return 1; }
  public int load(String key, int n) { return 1; }
  public void clear() {}
  static void open() {}
}
"""
OWN = {
    "s/Down.java": "package s; public class Down extends Broken implements lib.Coded {}",
    "s/Broken.java": "package s; public class Broken extends Exception {}",
    "s/Odd.java": "package s; public class Odd extends lib.Strange {}",
    "s/Loud.java": "package s; public class Loud extends IllegalStateException {}",
}
IO = "neither catches nor declares 'IOException'"


def problems(old: str, new: str, body: str, *, extends: str = "") -> list[str]:
    """What is wrong with the callers in the body of a class, after a change of the store."""
    assert old in STORE
    user = f"package s; import java.io.*; class Use {extends} {{ {body} }}"
    before = {"s/Store.java": STORE, "s/Use.java": user, **OWN}
    return [problem for _, _, problem in broken(before, {"s/Store.java": STORE.replace(old, new)})]


def throwing(exception: str, body: str) -> list[str]:
    """After the method `clear` declares the exception."""
    return problems("clear()", f"clear() throws {exception}", body)


def test_a_new_exception_breaks_the_caller_that_neither_catches_nor_declares_it():
    before = {
        "s/Store.java": STORE,
        "s/Use.java": "package s;\nclass Use {\n  void f(Store s) {\n    s.clear();\n  }\n}",
    }
    after = {"s/Store.java": STORE.replace("clear()", "clear() throws IOException")}
    (one,) = changes(before, after)
    assert (one.kind, one.message, one.before, one.after) == (
        ChangeKind.THROWS,
        "`Store.clear()` declares other exceptions",
        "void clear()",
        "void clear() throws IOException",
    )
    assert [(each.path, each.line, each.problem) for each in one.broken_callers] == [("s/Use.java", 4, IO)]


@pytest.mark.parametrize(
    "body",
    [
        "void f(Store s) { s.clear(); }",
        "void f(Store s) { try { s.clear(); } catch (RuntimeException e) {} }",
        "void f(Store s) { try { s.clear(); } catch (FileNotFoundException e) {} }",
        "void f(Store s) { try { s.clear(); } finally { stop(); } }",
        "void f(Store s) { try { stop(); } catch (IOException e) { s.clear(); } }",
        "void f(Store s) { try { stop(); } catch (IOException e) {} finally { s.clear(); } }",
        "void f(Store s) throws InterruptedException { s.clear(); }",
        "void f() { new Object() { void g(Store s) { s.clear(); } }; }",
        "void f() throws IOException { new Object() { void g(Store s) { s.clear(); } }; }",
        "Use(Store s) { s.clear(); }",
    ],
)
def test_what_is_caught_or_declared_elsewhere_does_not_help(body: str):
    assert throwing("IOException", body) == [IO]


@pytest.mark.parametrize(
    "body",
    [
        "void f(Store s) { try { s.clear(); } catch (IOException e) {} }",
        "void f(Store s) { try { s.clear(); } catch (RuntimeException | java.io.IOException e) {} }",
        "void f(Store s) { try { s.clear(); } catch (RuntimeException e) {} catch (Exception e) {} }",
        "void f(Store s) { try { try { s.clear(); } finally { stop(); } } catch (Throwable e) {} }",
        "void f(Store s) { try (Reader r = read(s.clear())) { stop(); } catch (IOException e) {} }",
        "void f(Store s) { try (Reader r = open()) { s.clear(); } catch (IOException e) {} }",
        "void f(Store s) throws IOException { s.clear(); }",
        "void f(Store s) throws Exception { if (true) { s.clear(); } }",
        "<X extends Exception> void f(Store s) throws X { s.clear(); }",
        "@lombok.SneakyThrows void f(Store s) { s.clear(); }",
        "void f(Store s) { go(() -> s.clear()); }",
        "void f(Store s) { go(() -> { s.clear(); }); }",
        "Store s; Object o = go(s.clear());",
    ],
)
def test_a_caller_that_handles_it_or_may_is_left_alone(body: str):
    assert throwing("IOException", body) == []


@pytest.mark.parametrize(
    ("exception", "found"),
    [
        ("Broken", ["neither catches nor declares 'Broken'"]),
        ("Down", ["neither catches nor declares 'Down'"]),
        ("java.sql.SQLException", ["neither catches nor declares 'java.sql.SQLException'"]),
        ("IOException, IllegalStateException, Down", ["neither catches nor declares 'IOException', 'Down'"]),
        ("IllegalStateException", []),
        ("Loud", []),
        ("Odd", []),
        ("lib.Strange", []),
        ("SQLException", []),
    ],
)
def test_only_what_is_known_to_be_checked_has_to_be_handled(exception: str, found: list[str]):
    assert throwing(exception, "void f(Store s) { s.clear(); }") == found


def test_a_type_parameter_that_is_thrown_may_be_anything():
    new = "<X extends Exception> void clear() throws X"
    assert problems("void clear()", new, "void f(Store s) { s.clear(); }") == []


@pytest.mark.parametrize(
    ("handler", "found"),
    [("Down", []), ("Broken", []), ("Exception", []), ("Odd", ["neither catches nor declares 'Down'"])],
)
def test_what_an_exception_of_the_repository_extends_covers_it(handler: str, found: list[str]):
    assert throwing("Down", f"void f(Store s) {{ try {{ s.clear(); }} catch ({handler} e) {{}} }}") == found


@pytest.mark.parametrize(
    ("body", "extends", "found"),
    [
        ("Object f() { return new Store(); }", "", [IO]),
        ("Object f() throws IOException { return new Store(); }", "", []),
        ("Object f() { return new Store() { }; }", "", [IO]),
        ("", "extends Store", [IO]),
        ("Use() { stop(); }", "extends Store", [IO]),
        ("Use() throws IOException { super(); }", "extends Store", []),
    ],
)
def test_a_constructor_that_throws_breaks_those_who_make_or_extend_it(body: str, extends: str, found: list[str]):
    assert problems("public Store()", "public Store() throws IOException", body, extends=extends) == found


@pytest.mark.parametrize(
    ("call", "found"),
    [('s.load("a", 1)', [IO]), ("s.load(any(), any())", [IO]), ('s.load("a")', []), ("s.load(any())", [])],
)
def test_of_several_forms_only_those_that_declare_it_break_their_callers(call: str, found: list[str]):
    changed = "load(String key, int n) throws IOException"
    assert problems("load(String key, int n)", changed, f"void f(Store s) {{ {call}; }}") == found


@pytest.mark.parametrize(
    ("base", "call", "found"),
    [
        ("class Base { void put(Object o) {} }", "s.put(any())", []),
        ("class Base { void put(Object o) {} }", 's.put("a")', [IO]),
        ("class Base { void put(String o) throws IOException {} }", "s.put(any())", [IO]),
        ("class Base extends lib.Base {}", "s.put(any())", []),
        ("class Base extends lib.Base {}", 's.put("a")', [IO]),
        ("interface Base { void put(String o); }", "s.put(any())", [IO]),
    ],
)
def test_where_an_inherited_form_may_be_meant_nothing_is_said(base: str, call: str, found: list[str]):
    verb = "implements" if base.startswith("interface") else "extends"
    store = f"package s; class Store {verb} Base {{ void put(String s) {{}} }}"
    before = {
        "s/Base.java": f"package s; {base}",
        "s/Store.java": store,
        "s/Use.java": f"package s; class Use {{ void f(Store s) {{ {call}; }} }}",
    }
    after = {"s/Store.java": store.replace("put(String s)", "put(String s) throws java.io.IOException")}
    assert [place[2].replace("java.io.", "") for place in broken(before, after)] == found


def test_an_interface_that_inherits_a_method_twice_throws_what_both_declare():
    before = {
        "s/One.java": "package s; interface One { void go(); }",
        "s/Two.java": "package s; interface Two { void go(); }",
        "s/Both.java": "package s; interface Both extends One, Two {}",
        "s/Use.java": "package s; class Use { void f(Both b, One o) { b.go();\no.go(); } }",
    }
    after = {"s/One.java": "package s; interface One { void go() throws Exception; }"}
    assert broken(before, after) == [("s/Use.java", 2, "neither catches nor declares 'Exception'")]


def test_a_caller_that_handled_too_little_before_is_not_judged():
    assert problems("open() {}", "open() throws IOException, Broken {}", "void f() { Store.open(); }") != []
    before = {"s/A.java": "package s; class A { static void f() throws Exception {} void g() { f(); } }"}
    after = {"s/A.java": before["s/A.java"].replace("throws Exception", "throws java.io.IOException")}
    assert broken(before, after) == []


def test_a_call_knows_the_exceptions_that_are_handled_around_it():
    source = b"""class A { void m() throws E, p.F { try { f(1); } catch (G | H e) { f(2); } go(() -> f(3)); }
      int n = f(4); }"""
    found = extract_facts(source, JAVA)
    calls = [each.call.handled for each in found.references if each.call and each.name == "f()"]
    assert calls == [("E", "p.F", "G", "H"), ("E", "p.F"), ("E", "p.F", "?"), ("?",)]
    assert found.definitions[0].throws == ()
    assert {each.qualname: each.throws for each in found.definitions}["A.m()"] == (("E", "p.F"),)
    assert decode(encode(found)) == found


def test_calls_of_other_languages_know_of_none():
    assert Call(0).handled == ()


@pytest.mark.skipif(shutil.which("java") is None, reason="needs java")
def test_the_table_of_exceptions_is_what_the_library_says(tmp_path):
    rows = [*extended()]
    names = ", ".join(f'"{name}"' for name, _ in rows)
    ask = f"for (var n : new String[] {{ {names} }}) System.out.println(Class.forName(n).getSuperclass().getName());"
    program = tmp_path / "Ask.java"
    program.write_text(f"class Ask {{ public static void main(String[] a) throws Exception {{ {ask} }} }}")
    told = subprocess.run(["java", str(program)], capture_output=True, text=True, check=True).stdout
    assert told.split() == [base for _, base in rows]
