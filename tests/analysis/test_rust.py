"""Rust in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from tests.analysis.changes import broken
from tests.analysis.outlines import definitions, meanings, read, uses


def test_definitions_have_their_nesting_their_parameters_and_their_visibility():
    assert definitions(
        "src/lib.rs",
        """
        pub struct Cart<T> { items: T }
        impl<T> Cart<T> {
            pub fn new(size: usize) -> Self {}
            fn add(&'a mut self, mut item: T, (a, b): (u8, u8), _: u8, _: u8) {}
        }
        impl Drop for Cart<u8> { fn drop(self: Box<Self>) {} }
        impl Drop for [u8] { fn drop(&mut self) {} }
        pub trait Put: Base { fn put(&self, x: u8); }
        enum Color { Red, Blue(u8) }
        pub const MAX: u8 = 1;
        mod tests { #[cfg(x)] #[inline] fn helper(#[cfg(y)] a: u8) {} }
        extern "C" { pub fn raw(a: i32, ...); }
        """,
    ) == [
        "struct Cart < ?",
        "function Cart.new(size)",
        "function Cart.add(self, item, a, #4, #5) [private]",
        "function Cart.drop(self)",
        "function _.drop(self)",
        "trait Put < ?, Base",
        "function Put.put(self, x)",
        "enum Color < ? [private]",
        "constant Color.Red",
        "constant Color.Blue",
        "constant MAX",
        "namespace tests [private] if",
        "function tests.helper(*…) [#cfg private]",
        "function raw(a, *#2)",
    ]


def test_imports_are_told_one_by_one():
    found = read("a.rs", "use crate::a::{self, b, c as d, e::*};\npub use super::f::G;\nuse std::io;\n").imports
    assert sorted((each.module, each.name, each.local) for each in found) == [
        ("crate", "a", "a"),
        ("crate.a", "b", "b"),
        ("crate.a", "c", "d"),
        ("crate.a.e", "*", ""),
        ("std", "io", "io"),
        ("super.f", "G", "G"),
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f(1, 2)", "f(2)"),
        ("f::<u8>(1)", "f(1)"),
        ("self.f(1)", "this.f(1)"),
        ("Self::f(1)", "Self.f(1)"),
        ("crate::a::f(1)", "crate.a.f(1)"),
        ("super::f(1)", "super.f(1)"),
        ("self::f(1)", "self.f(1)"),
        ("Cart::<u8>::new(1)", "Cart.new(1)"),
        ("x.f(1)", "?.f"),
        ("self.x.f(1)", "?.f"),
        ("x()?.f(1)", "x(0)"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert found in uses("a.rs", f"fn main() {{ {source}; }}")


@pytest.mark.parametrize("body", ["let f = 1; f(1)", "|f| f(1)", "match x { f => f(1) }", "for f in x { f(1) }"])
def test_a_name_that_is_local_is_nobody_else_s(body: str):
    assert "f(1)" not in uses("a.rs", f"fn main() {{ {body}; }}")


CRATE = {
    "c/src/lib.rs": "pub mod shop;\nmod user;\npub fn top(a: u8) {}\n",
    "c/src/shop/mod.rs": dedent(
        """\
        pub mod cart;
        pub fn total(a: u8, b: u8) {}
        pub struct Till;
        impl Till {
            pub fn open(key: u8) {}
            fn close(&self, a: u8) { self.close(1); Self::open(1); Till::close(self, 1); }
        }
        """
    ),
    "c/src/shop/cart.rs": "use super::total;\nfn add() { total(1, 2); super::total(1, 2); crate::top(1); }\n",
    "c/src/user.rs": "use crate::shop::{self, cart, Till};\nfn buy() { shop::total(1, 2); Till::open(1); gone(1); }\n",
    "c/tests/all.rs": "fn top(a: u8) {}\n#[test]\nfn test_all() { top(1); }\n",
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("c/src/shop/mod.rs", {"6 close()": "c/src/shop/mod.rs:6", "6 open()": "c/src/shop/mod.rs:5"}),
        ("c/src/shop/cart.rs", {"2 total()": "c/src/shop/mod.rs:2", "2 top()": "c/src/lib.rs:3"}),
        ("c/src/user.rs", {"2 total()": "c/src/shop/mod.rs:2", "2 open()": "c/src/shop/mod.rs:5", "2 gone()": ""}),
        ("c/tests/all.rs", {"3 top()": "c/tests/all.rs:1"}),
    ],
)
def test_uses_lead_to_what_they_mean(path: str, places: dict[str, str]):
    found = meanings(CRATE, path)
    assert found == {**found, **places}


SHOP = "c/src/shop/mod.rs"
LACKS = "does not pass 'c'"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("(a: u8, b: u8)", "(a: u8, b: u8, c: u8)", [("c/src/shop/cart.rs", 2, LACKS), ("c/src/user.rs", 2, LACKS)]),
        ("fn total", "fn sum", [("c/src/shop/cart.rs", 1, "still imports 'total'"),
                                ("c/src/shop/cart.rs", 2, "still uses 'total'"),
                                ("c/src/user.rs", 2, "still uses 'total'")]),
        ("(a: u8, b: u8)", "(b: u8, a: u8)", [
            ("c/src/shop/cart.rs", 2, "passes argument 1 as 'a', which is 'b' now"),
            ("c/src/user.rs", 2, "passes argument 1 as 'a', which is 'b' now")]),
        ("(&self, a: u8)", "(&self)", [(SHOP, 6, "passes 1 positional arguments where 0 are taken"),
                                       (SHOP, 6, "passes 2 positional arguments where 1 are taken")]),
        ("(a: u8, b: u8)", "(x: u8, y: u8)", []),
        ("pub fn total", "#[rewrites]\npub fn total", []),
        ("pub fn total(a: u8, b: u8)", "#[cfg(x)]\npub fn total(a: u8)", []),
        ("pub fn total", "use other::*;\npub fn sum", []),
        ("pub fn total(a: u8, b: u8) {}", "declare! { total }", []),
        ("pub fn total(a: u8, b: u8) {}", "pub use other::total;", []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(old: str, new: str, expected: list[tuple[str, int, str]]):
    assert sorted(broken(CRATE, {SHOP: CRATE[SHOP].replace(old, new)})) == expected
