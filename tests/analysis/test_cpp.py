"""C++ in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from tests.analysis.changes import broken, changes
from tests.analysis.outlines import definitions, meanings, read, uses


def test_definitions_have_their_nesting_their_parameters_and_what_they_are_called_on():
    assert definitions(
        "a.cc",
        """
        namespace a::b { inline namespace v1 {
        template <typename T, class... A>
        class SHOP_EXPORT Cart : public Base<T>, private x::Y {
         public:
          explicit Cart(int size, T t = {});
          Cart(const Cart&) = delete;
          ~Cart();
          virtual int *add(int a, int b = 2) const noexcept = 0;
          static Cart make(const char *a, A... more) { return 1; }
          bool operator==(const Cart& o) const;
          operator bool() const;
          friend void swap(Cart&, Cart&);
          enum class Color { Red, Blue = 2 };
        };
        namespace { int hidden(); }
        enum Flat { One };
        struct Point { int x; };
        using Name = int;
        void log(const char *format, ...);
        }}
        template <> int a::b::Cart<int>::add(int a, int) const { return 1; }
        template <typename T> a::b::Cart<T>::Cart(int s, T t) : size(1) {}
        auto g() -> int { return 1; }
        TEST(Cart, adds) {}
        """,
    ) == [
        "namespace a.b if",
        "class a.b.Cart < Base, x.Y",
        "function a.b.Cart.constructor(s, t=)",
        "function a.b.Cart.add(a, b=)",
        "function a.b.Cart.make(a, *more) [static]",
        "enum a.b.Cart.Color",
        "constant a.b.Cart.Color.Red",
        "constant a.b.Cart.Color.Blue",
        "function a.b.hidden() [private declared]",
        "constant a.b.Flat",
        "constant a.b.One",
        "struct a.b.Point",
        "constant a.b.Name",
        "function a.b.log(format, *…) [declared]",
        "function g()",
    ]


def test_functions_of_one_name_are_one():
    source = "void f(int a);\nvoid f(int a, int b, int c = 1);\nvoid f(int a) {}\nvoid g(int a);\nvoid g(long b);\n"
    assert definitions("a.cc", source) == [
        "function f(#1, #2=, #3=) [declared overloaded]",
        "function g(#1) [declared overloaded]",
    ]


def test_imports_are_told_one_by_one():
    source = '#include "a.h"\n#include <b>\nusing namespace c::d;\nusing e::f;\nnamespace g = h::i;\n'
    found = read("a.cc", source).imports
    assert [(each.module, each.name, each.local) for each in found] == [
        ("a.h", None, ""), ("b", None, ""), ("c.d", "*", ""), ("e", "f", "f"), ("h", "i", "g"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("class Cart { int f(); };", "C++"),
        ("namespace shop {\nint f();\n}", "C++"),
        ("template <class T> int f();", "C++"),
        ("std::string g(); int f();", "C++"),
        ("#ifdef __cplusplus\nnamespace shop {\n#endif\nint f();\n", "C"),
        ("/* a class of functions */\nint f();", "C"),
    ],
)
def test_a_header_is_read_as_what_it_says_it_is(header: str, language: str):
    (found,) = (each for each in read("a.h", header).definitions if each.name == "f")
    assert found.parameters == () if language == "C++" else found.parameters != ()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f(1, 2)", "f(2)"),
        ("f<int>(1)", "f(1)"),
        ("this->f(1)", "this.f(1)"),
        ("::f(1)", "..f(1)"),
        ("a::b::f(1)", "a.b.f(1)"),
        ("Cart<int>::make(1)", "Cart.make(1)"),
        ("new a::Cart(1)", "a.Cart(1)"),
        ("f(args...)", "f(0 *)"),
        ("x->f(1)", "?.f"),
        ("this->x.f(1)", "?.f"),
        ("(*this).f(1)", "?.f"),
        ("g(&a::f)", "a.f"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert found in uses("a.cc", f"void m() {{ {source}; }}")


@pytest.mark.parametrize("source", ["new (place) Cart(1)", "new Cart{1, 2}", "Cart{1, 2}", "new Cart[3]"])
def test_what_makes_an_instance_otherwise_is_not_counted(source: str):
    assert "Cart(1)" not in uses("a.cc", f"void m() {{ {source}; }}")


@pytest.mark.parametrize(
    "body",
    [
        "auto f = [](int a) { return a; }; f(1);",
        "std::function<void(int)> f; f(1);",
        "for (auto& f : all) f(1);",
        "auto [e, f] = both(); f(1);",
        "Each f(a, b); f(1);",
        "call([](Each f) { f(1); });",
    ],
)
def test_a_name_that_is_local_is_nobody_else_s(body: str):
    assert "f(1)" not in uses("a.cc", f"void m() {{ {body} }}")


HEADER, SOURCE, USER = "shop/cart.h", "shop/cart.cc", "app/user.cc"
SHOP = {
    HEADER: dedent(
        """\
        #ifndef CART_H
        #define CART_H
        namespace shop {
        class Box {
         protected:
          void close(int lid);
        };
        class Cart : public Box {
         public:
          Cart(int size, int tax = 1);
          void add(int a, int b = 2);
          static int make(int a);
          int size() const { return count(1); }
         private:
          int count(int a) const;
          Callback called_;
        };
        int total(const Cart& cart, int tax = 0);
        }
        #endif
        """
    ),
    SOURCE: dedent(
        """\
        #include "shop/cart.h"
        namespace shop {
        static int twice(int a) { return a; }
        void Cart::add(int a, int b) { close(1); this->close(1); count(a); called_(1, 2); }
        int Cart::make(int a) { new Cart(a, 1); return twice(a); }
        int Cart::count(int a) const { return total(*this); }
        int total(const Cart& cart, int tax) { return 1; }
        }
        """
    ),
    USER: dedent(
        """\
        #include "shop/cart.h"
        #include <vector>
        using shop::total;
        namespace app {
        int buy() {
          shop::Cart::make(1);
          total(shop::Cart(1, 2));
          return shop::total(all(), 1);
        }
        }
        """
    ),
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (HEADER, {"12 count()": "", "13 count()": f"{HEADER}:15"}),
        (SOURCE, {"4 close()": f"{HEADER}:6", "4 count()": f"{HEADER}:15", "4 called_()": "",
                  "5 Cart()": f"{HEADER}:10", "5 twice()": f"{SOURCE}:3", "6 total()": f"{SOURCE}:7"}),
        (USER, {"6 make()": f"{HEADER}:12", "7 total()": f"{SOURCE}:7", "7 Cart()": f"{HEADER}:10"}),
    ],
)  # fmt: skip
def test_uses_lead_to_what_they_mean(path: str, places: dict[str, str]):
    found = meanings(SHOP, path)
    places = {use: place for use, place in places.items() if use in found or place}
    assert found == {**found, **places}


@pytest.mark.parametrize(
    "doubt",
    [
        {HEADER: SHOP[HEADER].replace("#endif", "namespace app { int total(int a); }\n#endif")},
        {HEADER: SHOP[HEADER].replace("private:", "friend int total(const Cart&);\n private:")},
        {HEADER: SHOP[HEADER].replace("#endif", "#define total(cart) shop::total(cart, 1)\n#endif")},
        {HEADER: SHOP[HEADER].replace("namespace shop {", "namespace shop {\nint total(const X& x, ((;\n", 1)},
    ],
)
def test_what_arguments_macros_or_errors_may_mean_is_not_judged(doubt: dict[str, str]):
    assert meanings({**SHOP, **doubt}, USER)["7 total()"] == ""


def test_a_plain_call_in_a_class_with_a_base_from_outside_may_be_its():
    source = "void f(int a) {}\nclass A : public Foreign { void g() { f(1); } };\nclass B { void g() { f(1); } };\n"
    assert meanings({"a.cc": source}, "a.cc") == {"2 Foreign": "", "2 f()": "", "3 f()": "a.cc:1"}


def test_what_stands_in_a_test_may_be_its_fixture_s():
    source = "void f(int a) {}\nclass Fix : public testing::Test { void f(); };\nTEST_F(Fix, works) { f(); }\n"
    assert meanings({"a.cc": source}, "a.cc")["3 f()"] == ""


def test_a_method_of_a_class_nobody_knows_is_not_looked_into():
    source = "void f(int a) {}\nusing namespace shop;\nvoid Cart::add() { f(1); }\n"
    assert meanings({"a.cc": source}, "a.cc") == {"3 f()": ""}


def test_c_and_cpp_know_each_other():
    files = {
        "c.h": '#ifdef __cplusplus\nextern "C" {\n#endif\nint f(int a);\n#ifdef __cplusplus\n}\n#endif\n',
        "c.c": '#include "c.h"\nint f(int a) { return a; }\n',
        "main.cpp": '#include "c.h"\nint main() { return f(1); }\n',
    }
    assert meanings(files, "main.cpp") == {"2 f()": "c.c:2"}


LACKS = "does not pass 'c'"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (("int total(const Cart& cart, int tax = 0)", "int total(const Cart& cart, int tax)"),
         ("int total(const Cart& cart, int c, int tax = 0)", "int total(const Cart& cart, int c, int tax)"),
         [(USER, 7, LACKS), (USER, 8, "passes argument 2 as 'tax', which is 'c' now"), (SOURCE, 6, LACKS)]),
        (("total(const", "total(const"), ("sum(const", "sum(const"),
         [(USER, 3, "still imports 'total'"), (USER, 7, "still uses 'total'"), (USER, 8, "still uses 'total'"),
          (SOURCE, 6, "still uses 'total'")]),
        (("make(int a)", "make(int a)"), ("make(int a, int c)", "make(int a, int c)"), [(USER, 6, LACKS)]),
        (("void close(int lid)", ""), ("void shut(int lid)", ""), [(SOURCE, 4, "still uses 'close'")]),
        (("int count(int a) const;", "count(int a)"), ("int count(int a, int c) const;", "count(int a, int c)"),
         [(HEADER, 13, LACKS), (SOURCE, 4, LACKS)]),
        (("Cart(int size, int tax = 1)", ""), ("Cart(int size)", ""), [
            (USER, 7, "passes 2 positional arguments where 1 are taken"),
            (SOURCE, 5, "passes 2 positional arguments where 1 are taken")]),
        (("Cart(int size, int tax = 1)", ""), ("using Box::Box; Cart(int size)", ""), []),
        (("static int make(int a)", "make(int a)"),
         ("static int make(int a, int c); static int make(int a)", "make(int a, int c)"), []),
        (("int tax = 0)", "int tax)"), ("int tax = 0, int c = 1)", "int tax, int c)"), []),
        (("void close(int lid)", ""), ("DECLARE_CLOSE(int)", ""), []),
        (("class Box {", ""), ("class Box : Foreign {", ""), []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(
    old: tuple[str, str], new: tuple[str, str], expected: list[tuple[str, int, str]]
):
    after = {HEADER: SHOP[HEADER].replace(old[0], new[0]), SOURCE: SHOP[SOURCE]}
    if old[1]:
        after[SOURCE] = SHOP[SOURCE].replace(old[1], new[1])
    assert set(broken(SHOP, after)) == set(expected)


def test_a_method_that_is_declared_and_defined_apart_is_told_once():
    after = {path: SHOP[path].replace("count(int a)", "count(int a, int c)") for path in (HEADER, SOURCE)}
    told = [each for each in changes(SHOP, after) if each.broken_callers]
    assert [(each.definition, each.path) for each in told] == [("shop.Cart.count", HEADER)]


@pytest.mark.parametrize("use", ["TEST(Cart, adds) {}", "void h() { SHOW(Cart); }", "auto x = NAME_OF(Cart);"])
def test_what_a_macro_is_given_is_not_missed(use: str):
    source = f"namespace a {{\nclass Cart {{}};\nCart *c;\n{use}\n}}\n"
    told = broken({"a.cc": source}, {"a.cc": source.replace("class Cart", "class Bag")})
    assert told == [("a.cc", 3, "still uses 'Cart'")]


@pytest.mark.parametrize(("include", "expected"), [("<string>", [4, 6, 7, 8]), ("<elsewhere.h>", [])])
def test_another_project_s_header_may_bring_what_went_but_not_into_the_namespace_around(
    include: str, expected: list[int]
):
    files = {
        "a.h": "namespace testing { int folder(); int file(); }\nnamespace own { int gone(); }\n",
        "a.cc": f'#include "a.h"\n#include {include}\nnamespace own {{\nusing testing::file;\nint f() {{\n'
        "file();\ntesting::folder();\n::testing::folder();\n}\nint g() { return gone(); }\n}\n",
    }
    after = "namespace testing { int other(int a, int b); }\nnamespace own { }\n"
    assert sorted({line for _, line, _ in broken(files, {"a.h": after})}) == [*expected, 10]
