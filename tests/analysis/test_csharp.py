"""C# in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from tests.analysis.changes import broken
from tests.analysis.outlines import definitions, meanings, read, uses


def test_definitions_have_their_nesting_their_parameters_and_their_visibility():
    assert definitions(
        "a.cs",
        """
        namespace Shop.Core;
        public partial class Cart<T> : Base.Box<T>, IPriced {
          public const int Max = 1;
          int size;
          public Cart(int size) : base(size) {}
          public static int Add(int a, string b = "x", params int[] more) => 1;
          int Sum(int a) { void Inner(int x) {} return 1; }
          int Sum(int a, int b) => 1;
        }
        static class Texts { public static void Ext(this string s, int a) {} }
        public record Point(int X, int Y = 1);
        enum Color { Red }
        """,
    ) == [
        "namespace Shop.Core if",
        "class Shop.Core.Cart < Base.Box, IPriced [public partial <1>]",
        "constant Shop.Core.Cart.Max [public const]",
        "constant Shop.Core.Cart.size [private]",
        "function Shop.Core.Cart.constructor(size) [public]",
        "function Shop.Core.Cart.Add(a, b=, *more) [public static]",
        "function Shop.Core.Cart.Sum(#1, #2=) [private overloaded]",
        "class Shop.Core.Texts [static]",
        "function Shop.Core.Texts.Ext(s, a) [public static extension]",
        "record Shop.Core.Point [public]",
        "function Shop.Core.Point.constructor(X, Y=)",
        "enum Shop.Core.Color",
        "constant Shop.Core.Color.Red",
    ]


def test_imports_are_told_one_by_one():
    found = read("a.cs", "using System; using static A.B; using Q = A.C;").imports
    assert [(each.module, each.name, each.local) for each in found] == [
        ("System", "*", ""), ("A.B", "*", ""), ("A", "C", "Q"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("F(1, b: 2)", "F(1 b)"),
        ("F(a: 1, 2)", "F(2)"),
        ("F<int>(ref x)", "F(1)"),
        ("this.F(1)", "this.F(1)"),
        ("base.F(1)", "super().F(1)"),
        ("A.B.F(1)", "A.B.F(1)"),
        ("global::A.F(1)", ".A.F(1)"),
        ("new A.B<int>(1)", "A.B(1)"),
        ("a?.F(1)", "?.F"),
        ("this.a.F(1)", "?.F"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert uses("a.cs", f"class C {{ void M() {{ {source}; }} }}")[0] == found


@pytest.mark.parametrize(
    "body", ["var f = 1; f.Go(1)", "foreach (var f in x) f.Go(1)", "if (x is A f) f.Go(1)", "M(out var f); f.Go(1)"]
)
def test_a_name_that_is_local_is_nobody_else_s(body: str):
    assert "f.Go(1)" not in uses("a.cs", f"class C {{ void M() {{ {body}; }} }}")


CART, USER = "Shop/Cart.cs", "App/User.cs"
SHOP = {
    CART: dedent(
        """\
        namespace Shop {
          class Box { protected void Close(int lid) {} }
          class Cart : Box, IDisposable {
            public Cart(int size) {}
            public static int Make(int a, int b = 1) { return 1; }
            public void Add(int a) { Close(1); this.Close(1); Make(1); Gone(1); this.Gone(1); ToString(); }
          }
          class Other : Foreign { void F(int a) { F(1); } }
        }
        """
    ),
    USER: "using Shop;\nclass User { void F() { new Cart(1); Cart.Make(1); Cart.Add(1); Shop.Cart.Make(1, 2); } }\n",
}
LACKS = "does not pass 'c'"


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (CART, {"6 Close()": f"{CART}:2", "6 Make()": f"{CART}:5", "6 Gone()": "missing", "6 ToString()": "",
                "8 F()": ""}),
        (USER, {"2 Cart()": f"{CART}:4", "2 Make()": f"{CART}:5", "2 Add()": ""}),
    ],
)  # fmt: skip
def test_uses_lead_to_what_they_mean(path: str, places: dict[str, str]):
    found = meanings(SHOP, path)
    assert found == {**found, **places}


def test_classes_that_differ_in_their_types_only_are_not_told_apart():
    source = (
        "class A { public A(int a) {} }\nclass A<T> { public A(int a, int b) {} }\nclass B { A a = new A<int>(1, 2); }"
    )
    assert meanings({"a.cs": source}, "a.cs")["3 A()"] == ""


def test_a_class_and_a_method_of_one_name_are_not_told_apart():
    source = "class Box { public Box(int a) {} }\nclass B { object Box() { return new Box(1); } }\n"
    assert meanings({"a.cs": source}, "a.cs")["2 Box()"] == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("(int a, int b = 1)", "(int a, int c, int b = 1)", [
            (CART, 6, LACKS), (USER, 2, LACKS), (USER, 2, "passes argument 2 as 'b', which is 'c' now")]),
        ("Cart(int size) {}", "Cart(int size, int c) {}", [(USER, 2, LACKS)]),
        ("void Close(int lid)", "void Shut(int lid)", [(CART, 6, "still uses 'Close'")]),
        ("(int a, int b = 1)", "(int x, int b = 1)", []),
        ("(int a, int b = 1)", "(int a, int b = 1, int c = 2)", []),
        ("Cart(int size) {}", "Cart(int size, int c) {} public Cart(int size) {}", []),
        ("class Box", "class Box : Foreign", []),
        ("class Box { protected void Close(int lid)", "partial class Box { protected void Shut(int lid)", []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(old: str, new: str, expected: list[tuple[str, int, str]]):
    found = set(broken(SHOP, {CART: SHOP[CART].replace(old, new)}))
    assert found == set(expected)
