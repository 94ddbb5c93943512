"""Callers that a change of Java breaks are found, and every harmless twin is left alone."""

import pytest

from analysis.contracts import ChangeKind
from tests.analysis.changes import broken, changes

PRICES = """package shop;

public class Prices {
  public static final int NONE = 0;
  public static int total(Order order) { return 1; }
  public int of(Order order) { return 2; }
  protected int raw(Order order) { return 3; }
}
"""
USER = """package shop.web;

import shop.Prices;

class Bills {
  int bill(Order order) {
    return Prices.total(order);
  }
}
"""
ORDER = "package shop; public class Order {}\n"
SHOP = {"src/shop/Prices.java": PRICES, "src/shop/Order.java": ORDER, "src/shop/web/Bills.java": USER}
STRICTER = {"src/shop/Prices.java": PRICES.replace("total(Order order)", "total(Order order, String currency)")}
LACKS = "does not pass 'currency'"


def using(body: str, *, imports: str = "import shop.Prices;", extends: str = "") -> dict[str, str]:
    source = f"package shop.web; {imports}\nclass Bills {extends} {{\n{body}\n}}\n"
    return {**SHOP, "src/shop/web/Bills.java": source}


def change(old: str, new: str) -> dict[str, str | None]:
    assert old in PRICES
    return {"src/shop/Prices.java": PRICES.replace(old, new)}


def test_a_new_parameter_breaks_the_caller_that_does_not_pass_it():
    assert broken(SHOP, STRICTER) == [("src/shop/web/Bills.java", 7, LACKS)]


def test_a_change_says_both_signatures():
    (one,) = changes(SHOP, STRICTER)
    assert (one.kind, one.message, one.before, one.after) == (
        ChangeKind.PARAMETERS,
        "`Prices.total()` takes other parameters",
        "int total(Order order)",
        "int total(Order order, String currency)",
    )


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("import shop.Prices;", "Prices.total(o)"),
        ("import shop.*;", "Prices.total(o)"),
        ("import static shop.Prices.total;", "total(o)"),
        ("import static shop.Prices.*;", "total(o)"),
        ("", "shop.Prices.total(o)"),
    ],
)
def test_every_way_to_name_a_type_leads_to_its_members(imports: str, call: str):
    before = using(f"int f(Order o) {{ return {call}; }}", imports=imports)
    assert broken(before, STRICTER) == [("src/shop/web/Bills.java", 3, LACKS)]


def test_a_type_of_the_same_package_needs_no_import_in_another_source_folder_either():
    before = {**SHOP, "test/shop/PricesTest.java": "package shop; class PricesTest { int x = Prices.total(null); }"}
    assert ("test/shop/PricesTest.java", 1, LACKS) in broken(before, STRICTER)


@pytest.mark.parametrize(
    "body",
    [
        "Prices p; int f() { return p.of(o); }",
        "Prices p; int f() { return this.p.of(o); }",
        "int f(Prices p) { return p.of(o); }",
        "int f(Prices... p) { return p[0].of(o); }",
        "int f() { Prices p = open(); return p.of(o); }",
        "int f() { var p = new Prices(); return p.of(o); }",
        "int f() { return new Prices().of(o); }",
        "int f() { return ((Prices) any).of(o); }",
        "Prices open() { return null; } int f() { return open().of(o); }",
        "Prices open() { return null; } int f() { var p = this.open(); return p.of(o); }",
        "class In { Prices p; } In in; int f() { return in.p.of(o); }",
        "class In { Prices p() { return null; } } static In in; int f() { return Bills.in.p().of(o); }",
        "void f(Object any) { if (any instanceof Prices p && p.of(o) > 1) {} }",
        "void f(List<Prices> all) { for (Prices p : all) p.of(o); }",
        "<P extends Prices> int f(P p) { return p.of(o); }",
        "class Sub extends Prices { int g() { return of(o); } }",
        "class Sub extends Prices { int g() { return super.of(o); } }",
        "class Sub extends Prices {} int f(Sub p) { return p.of(o); }",
        "class Sub extends Prices { Runnable r = new Runnable() { public void run() { of(o); } }; }",
        "int f(Prices p) { return go(() -> p.of(o)); }",
    ],
)
def test_a_method_is_followed_through_what_is_declared(body: str):
    after = change("of(Order order)", "of(Order order, String currency)")
    assert broken(using(body), after) == [("src/shop/web/Bills.java", 3, LACKS)]


