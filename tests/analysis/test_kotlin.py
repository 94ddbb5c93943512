"""Kotlin in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from tests.analysis.changes import broken
from tests.analysis.outlines import definitions, meanings, read, uses


def test_definitions_have_their_nesting_their_parameters_and_their_visibility():
    assert definitions(
        "a.kt",
        """
        package shop.core

        open class Cart(val size: Int, name: String = "a") : Box(size), Priced {
            companion object {
                fun make(a: Int) = Cart(a)
            }
            private fun add(a: Int, b: Int = 1, vararg more: Int): Int {
                return 1
            }
            fun sum(a: Int) = 1
            fun sum(a: Int, b: Int) = 1
        }

        interface Priced {
            fun price()
        }

        object Till {
            fun open(key: Int) {}
        }

        fun String.ext(a: Int) {}

        const val MAX = 1
        """,
    ) == [
        "namespace shop.core if",
        "class shop.core.Cart < Box, Priced [open]",
        "function shop.core.Cart.constructor(size, name=)",
        "function shop.core.Cart.make(a) [static]",
        "function shop.core.Cart.add(a, b=, *more) [private]",
        "function shop.core.Cart.sum(#1, #2=) [overloaded]",
        "interface shop.core.Priced",
        "function shop.core.Priced.price()",
        "object shop.core.Till",
        "function shop.core.Till.open(key) [static]",
        "function shop.core.ext(a) [extension]",
        "constant shop.core.MAX",
    ]


def test_imports_are_told_one_by_one():
    found = read("a.kt", "import a.b.C\nimport a.d.*\nimport a.e as f\n").imports
    assert [(each.module, each.name, each.local) for each in found] == [
        ("a.b", "C", "C"), ("a.d", "*", ""), ("a", "e", "f"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f(1, b = 2)", "f(1 b)"),
        ("f(a = 1, 2)", "f(2)"),
        ("f(*x)", "f(0 *)"),
        ("f(1) { 2 }", "f(1 *)"),
        ("f { 2 }", "f(0 *)"),
        ("this.f(1)", "this.f(1)"),
        ("super.f(1)", "super().f(1)"),
        ("a.b.C.f(1)", "a.b.C.f(1)"),
        ("C(1)", "C(1)"),
        ("x?.f(1)", "?.f"),
        ("x().f(1)", "x(0)"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert found in uses("a.kt", f"fun m() {{\n    {source}\n}}\n")


BOX, USER = "shop/Box.kt", "app/User.kt"
SHOP = {
    BOX: dedent(
        """\
        package shop

        open class Box(size: Int) {
            fun close(lid: Int) { this.close(1); gone(1) }
        }

        class Cart : Box(1) {
            fun add(a: Int) { close(1); this.gone(1) }
        }

        object Till {
            fun open(key: Int, at: Int = 1) {}
        }

        fun total(a: Int, b: Int) {}
        """
    ),
    USER: dedent(
        """\
        package app

        import shop.Box
        import shop.Till
        import shop.total

        fun buy() {
            Box(1)
            Till.open(1)
            total(1, b = 2)
            total(1, 2)
        }
        """
    ),
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (BOX, {"4 close()": f"{BOX}:4", "7 Box()": f"{BOX}:3", "8 close()": f"{BOX}:4", "8 gone()": "missing"}),
        (USER, {"8 Box()": f"{BOX}:3", "9 open()": f"{BOX}:12", "10 total()": f"{BOX}:15"}),
    ],
)
def test_uses_lead_to_what_they_mean(path: str, places: dict[str, str]):
    found = meanings(SHOP, path)
    assert found == {**found, **places}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("b: Int) {}", "b: Int, c: Int) {}", [(USER, 10, "does not pass 'c'"), (USER, 11, "does not pass 'c'")]),
        ("a: Int, b: Int", "a: Int, by: Int", [(USER, 10, "passes 'b', which is not a parameter")]),
        ("class Box(size: Int)", "class Box(size: Int, c: Int)",
         [(USER, 8, "does not pass 'c'"), (BOX, 7, "does not pass 'c'")]),
        ("fun total", "fun sum", [(USER, 5, "still imports 'total'"), (USER, 10, "still uses 'total'"),
                                (USER, 11, "still uses 'total'")]),
        ("fun total(a: Int, b: Int) {}", "fun total(a: Int, b: Int) {}\nfun total(a: Int) {}", []),
        ("b: Int) {}", "b: Int, c: Int = 1) {}", []),
        ("fun close(lid: Int)", "fun close(lid: Int, c: Int)\nfun close(lid: Int)", []),
        ("fun open(key: Int, at: Int = 1) {}", "fun open(key: Int) {}", []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(old: str, new: str, expected: list[tuple[str, int, str]]):
    found = set(broken(SHOP, {BOX: SHOP[BOX].replace(old, new)}))
    assert found == set(expected)


def test_what_moved_to_another_language_is_not_missing():
    java = "export class total {}\n"
    after = {BOX: SHOP[BOX].replace("fun total", "fun sum"), "shop/total.ts": java}
    assert broken(SHOP, after) == []
