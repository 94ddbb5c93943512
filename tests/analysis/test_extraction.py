"""What one Python file says about itself."""

from textwrap import dedent

import pytest

from analysis.extraction import extract_facts
from analysis.facts import Call, Definition, Facts, Import, Parameter, decode, encode, name_keys
from analysis.languages.python import PYTHON


def facts(source: str) -> Facts:
    return extract_facts(dedent(source).encode(), PYTHON)


def definition(source: str) -> Definition:
    return facts(source).definitions[0]


def uses(source: str) -> list[tuple[str, str]]:
    return [(reference.receiver, reference.name) for reference in facts(source).references]


def test_definitions_have_qualified_names_and_lines():
    found = facts("""
        class A:
            def m(self):
                def inner(): ...
            class B:
                def n(self): ...
        def f(): ...
        """).definitions
    assert [(d.qualname, d.line, d.end_line) for d in found] == [
        ("A", 2, 6),
        ("A.m", 3, 4),
        ("A.m.inner", 4, 4),
        ("A.B", 5, 6),
        ("A.B.n", 6, 6),
        ("f", 7, 7),
    ]


def test_every_kind_of_parameter_is_told_apart():
    found = definition("def f(a, b: int, /, c, d=1, *args: int, e, f: str = 'x', **kwargs: int): ...").parameters
    assert found == (
        Parameter("a", 0),
        Parameter("b", 0),
        Parameter("c", 1),
        Parameter("d", 1, has_default=True),
        Parameter("args", 2),
        Parameter("e", 3),
        Parameter("f", 3, has_default=True),
        Parameter("kwargs", 4),
    )


def test_a_bare_star_makes_keywords():
    assert definition("def f(*, a): ...").parameters == (Parameter("a", 3),)


@pytest.mark.parametrize(
    ("source", "field", "value"),
    [
        ("async def f(): ...", "is_async", True),
        ("def f() -> list[\n  int]: ...", "returns", "list[ int]"),
        ("def f():\n  yield 1", "is_generator", True),
        ("def f():\n  def g():\n    yield 1", "is_generator", False),
        ("def f():\n  return g()", "returns_unknown", True),
        ("def f():\n  return 1", "returns_unknown", False),
        ("@a.b(1)\n@c\ndef f(): ...", "decorators", ("a.b", "c")),
        ("class A(B, c.D, Generic[T], metaclass=M, *rest): ...", "bases", ("B", "c.D", "Generic", "?", "?")),
        ("if x:\n  def f(): ...", "conditional", True),
        ("try:\n  def f(): ...\nexcept E: ...", "conditional", True),
        ("class A:\n  def f(self): ...", "conditional", False),
    ],
)
def test_a_definition_says_what_it_is(source: str, field: str, value: object):
    assert getattr(definition(source), field) == value


def test_imports_say_what_they_bind():
    found = facts("""
        import a.b, c as d
        from . import e
        from ..f.g import (h as i, j)
        from k import *
        def f():
            from l import m
        """).imports
    assert [(i.module, i.name, i.local, i.level, i.scope) for i in found] == [
        ("a.b", None, "a", 0, ""),
        ("c", None, "d", 0, ""),
        ("", "e", "e", 1, ""),
        ("f.g", "h", "i", 2, ""),
        ("f.g", "j", "j", 2, ""),
        ("k", "*", "", 0, ""),
        ("l", "m", "m", 0, "f"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n  import a\nexcept ImportError:\n  a = None",
        "try:\n  import a\nexcept (KeyError, ModuleNotFoundError) as e:\n  ...",
        "try:\n  import a\nexcept:\n  ...",
        "if TYPE_CHECKING:\n  import a",
    ],
)
def test_an_import_that_may_fail_in_peace_is_guarded(source: str):
    assert facts(source).imports[0].guarded


def test_an_import_whose_failure_nobody_catches_is_not_guarded():
    assert not facts("def f():\n  try:\n    import a\n  except KeyError:\n    ...").imports[0].guarded


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("f()", Call(0, usage="discarded")),
        ("x = f(1, *a)", Call(1, open_ended=True, usage="assigned")),
        ("x = f(1, k=2, # why\n l=3)", Call(1, ("k", "l"), usage="assigned")),
        ("f(**k).x", Call(0, open_ended=True, usage="dereferenced")),
        ("x = f(i for i in y)", Call(1, usage="assigned")),
        ("async def g():\n  await f(1)", Call(1, usage="awaited")),
        ("f(1)[0]", Call(1, usage="dereferenced")),
    ],
)
def test_a_call_shows_its_arguments_and_what_becomes_of_its_value(source: str, call: Call):
    assert facts(source).references[0].call == call