@pytest.mark.parametrize(
    "body",
    [
        "int f(Unknown p) { return p.of(o); }",
        "int f(List<Prices> all) { return all.get(0).of(o); }",
        "int f() { return all.map(p -> p.of(o)); }",
        "int f() { var p = unknown(); return p.of(o); }",
        "int f(Prices p) { return go(p -> p.of(o)); }",
        "<Prices> int f(Prices p) { return p.of(o); }",
        "class Prices { int of(Order o) { return 1; } } int f(Prices p) { return p.of(o); }",
        "class Sub extends Prices { int of(Order o) { return 1; } } int f(Sub p) { return p.of(o); }",
        "class Sub extends Prices { Runnable r = new Job() { public void run() { of(o); } }; }",
        "class Sub<P> { P p; int f() { return p.of(o); } }",
    ],
)
def test_what_may_be_something_else_is_not_followed(body: str):
    assert broken(using(body), change("of(Order order)", "of(Order order, String currency)")) == []


STORE = """package shop;

public class Store {
  public void put(String key) {}
  public void put(String key, int count) {}
  public void put(int[] keys) {}
}
"""


def put(old: str, new: str, call: str, head: str = STORE) -> list[str]:
    """What is wrong with a call of the store, after a change of it."""
    user = f"package shop; class Use {{ void f(Store s) {{ {call}; }} }}"
    before = {"shop/Store.java": STORE, "shop/Use.java": user}
    return [place[2] for place in broken(before, {"shop/Store.java": head.replace(old, new)})]


NO_FORM = "passes 1 argument that none of its forms takes"


@pytest.mark.parametrize(
    ("old", "new", "call", "found"),
    [
        ("  public void put(String key) {}\n", "", 's.put("a")', [NO_FORM]),
        ("  public void put(String key) {}\n", "", "s.put(any())", []),
        ("  public void put(String key) {}\n", "", "s.put(new int[1])", []),
        ("  public void put(int[] keys) {}\n", "", "s.put(new int[1])", [NO_FORM]),
        ("  public void put(int[] keys) {}\n", "", "s.put(null)", []),
        ("  public void put(int[] keys) {}\n", "  public void put(int... keys) {}\n", "s.put(new int[1])", []),
        ("String key, int count", "String key, int count, int more", 's.put("a", 1)',
         ["passes 2 arguments that none of its forms takes"]),
        ("put(String key)", "put(CharSequence key)", 's.put("a")', []),
        ("put(String key)", "put(Key key)", 's.put("a")', [NO_FORM]),
        ("put(String key)", "put(int n, String key)", 's.put("a", 1)', []),
    ],
)  # fmt: skip
def test_a_call_is_broken_when_no_overload_takes_it(old: str, new: str, call: str, found: list[str]):
    assert put(old, new, call) == found


def test_an_inherited_overload_takes_the_call_too():
    before = {
        "s/Base.java": "package s; class Base { void put(Object o) {} }",
        "s/Store.java": "package s; class Store extends Base { void put(String key) {} }",
        "s/Use.java": 'package s; class Use { void f(Store s) { s.put("a"); } }',
    }
    assert broken(before, {"s/Store.java": "package s; class Store extends Base { void put(int n) {} }"}) == []


