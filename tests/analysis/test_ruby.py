"""Ruby in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from tests.analysis.changes import broken
from tests.analysis.outlines import definitions, meanings, uses


def test_definitions_have_their_nesting_their_parameters_and_their_visibility():
    assert definitions(
        "a.rb",
        """
        module Shop
          class Cart < Base::Box
            include Mix
            MAX = 1
            def initialize(size); end
            def add(item, count = 1, *more, at:, by: 2, **rest, &block); end
            def opt(a = 1, b); end
            def self.make; end
            class << self
              def load(path) = 1
            end
            private
            def pack; end
          end
          class Other::Deep; end
        end
        def top(a) end
        """,
    ) == [
        "module Shop",
        "class Shop.Cart < Base.Box, Mix",
        "constant Shop.Cart.MAX",
        "function Shop.Cart.constructor(size)",
        "function Shop.Cart.add(item, count=, *more, at:, by:=, **rest)",
        "function Shop.Cart.opt(a, b=)",
        "function Shop.Cart.make() [static]",
        "function Shop.Cart.load(path) [static]",
        "function Shop.Cart.pack() [private]",
        "class Shop.Other.Deep",
        "function top(a)",
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f(1, 2)", "f(2)"),
        ("f 1, a: 2", "f(1 a)"),
        ("f(*a)", "f(0 *)"),
        ("f(1, &block)", "f(1)"),
        ("f(1) { |x| x }", "f(1)"),
        ("self.f(1)", "this.f(1)"),
        ("self&.f", "this.f(0)"),
        ("def g; super(1); end", "super().g(1)"),
        ("A::B.f(1)", "A.B.f(1)"),
        ("::A.f(1)", ".A.f(1)"),
        ("A::B.new(1)", "A.B(1)"),
        ("A.new", "A(0)"),
        ("x.f(1)", "?.f"),
        ("@x.f(1)", "?.f"),
        ("x.y.f(1)", "?.f"),
        ("f(1, :a => 2)", "f(1 a)"),
        ("def g; super { 1 }; end", "super().g(0 *)"),
        ("f(1) do |x| x end", "f(1)"),
        ("Array(1)", "?.Array"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert uses("a.rb", source)[0] == found


@pytest.mark.parametrize(
    "body",
    ["f = 1\n f(1)", "[1].each { |f| f.go(1) }", "f, g = 1, 2\n f.go(1)", "begin\n rescue => f\n f.go(1)\n end"],
)
def test_a_name_that_is_local_is_nobody_else_s(body: str):
    assert not {"f(1)", "f.go(1)"} & set(uses("a.rb", f"def m\n {body}\nend"))


SHOP = """
    module Shop
      RATE = 2
      class Box
        def close(lid); end
      end
      class Cart < Box
        def initialize(size); end
        def self.make(size); new(size); end
        def add(item); close(1); self.close(1); total(1); gone(1); self.gone(1); format(1); end
        def total(tax); Cart.new(1); Shop::Cart.make(1); Cart.add(1); Cart.none(1); super(1); end
      end
    end
"""
USER = """
    class User
      def buy; Shop::Cart.new(1); Shop::Cart.make(1); Cart.make(1); Shop::RATE.abs(1); lonely(1); end
    end