@pytest.mark.parametrize(
    "source",
    [
        "def f(g):\n  g()",
        "def f():\n  g = 1\n  g()",
        "def f():\n  g()\n  g = 1",
        "def f():\n  with a.b as g:\n    g()",
        "def f():\n  for g, h in x:\n    g()",
        "def f():\n  return [g() for g in x]",
        "def f():\n  if (g := 1): g()",
        "def f():\n  def g(): ...\n  g()",
        "def f():\n  try: ...\n  except E as g: g()",
        "def f():\n  match x:\n    case [g]: g()",
        "def f(g):\n  def h():\n    g()",
    ],
)
def test_a_name_that_a_function_binds_itself_is_not_a_reference_to_the_module_s(source: str):
    assert ("", "g") not in uses(source)


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n  g()",
        "class A:\n  def g(self): ...\n  def f(self):\n    g()",
        "class A:\n  def g(self): ...\n  g()",
        "def f():\n  global g\n  g = 1\n  g()",
        "def f():\n  from m import g\n  g()",
        "def f():\n  x.g = 1\n  x[g] = 1\n  g()",
    ],
)
def test_any_other_name_is(source: str):
    assert ("", "g") in uses(source)


def test_built_ins_are_left_out_unless_the_file_has_its_own():
    assert uses("len(1)") == []
    assert uses("from m import open\nopen(1)") == [("", "open")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("c = Client(); c.get()", "Client"),
        ("c = api.Client(); c.get()", "api.Client"),
        ("c: Client = make(); c.get()", "Client"),
        ("c = Client(); c = Other(); c.get()", ""),
        ("c = Client() if x else None; c.get()", ""),
        ("Client().get()", "Client"),
        ("p.get()", "Client"),
        ("p = 1; p.get()", ""),
    ],
)
def test_a_receiver_s_class_is_known_where_it_is_bound_once(body: str, kind: str):
    found = facts(f"def f(p: 'Client'):\n  {body}\n").references
    assert [reference.receiver_type for reference in found if reference.name == "get"] == [kind]


def test_names_that_are_variables_are_bindings_of_their_scope():
    found = facts("x: int = 1\nfor y, z in w: ...\nclass A:\n  b = 1\n  def m(self):\n    self.c = local = 1\n")
    assert found.bindings == {"": ("x", "y", "z"), "A": ("b", "c")}


@pytest.mark.parametrize(
    "source", ["globals()['x'] = 1", "exec('x')", "def __getattr__(name): ...", "sys.modules[__name__] = x", "x = ("]
)
def test_a_file_that_may_hold_names_it_does_not_spell_out_is_dynamic(source: str):
    assert facts(source).dynamic


def test_a_source_that_is_not_utf_8_is_read_all_the_same():
    found = extract_facts(b"# coding: latin-1\ndef f(a='\xe9'): ...\ncaf\xe9()\n", PYTHON)
    assert found.definitions[0].qualname == "f"
    assert decode(encode(found)) == found


def test_facts_survive_being_stored():
    found = facts("import a\n@d\nclass B(C):\n  async def f(self, *, k=1) -> int:\n    await a.g(1, k=2)\ne = B()\n")
    assert decode(encode(found)) == found


def test_name_keys_fit_the_column_and_do_not_depend_on_order():
    keys = name_keys(["b", "a", "a", "é", "\udce9"])
    assert keys == name_keys(["é", "a", "\udce9", "b"])
    assert all(-(2**31) <= key < 2**31 for key in keys)


def test_an_import_is_a_mention_of_its_name_or_its_module():
    found = facts("import a.b\nfrom c import d as e\ne(); x.y(); z[0].w()\n")
    assert found.mentioned() == {"a", "b", "d", "e", "y"}
    assert (found.guessed(), found.aliased()) == ({"w"}, {"d"})


def test_imports_of_several_names_know_their_own_lines():
    assert facts("from a import (\n  b,\n  c,\n)\n").imports == (
        Import("a", "b", "b", 2),
        Import("a", "c", "c", 3),
    )


def test_a_name_that_is_not_ascii_is_bound_like_any_other():
    assert facts("größe = x = A()\nclass B:\n  名 = 1").bindings == {"": ("größe", "x"), "B": ("名",)}