@pytest.mark.parametrize(
    ("old", "new", "call"),
    [
        ("int total(Order order)", "int total(Order order, String... rest)", "Prices.total(o)"),
        ("int total(Order order)", "int total(Order placed)", "Prices.total(o)"),
        ("public int of(Order order)", "public static int of(Order order)", "new Prices().of(o)"),
        ("return 1;", "return 7;", "Prices.total(o)"),
        ("public class Prices", "/** Why. */\npublic final class Prices", "Prices.total(o)"),
        ("NONE = 0;", "NONE = 0, MORE = 1;", "Prices.NONE"),
    ],
)
def test_the_harmless_twin_breaks_nobody(old: str, new: str, call: str):
    assert broken(using(f"int f(Order o) {{ return {call}; }}"), change(old, new)) == []


def test_swapped_parameters_break_positions():
    before = {"a/A.java": "package a; class A { static void f(int x, int y) {} void g() { f(1, 2); } }"}
    after = {"a/A.java": before["a/A.java"].replace("int x, int y", "int y, int x")}
    assert broken(before, after) == [("a/A.java", 1, "passes argument 1 as 'x', which is 'y' now")]


GONE = ("src/shop/web/Bills.java", 3)


@pytest.mark.parametrize(
    ("old", "new", "body", "name"),
    [
        ("int total(", "int sum(", "int f(Order o) { return Prices.total(o); }", "total()"),
        ("int total(", "int sum(", "Function<Order, Integer> f = Prices::total;", "total()"),
        ("int NONE", "int NOTHING", "int f = Prices.NONE;", "NONE"),
        ("int of(", "int price(", "int f(Prices p) { return p.of(null); }", "of()"),
    ],
)
def test_a_member_that_is_gone_is_missed(old: str, new: str, body: str, name: str):
    (one,) = changes(using(body), change(old, new))
    assert one.kind is ChangeKind.RENAMED
    assert [(each.path, each.line, each.problem) for each in one.broken_callers] == [(*GONE, f"still uses {name!r}")]


def test_a_static_import_of_what_is_gone_is_broken_unless_something_else_has_the_name():
    before = using("int f = total(null);", imports="import static shop.Prices.total;")
    found = broken(before, change("int total(", "int sum("))
    assert [place[1:] for place in found] == [(1, "still imports 'total()'"), (3, "still uses 'total()'")]
    with_field = change("int total(Order order) { return 1; }", "int total = 1;")
    assert [place[1:] for place in broken(before, with_field)] == [(3, "still uses 'total()'")]


def test_a_class_that_moves_is_missed_by_imports_types_and_calls():
    moved = {"src/shop/Prices.java": None, "src/money/Prices.java": PRICES.replace("package shop", "package money")}
    (one,) = changes(SHOP, moved)
    assert (one.kind, one.message) == (ChangeKind.MOVED, "`Prices` moved to src/money/Prices.java")
    assert [(each.line, each.problem) for each in one.broken_callers] == [
        (3, "still imports 'Prices'"),
        (7, "still uses 'Prices'"),
    ]


@pytest.mark.parametrize(
    "imports", ["import other.*;", "import java.util.*;\nimport elsewhere.Prices;", "import static other.Prices.*;"]
)
def test_a_type_that_may_come_from_elsewhere_is_not_missing(imports: str):
    before = {
        "src/shop/Prices.java": PRICES,
        "src/shop/Bills.java": f"package shop; {imports}\nclass Bills {{ Prices p; }}",
    }
    assert broken(before, {"src/shop/Prices.java": None}) == []


HIDDEN = "`Prices.total()` can no longer be used from outside"


