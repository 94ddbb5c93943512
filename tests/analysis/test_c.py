"""C in outline: what a file says, what a use means, and which change breaks whom."""

from textwrap import dedent

import pytest

from analysis.impact import contract_changes
from tests.analysis.changes import broken, changes
from tests.analysis.outlines import definitions, meanings, read, uses
from tests.analysis.repositories import graph_of


def test_definitions_have_their_parameters_and_say_who_sees_them():
    assert definitions(
        "a.c",
        """
        enum color { RED, BLUE = 2 };
        typedef struct { int a; } point;
        struct cart { int (*price)(int); int size, *items; };
        static inline int (total)(const char *a, char *, int (*each)(int), ...) { return 1; }
        int *find(int a[3]);
        void (*trap(int sig))(int);
        int nothing(void) { return 1; }
        int anything() { return 1; }
        static int old(a, b) int a; char *b; { return 1; }
        int marked(int a UNUSED, int b) { return 1; }
        int expanded(COMMON_ARGS, int b);
        static int (*hook)(int) = 0;
        """,
    ) == [
        "constant color",
        "constant RED",
        "constant BLUE",
        "constant point",
        "struct cart",
        "function total(a, #2, each, *…) [private]",
        "function find(a) [declared]",
        "function trap(sig) [declared]",
        "function nothing()",
        "function anything(*…)",
        "function old(a, b) [private]",
        "function marked(*…)",
        "function expanded(*…) [declared]",
    ]


def test_a_declaration_and_its_definition_are_one():
    assert definitions("a.c", "static int f(int, char *);\nstatic int f(int a, char *b) { return 1; }\n") == [
        "function f(a, b) [private]"
    ]


@pytest.mark.parametrize(
    "header",
    [
        "#ifndef A_H\n#define A_H\n{}\n#endif\n",
        "/* told */\n#if !defined(A_H)\n#define A_H 1\n{}\n#endif\n",
        '#ifdef __cplusplus\nextern "C" {{\n#endif\n{}\n#ifdef __cplusplus\n}}\n#endif\n',
        '#if defined(__cplusplus)\nextern "C"\n{{\n#endif /* told */\n{}\n#if defined(__cplusplus)\n}}\n#endif\n',
        "#ifdef __cplusplus\nclass Cart;\n#endif\n{}\n",
    ],
)
def test_what_every_header_has_around_it_is_no_condition(header: str):
    facts = read("a.h", header.format("int f(int a);"))
    assert [(each.qualname, each.conditional) for each in facts.definitions] == [("f", False)]
    assert not facts.dynamic


@pytest.mark.parametrize("line", ["#ifdef DEBUG", "#if DEBUG > 1", "#ifndef A_H"])
def test_what_the_build_may_take_away_is_there_under_a_condition(line: str):
    assert definitions("a.c", f"{line}\nint f(int a);\n#else\nint f(int a, int b);\n#endif\n") == [
        "function f(#1, #2=) [declared overloaded] if"
    ]


@pytest.mark.parametrize(
    "declaration",
    [
        "SHOP_API(char *) f(int a);",
        "SHOP_EXPORT int f(int a);",
        "extern int SHOP_CALL f(int a);",
        "int f(int a) LIKE_PRINTF(1, 2);",
        "int f(int a)\n    LIKE_PRINTF((1, 2));",
        "__attribute__((noreturn)) int f(int a) __attribute__((format(printf, 1, 2)));",
        "int f(int a) NOTHROW;",
    ],
)
def test_macros_that_decorate_a_function_are_no_part_of_it(declaration: str):
    found = [each for each in read("a.h", declaration).definitions if each.name == "f"]
    assert [[parameter.name for parameter in each.parameters] for each in found] == [["a"]]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("f(1, 2)", "f(2)"),
        ("(f)(1)", ""),
        ("f(g(1), 2)", "f(2)"),
        ("x->f(1)", "?.f"),
        ("x.f(1)", "?.f"),
        ("(*f)(1)", ""),
        ("register_it(f)", "f"),
        ("int *(*table[])(int) = { f }", "f"),
        ("p = &f", "f"),
    ],
)
def test_calls_say_their_receiver_and_their_arguments(source: str, found: str):
    assert not found or found in uses("a.c", f"int m(void) {{ {source}; }}")


