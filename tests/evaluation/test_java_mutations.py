"""Mutations and twins of Java, and javac's word on them."""

import shutil
import subprocess

import pytest

from evaluation.compiled import opened
from evaluation.compiled.source import File
from evaluation.edits import edited
from evaluation.java import JUDGED
from evaluation.java.definitions import grammar, places
from evaluation.java.mutations import MUTATIONS
from evaluation.java.twins import TWINS
from evaluation.projects import Project

SOURCE = b"""class A {
  public A(int n) {}
  public int f(String s, int n) { return n; }
  int f(int... n) { return 1; }
  static int[] h()[] throws E { return null; }
  enum E { X; void g() {} }
}
"""


def mutated(kind: str, qualname: str) -> list[str]:
    found = [place for place in places(File("A.java", SOURCE, grammar("A.java"))) if place.qualname == qualname]
    made = [edited(SOURCE, way.edits) for place in found for way in MUTATIONS[kind](place)]
    return [next(line for line in text.splitlines() if line not in SOURCE.splitlines()).decode() for text in made]


def test_types_methods_and_constructors_are_mutated():
    found = [place.qualname for place in places(File("A.java", SOURCE, grammar("A.java")))]
    assert found == ["A", "A.new", "A.f()", "A.f()", "A.h()", "A.E", "A.E.g()"]


@pytest.mark.parametrize(
    ("kind", "qualname", "lines"),
    [
        ("rename", "A.E.g()", ["  enum E { X; void g_renamedByMutation() {} }"]),
        ("add a parameter", "A.new", ["  public A(int n, String addedByMutation) {}"]),
        ("put a parameter first", "A.E.g()", ["  enum E { X; void g(String addedByMutation) {} }"]),
        ("make private", "A.new", ["  private A(int n) {}"]),
        (
            "give nothing back",
            "A.f()",
            ["  public void f(String s, int n) { return n; }", "  void f(int... n) { return 1; }"],
        ),
        ("give nothing back", "A.E.g()", []),
        ("make of an instance", "A.h()", ["   int[] h()[] throws E { return null; }"]),
        ("make of an instance", "A.new", []),
        (
            "declare an exception",
            "A.new",
            [
                "  public A(int n) throws java.io.IOException {}",
                "  public A(int n) throws java.util.concurrent.TimeoutException {}",
                "  public A(int n) throws Exception {}",
            ],
        ),
    ],
)
def test_a_mutation_changes_one_definition(kind: str, qualname: str, lines: list[str]):
    assert mutated(kind, qualname) == lines


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("declare an unchecked exception", "  static int[] h()[] throws E, IllegalStateException { return null; }"),
        ("declare a handled exception", "  static int[] h()[] throws E, java.io.IOException { return null; }"),
    ],
)
def test_a_twin_declares_another_exception_behind_those_there_are(kind: str, line: str):
    file = File("A.java", SOURCE, grammar("A.java"))
    place = next(place for place in places(file) if place.qualname == "A.h()")
    made = next(iter(TWINS[kind](place, {}, ())))
    assert line.encode() in edited(SOURCE, made["A.java"]).splitlines()


@pytest.mark.skipif(shutil.which("javac") is None, reason="needs javac")
def test_the_judge_is_javac(tmp_path):
    files = {"src/p/A.java": "package p; public class A { public int f() { return 1; } }\n",
             "src/p/B.java": "package p; class B {\n  int g(A a) {\n    return a.f();\n  }\n}\n"}  # fmt: skip
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    ready = opened(JUDGED, Project("p", ("src/",), ()), tmp_path)
    method = next(place for place in JUDGED.places(ready.files["src/p/A.java"]) if place.qualname == "A.f()")
    with JUDGED.judge(ready) as judge:
        assert list(judge.diagnose({})) == []
        assert [(use.path, use.line) for use in judge.uses(method)] == [("src/p/B.java", 3)]
        told = judge.diagnose({"src/p/A.java": files["src/p/A.java"].replace("f()", "h()").encode()})
        assert [(each.position.path, each.position.line) for each in told] == [("src/p/B.java", 3)]