@pytest.mark.parametrize(
    ("word", "path", "is_broken"),
    [
        ("private", "src/shop/web/Bills.java", True),
        ("private", "src/shop/Bills.java", True),
        ("", "src/shop/web/Bills.java", True),
        ("", "src/shop/Bills.java", False),
        ("protected", "src/shop/web/Bills.java", True),
        ("protected", "src/shop/Bills.java", False),
    ],
)
def test_what_fewer_can_reach_breaks_those_who_cannot_any_more(word: str, path: str, *, is_broken: bool):
    package = path.removeprefix("src/").rpartition("/")[0].replace("/", ".")
    user = USER.replace("package shop.web", f"package {package}")
    after = {"src/shop/Prices.java": PRICES.replace("public static int", f"{word} static int")}
    (one,) = changes({"src/shop/Prices.java": PRICES, path: user}, after)
    assert (one.kind, one.message) == (ChangeKind.HIDDEN, HIDDEN)
    assert [each.problem for each in one.broken_callers] == (["still uses 'total()'"] if is_broken else [])


def test_a_subclass_reaches_what_is_protected():
    before = using("int f(Order o) { return of(o); }", extends="extends Prices")
    assert broken(before, change("public int of", "protected int of")) == []


@pytest.mark.parametrize(
    ("before", "after", "body", "found"),
    [
        ("", "public Prices(int n) {}", "Object p = new Prices();", "does not pass 'n'"),
        ("public Prices(int n) {}", "public Prices() {}", "Object p = new Prices(1);",
         "passes 1 argument where 0 are taken"),
        ("", "public Prices(int n) {}", "class Sub extends Prices {}", "does not pass 'n'"),
        ("", "public Prices(int n) {}", "class Sub extends Prices { Sub() { f(); } }", "does not pass 'n'"),
        ("public Prices(int n) {}", "public Prices(int n, int m) {}",
         "class Sub extends Prices { Sub() { super(1); } }", "does not pass 'm'"),
        ("", "public Prices(int n) {}", "Object p = new Prices() { };", "does not pass 'n'"),
    ],
)  # fmt: skip
def test_constructors_are_called_by_new_and_by_subclasses(before: str, after: str, body: str, found: str):
    had, has = (PRICES.replace("NONE = 0;", f"NONE = 0; {each}") for each in (before, after))
    files = {**using(body), "src/shop/Prices.java": had}
    assert broken(files, {"src/shop/Prices.java": has}) == [(*GONE, found)]


@pytest.mark.parametrize(
    ("call", "is_broken"),
    [
        ("int n = Prices.total(o);", True),
        ("return Prices.total(o);", True),
        ("use(Prices.total(o));", True),
        ("if (Prices.total(o) > 1) {}", True),
        ("var f = (Runnable) () -> use(Prices.total(o));", True),
        ("Prices.total(o);", False),
        ("go(() -> Prices.total(o));", False),
        ("for (;; Prices.total(o)) {}", False),
        ("go(Prices::total);", False),
    ],
)
def test_what_gives_nothing_back_any_more_breaks_those_who_use_it(call: str, *, is_broken: bool):
    found = broken(using(f"int f(Order o) {{ {call} }}"), change("int total(", "void total("))
    assert found == ([(*GONE, "takes a result of it, which gives none")] if is_broken else [])


def test_an_inherited_form_may_be_the_one_that_still_gives_something():
    before = {
        "s/Base.java": "package s; class Base { int put(Object o) { return 1; } }",
        "s/Store.java": "package s; class Store extends Base { int put(String s) { return 1; } }",
        "s/Use.java": """package s; class Use { int f(Store s) { return s.put(any()); }
            int g(Store s) { return s.put("a"); } }""",
    }
    after = {"s/Store.java": before["s/Store.java"].replace("int put", "void put")}
    assert broken(before, after) == [("s/Use.java", 2, "takes a result of it, which gives none")]


