"""PHP in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from tests.analysis.changes import broken
from tests.analysis.outlines import definitions, meanings, read, uses


def test_definitions_have_their_nesting_their_parameters_and_their_visibility():
    assert definitions(
        "a.php",
        r"""<?php
        namespace App\Shop;
        interface Priced extends Named { const TAX = 1; public function price(int $a, ?B $b = null, &...$c); }
        abstract class Cart extends \Base\Box implements Priced {
            use Counts, Logs;
            public function __construct(private int $size, string $name = "a") {}
            private static function make($a) { return new class { function hidden() {} }; }
        }
        trait Counts { function any() { return func_get_args(); } function all($a) { func_num_args(); } }
        enum Color: string { case Red = 'r'; }
        function total($order) {}
        if (!function_exists('old')) { function old() {} }
        """,
    ) == [
        "namespace App.Shop if",
        "interface App.Shop.Priced < Named",
        "constant App.Shop.Priced.TAX",
        "function App.Shop.Priced.price(a, b=, *c, **…) [public]",
        "class App.Shop.Cart < .Base.Box, Priced, Counts, Logs [abstract]",
        "function App.Shop.Cart.constructor(size, name=, *…) [public]",
        "function App.Shop.Cart.make(a, *…) [private static]",
        "trait App.Shop.Counts",
        "function App.Shop.Counts.any(*…)",
        "function App.Shop.Counts.all(a=, *…)",
        "enum App.Shop.Color",
        "constant App.Shop.Color.Red",
        "function App.Shop.total(order, *…)",
        "function App.Shop.old(*…) if",
    ]


def test_imports_are_told_one_by_one():
    found = read("a.php", r"<?php use A\B; use A\C\{D, E as F}; use function A\g; use H;").imports
    assert [(each.module, each.name, each.local) for each in found] == [
        ("A", "B", "B"), ("A.C", "D", "D"), ("A.C", "E", "F"), ("A", "g", "g"), ("", "H", "H"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f(1, 2)", "f(2)"),
        ("f(a: 1)", "f(0 a)"),
        ("f(...$x)", "f(0 *)"),
        ("f(...)", "f(0 *)"),
        (r"\A\f(1)", ".A.f(1)"),
        (r"A\f(1)", "A.f(1)"),
        ("$this->f(1)", "this.f(1)"),
        ("$this?->f(1)", "this.f(1)"),
        ("self::f(1)", "this.f(1)"),
        ("parent::__construct(1)", "super().constructor(1)"),
        ("new static(1)", "this.constructor(1)"),
        ("A::f(1)", "A.f(1)"),
        (r"new A\B(1)", "A.B(1)"),
        ("new B", "B(0)"),
        ("$x->f(1)", "?.f"),
        ("$this->x->f(1)", "?.f"),
        ("A::K", "A"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert uses("a.php", f"<?php {source};")[0] == found


SHOP = {
    "src/Shop/Box.php": dedent(
        r"""        <?php
        namespace App\Shop;
        class Box
        {
            public function __construct($size) {}
            protected function close($lid) {}
            public static function make($a) { return new static(1); }
        }
        function total($order) {}
        """
    ),
    "src/Shop/Cart.php": dedent(
        r"""        <?php
        namespace App\Shop;
        class Cart extends Box
        {
            function f() { $this->close(1); parent::close(1); self::make(1); Box::make(1); total(1); strlen(1); }
            function g() { $this->gone(1); $this->CLOSE(1); new Box(1); new Cart(1); }
        }
        """
    ),
    "src/User.php": dedent(
        r"""        <?php
        namespace App;
        use App\Shop\{Box, Cart as Basket};
        use function App\Shop\total;
        function helper() { new Basket(1); Box::make(1); total(1); \App\Shop\total(1); Shop\total(1); }
        """
    ),
}
BOX, CART, USER = SHOP
LACKS = "does not pass 'b'"


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (BOX, {"7 constructor()": f"{BOX}:5"}),
        (CART, {"5 close()": f"{BOX}:6", "5 make()": f"{BOX}:7", "5 total()": f"{BOX}:9", "5 strlen()": "",
                "6 gone()": "missing", "6 CLOSE()": "", "6 Box()": f"{BOX}:5", "6 Cart()": f"{BOX}:5"}),
        (USER, {"5 Basket()": f"{BOX}:5", "5 make()": f"{BOX}:7", "5 total()": f"{BOX}:9"}),
    ],
)  # fmt: skip
def test_uses_lead_to_what_they_mean(path: str, places: dict[str, str]):
    found = meanings(SHOP, path)
    assert found == {**found, **places}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("make($a)", "make($a, $b)", [(CART, 5, LACKS), (USER, 5, LACKS)]),
        ("__construct($size)", "__construct($size, $b)", [(CART, 6, LACKS), (USER, 5, LACKS), (BOX, 7, LACKS)]),
        ("function total", "function sum", [(USER, 4, "still imports 'total'"), (USER, 5, "still uses 'total'")]),
        ("function close", "function shut", [(CART, 5, "still uses 'close'")]),
        ("function close($lid)", "function Close($lid)", []),
        ("class Box", "abstract class Chest", [(USER, 3, "still imports 'Box'"), (USER, 5, "still uses 'Box'")]),
        ("make($a)", "make($a, $b = 1)", []),
        ("close($lid)", "close()", []),
        ("close($lid)", "close($cover)", []),
        ("function close($lid)", "function __call($name, $arguments)", []),
        ("namespace App\\Shop;\nclass", "namespace App\\Shop;\nclass_alias('A', 'B');\nclass", []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(old: str, new: str, expected: list[tuple[str, int, str]]):
    assert set(broken(SHOP, {BOX: SHOP[BOX].replace(old, new)})) == set(expected)