@pytest.mark.parametrize("body", ["int (*f)(int) = g; f(1)", "cb f; f(1)", "extern int f(int); f(1)"])
def test_a_name_that_is_local_is_nobody_else_s(body: str):
    assert "f(1)" not in uses("a.c", f"int main(void) {{ {body}; }}")


HEADER, SOURCE, USER = "include/shop/cart.h", "src/cart.c", "src/user.c"
SHOP = {
    HEADER: dedent(
        """\
        #ifndef CART_H
        #define CART_H
        #include <stddef.h>
        enum kind { FRUIT, BREAD };
        typedef struct cart cart_t;
        int cart_add(cart_t *cart, int item, ...);
        int cart_total(const cart_t *, int);
        static inline int cart_empty(const cart_t *cart) { return !cart; }
        #endif
        """
    ),
    SOURCE: dedent(
        """\
        #include <shop/cart.h>
        static int check(int item);
        int cart_add(cart_t *cart, int item, ...) { return check(item) && cart_total(cart, 1); }
        int cart_total(const cart_t *cart, int tax) { return check(tax); }
        static int check(int item) { return item == FRUIT; }
        """
    ),
    USER: dedent(
        """\
        #include "shop/cart.h"
        #include <string.h>
        #include "config.h"
        static int check(int item, int price) { return item; }
        int buy(cart_t *cart) {
            check(1, 2);
            strlen("");
            switch (cart_empty(cart)) { case BREAD: return 1; }
            cart_add(cart, 1, 2, 3);
            return cart_total(cart, 1);
        }
        """
    ),
    "src/alone.c": "int cart_total(int a) { return a; }\nint main(void) { return cart_total(1) + cart_add(1); }\n",
}


@pytest.mark.parametrize(
    ("path", "places"),
    [
        (SOURCE, {"3 check()": f"{SOURCE}:5", "3 cart_total()": f"{SOURCE}:4"}),
        (USER, {"6 check()": f"{USER}:4", "7 strlen()": "missing", "8 cart_empty()": f"{HEADER}:8",
                "8 BREAD": f"{HEADER}:4", "9 cart_add()": f"{SOURCE}:3"}),
        ("src/alone.c", {"2 cart_total()": "src/alone.c:1", "2 cart_add()": ""}),
    ],
)  # fmt: skip
def test_uses_lead_to_what_they_mean(path: str, places: dict[str, str]):
    found = meanings({**SHOP, "src/alone.c": SHOP["src/alone.c"]}, path)
    assert found == {**found, **places}


def test_of_several_definitions_what_announces_them_is_meant():
    files = {
        "os.h": "int now(int zone);\n",
        "unix.c": '#include "os.h"\nint now(int zone) { return 1; }\n',
        "windows.c": '#include "os.h"\nint now(int zone) { return 2; }\n',
        "main.c": '#include "os.h"\nint main(void) { return now(1); }\n',
    }
    assert meanings(files, "main.c") == {"2 now()": "os.h:1"}


@pytest.mark.parametrize(
    "other",
    [
        {"src/log.h": "#define cart_total(cart) cart_total(cart, 1)\n"},
        {"src/log.h": "#define cart_total prefixed_cart_total\n"},
    ],
)
def test_a_macro_of_the_same_name_hides_a_function(other: dict[str, str]):
    assert meanings({**SHOP, **other}, USER)["10 cart_total()"] == ""


@pytest.mark.parametrize(
    ("include", "place"),
    [
        ('"../lib/a.h"', "lib/a.h:1"),
        ('"a.h"', "lib/a.h:1"),
        ("<lib/a.h>", "lib/a.h:1"),
        ('"b.h"', ""),
        ('"twice.h"', ""),
        ("<string.h>", ""),
        ("WHICH", ""),
    ],
)
def test_includes_are_found_by_their_path_or_by_its_end(include: str, place: str):
    files = {
        "lib/a.h": "int f(int a);\n",
        "x/twice.h": "int f(int a);\n",
        "y/twice.h": "int f(int a);\n",
        "lib/string.h": "int f(int a);\n",
        "src/main.c": f"#include {include}\nint main(void) {{ return f(1); }}\n",
    }
    assert meanings(files, "src/main.c") == {"2 f()": place}


def both(old: str, new: str) -> dict[str, str | None]:
    return {path: SHOP[path].replace(old, new) for path in (HEADER, SOURCE)}