@pytest.mark.parametrize(
    ("imports", "body", "is_broken"),
    [
        ("import shop.Prices;", "int f(Order o) { return Prices.total(o); }", True),
        ("", "int f(Order o) { return shop.Prices.total(o); }", True),
        ("import static shop.Prices.total;", "int f(Order o) { return total(o); }", True),
        ("import shop.Prices;", "class Sub extends Prices { int f(Order o) { return Prices.total(o); } }", True),
        ("import shop.Prices;", "class Sub extends Prices { int f(Order o) { return Sub.total(o); } }", True),
        ("import shop.Prices;", "class Sub extends Prices { static int f(Order o) { return total(o); } }", True),
        ("import shop.Prices;", "class Sub extends Prices { int f(Order o) { return total(o); } }", False),
        ("import shop.Prices;", "class Sub extends Prices { int f = total(null); }", False),
        ("import shop.Prices;", "int f(Prices p, Order o) { return p.total(o); }", False),
        ("import shop.Prices;", "Prices Prices; int f(Order o) { return Prices.total(o); }", False),
        ("import shop.Prices;", "Object f = go(Prices::total);", False),
    ],
)
def test_what_is_no_longer_static_breaks_those_who_call_it_without_an_instance(
    imports: str, body: str, *, is_broken: bool
):
    (one,) = changes(using(body, imports=imports), change("public static int total(", "public int total("))
    assert (one.kind, one.message) == (ChangeKind.STATIC, "`Prices.total()` is no longer static")
    found = [(each.path, each.line, each.problem) for each in one.broken_callers]
    assert found == ([(*GONE, "calls it without an instance")] if is_broken else [])


def test_of_several_forms_nobody_says_which_one_is_still_static():
    source = "package a; class A { static int f(int n) { return n; } static int f() { return 1; } int g = A.f(); }"
    assert changes({"a/A.java": source}, {"a/A.java": source.replace("static int f()", "int f()")}) == []


def test_records_and_enums_are_made_and_read_by_what_the_language_adds():
    before = {
        "a/P.java": "package a; record P(int x) {}",
        "a/E.java": "package a;\nenum E { ONE(1);\nE(int n) {} }",
        "a/Use.java": "package a; class A {\nint f(P p) { return p.x(); }\nP g() { return new P(1); }\nE e = E.ONE; }",
    }
    wider = {"a/P.java": "package a; record P(int x, int y) {}"}
    assert broken(before, wider) == [("a/Use.java", 3, "does not pass 'y'")]
    assert ("a/Use.java", 2, "still uses 'x()'") in broken(before, {"a/P.java": "package a; record P(int y) {}"})
    other = {"a/E.java": "package a;\nenum E { TWO(1, 2);\nE(int n) {} }"}
    assert broken(before, other) == [("a/Use.java", 4, "still uses 'ONE'")]


def test_what_a_library_type_brings_is_not_missing():
    base = "package a; public class A implements Comparable<A> { public int compareTo(A a) { return 1; } }"
    before = {"a/A.java": base, "a/Use.java": "package a; class Use { int f(A a) { return a.compareTo(a); } }"}
    assert broken(before, {"a/A.java": base.replace("public int compareTo(A a) { return 1; }", "")}) == []


def test_a_class_with_an_unknown_base_may_have_what_is_gone():
    base = "package a; public class A extends lib.Base { public int f() { return 1; } }"
    before = {"a/A.java": base, "a/Use.java": "package a; class Use { int g(A a) { return a.f(); } }"}
    assert broken(before, {"a/A.java": base.replace("int f()", "int h()")}) == []


def test_getters_and_setters_of_one_name_are_not_taken_for_each_other():
    before = {
        "a/A.java": "package a; class A { B of() { return null; } A of(B b) { return this; } }",
        "a/B.java": "package a; class B { void run() {} }",
        "a/Use.java": "package a; class Use { void f(A a) { a.of().run(); a.of(null).run(); } }",
    }
    assert broken(before, {"a/B.java": "package a; class B { void go() {} }"}) == []


def test_tests_that_reach_a_broken_contract_are_named():
    test = "package shop.web; class BillsTest { void testAdds(Bills b) { b.bill(null); } }"
    (one,) = changes({**SHOP, "src/shop/web/BillsTest.java": test}, STRICTER)
    assert one.tests == ("src/shop/web/BillsTest.java::BillsTest::testAdds()",)