"""


def test_uses_lead_to_what_they_mean():
    found = meanings({"lib/shop.rb": SHOP, "app/user.rb": USER}, "lib/shop.rb")
    assert found == {
        **found,
        "10 close()": "lib/shop.rb:5",
        "10 total()": "lib/shop.rb:11",
        "10 gone()": "missing",
        "10 format()": "",
        "11 Cart()": "lib/shop.rb:8",
        "11 make()": "lib/shop.rb:9",
        "11 add()": "",
        "11 none()": "missing",
        "11 total()": "",
    }


def test_names_are_known_in_every_file():
    found = meanings({"lib/shop.rb": SHOP, "app/user.rb": USER}, "app/user.rb")
    assert found == {
        **found,
        "3 Cart()": "lib/shop.rb:8",
        "3 RATE": "lib/shop.rb:3",
        "3 abs()": "",
        "3 lonely()": "missing",
    }


@pytest.mark.parametrize(
    ("line", "in_class"),
    [
        ("attr_accessor :put", True), ("delegate :put, to: :x", True), ("alias put add", True),
        ("def method_missing(*); end", True), ("include Foreign", True), ("def put(*) end", False),
    ],
)  # fmt: skip
def test_a_method_that_may_come_from_elsewhere_is_not_missing(line: str, in_class: bool):
    source = f"class A\n {line if in_class else ''}\n def add; self.put(1); end\nend\n{'' if in_class else 'class A'}"
    source += "" if in_class else f"\n{line}\nend\n"
    assert meanings({"a.rb": source}, "a.rb")["3 put()"] != "missing"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("class A\n def f(a); end\n def g; f(1); end\nend", "a.rb:2"),
        ("class A\n def self.f(a); end\n def self.g; f(1); end\nend", "a.rb:2"),
        ("class A\n def f(a); end\n def self.g; f(1); end\nend", ""),
        ("class A\n def self.f(a); end\n def g; f(1); end\nend", ""),
        ("module A\n module_function\n def f(a); end\n def g; f(1); end\nend", "a.rb:3"),
    ],
)
def test_the_class_and_its_instances_have_methods_of_their_own(source: str, place: str):
    assert [found for name, found in meanings({"a.rb": source}, "a.rb").items() if name.endswith("f()")] == [place]


def test_an_assignment_is_no_call_of_what_reads():
    assert (
        broken(
            {"a.rb": "class A\n def size; end\n def size=(x); end\n def f; self.size = 1; end\nend\n"},
            {"a.rb": "class A\n def size(a); end\n def size=(x); end\n def f; self.size = 1; end\nend\n"},
        )
        == []
    )


@pytest.mark.parametrize("call", ["put(1, a: 2)", "put(1, 'a' => 2)", "put(1, { a: 2 })"])
def test_keywords_are_a_hash_where_nobody_takes_keywords(call: str):
    before = {"a.rb": f"class A\n def put(x, o); end\n def f; {call}; end\nend\n"}
    assert broken(before, {"a.rb": before["a.rb"].replace("x, o)", "x, o, p = 1)")}) == []
    assert broken(before, {"a.rb": before["a.rb"].replace("x, o)", "x, o, p)")}) == [("a.rb", 3, "does not pass 'p'")]


def test_a_class_in_several_files_is_one_class():
    files = {"a.rb": "class A\n def one; two(1); end\nend\n", "b.rb": "class A\n def two(x); end\nend\n"}
    assert meanings(files, "a.rb") == {"2 two()": "b.rb:2"}


BEFORE = {"lib/shop.rb": dedent(SHOP), "app/user.rb": dedent(USER)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("def self.make(size)", "def self.make(size, color)", [("app/user.rb", 3, "does not pass 'color'"),
                                                               ("lib/shop.rb", 11, "does not pass 'color'")]),
        ("def initialize(size)", "def initialize(size, at:)", [("app/user.rb", 3, "does not pass 'at'"),
                                                               ("lib/shop.rb", 11, "does not pass 'at'")]),
        ("def self.make(size)", "def self.build(size)", [("app/user.rb", 3, "still uses 'make'"),
                                                         ("lib/shop.rb", 11, "still uses 'make'")]),
        ("def close(lid)", "def shut(lid)", [("lib/shop.rb", 10, "still uses 'close'")] * 1),
        ("def close(lid)", "def close", [("lib/shop.rb", 10, "passes 1 positional arguments where 0 are taken")]),
        ("def self.make(size)", "def self.make(size, color = 1)", []),
        ("def self.make(size)", "def self.make(size, **rest)", []),
        ("def total(tax)", "def total(rate)", []),
        ("RATE = 2", "RATE = 3", []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(old: str, new: str, expected: list[tuple[str, int, str]]):
    assert broken(BEFORE, {"lib/shop.rb": BEFORE["lib/shop.rb"].replace(old, new)}) == expected