LACKS = "does not pass 'rate'"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ({HEADER: SHOP[HEADER].replace("cart_t *, int)", "cart_t *, int, int)"),
          SOURCE: SHOP[SOURCE].replace("int tax)", "int tax, int rate)")},
         [(SOURCE, 3, LACKS), (USER, 10, LACKS)]),
        ({HEADER: SHOP[HEADER].replace("cart_t *, int)", "cart_t *)"),
          SOURCE: SHOP[SOURCE].replace("cart_t *cart, int tax)", "cart_t *cart)")},
         [(SOURCE, 3, "passes 2 positional arguments where 1 are taken"),
          (USER, 10, "passes 2 positional arguments where 1 are taken")]),
        (both("cart_total(const", "cart_sum(const"),
         [(SOURCE, 3, "still uses 'cart_total'"), (USER, 10, "still uses 'cart_total'")]),
        (both("int item, ...)", "int item)"), [(USER, 9, "passes 4 positional arguments where 2 are taken")]),
        ({SOURCE: SHOP[SOURCE].replace("check(int item)", "check(int item, int rate)")},
         [(SOURCE, 3, LACKS), (SOURCE, 4, LACKS)]),
        ({HEADER: SHOP[HEADER].replace("FRUIT, BREAD", "FRUIT")}, [(USER, 8, "still uses 'BREAD'")]),
        ({HEADER: SHOP[HEADER].replace("static inline", "#define cart_empty(c) !c\nstatic inline")}, []),
        ({HEADER: SHOP[HEADER].replace("cart_total(const cart_t *, int)", "cart_total()"),
          SOURCE: SHOP[SOURCE].replace("int cart_total", "#if A\nint cart_total") + "#endif\n"}, []),
        ({HEADER: SHOP[HEADER].replace("static inline int cart_empty", "DECLARE(cart_empty)\nint was")}, []),
        ({HEADER: SHOP[HEADER].replace("static inline int cart_empty", "#include <gone.h>\nint was")}, []),
        ({SOURCE: SHOP[SOURCE].replace("static int check(int item)", "static int check(int thing)")}, []),
    ],
)  # fmt: skip
def test_a_change_breaks_those_who_rely_on_what_was(
    after: dict[str, str | None], expected: list[tuple[str, int, str]]
):
    files = {path: source for path, source in SHOP.items() if path != "src/alone.c"}
    assert sorted(set(broken(files, after))) == expected


def test_a_function_of_two_places_is_told_once():
    files = {path: source for path, source in SHOP.items() if path != "src/alone.c"}
    told = [each for each in changes(files, both("cart_total(const", "cart_sum(const")) if each.broken_callers]
    assert [(each.definition, each.path) for each in told] == [("cart_total", SOURCE)]


def test_a_file_full_of_macros_costs_only_itself():
    macros = "BEGIN_MAP(cart)\n  ENTRY(1, { x = })\nEND_MAP\nint cart_total(((\n"
    after = {HEADER: SHOP[HEADER].replace("cart_t *, int)", "cart_t *, int, int)"),
             SOURCE: SHOP[SOURCE].replace("int tax)", "int tax, int rate)")}  # fmt: skip
    files = {**SHOP, "src/map.c": macros, "src/alone.c": "\n"}
    assert broken(files, after) == [(SOURCE, 3, LACKS), (USER, 10, LACKS)]


def test_code_that_is_switched_off_is_not_held_against_a_change():
    source = "static int f(int a) {{ return a; }}\n#if {}\nint g(void) {{ return f(1); }}\n#endif\n"
    changed = source.replace("int a)", "int a, int b)")
    assert broken({"a.c": source.format("0")}, {"a.c": changed.format("0")}) == []
    assert broken({"a.c": source.format("X")}, {"a.c": changed.format("X")}) != []


def test_a_call_over_several_lines_that_was_rewritten_is_believed():
    before = "static int f(int a, int b) { return a; }\nint g(void) {\n  return f(\n    1,\n    2);\n}\n"
    after = before.replace("int a, int b", "int b, int a").replace("    1,\n    2", "    2,\n    1")
    base, head = graph_of({"a.c": before}), graph_of({"a.c": after})
    told = [
        contract_changes(base, head, changed_paths={"a.c"}, added_lines={"a.c": lines})[0].broken_callers
        for lines in ({1}, {1, 4, 5})
    ]
    assert [len(callers) for callers in told] == [1, 0]
