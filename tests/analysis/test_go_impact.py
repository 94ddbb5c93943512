"""Callers that a change of Go breaks are found, and every harmless twin is left alone."""

import pytest

from analysis.contracts import ChangeKind
from tests.analysis.changes import broken, changes

STORE = """package store

type Client struct{}

func New(name string) *Client { return nil }

func Join(sep string, parts ...string) string { return sep }

func (c *Client) Get(key string) (int, error) { return 0, nil }

func (c *Client) Ping() {}

const Max = 3
"""
USER = """package shop

import "example.org/shop/store"

func run() (int, error) {
	c := store.New("a")
	c.Ping()
	n, err := c.Get("b")
	if n < store.Max {
		return n, err
	}
	return c.Get("c")
}
"""
SHOP = {"go.mod": "module example.org/shop\n\ngo 1.21\n", "store/store.go": STORE, "shop.go": USER}


def after(old: str, new: str) -> dict[str, str | None]:
    assert old in STORE
    return {"store/store.go": STORE.replace(old, new)}


def using(line: str, *, imports: str = '"example.org/shop/store"') -> dict[str, str]:
    """The shop with one function that does this, in line 6."""
    return {**SHOP, "shop.go": f"package shop\n\nimport {imports}\n\nfunc run() {{\n\t{line}\n}}\n"}


def test_a_new_parameter_breaks_the_caller_that_does_not_pass_it():
    assert broken(SHOP, after("name string", "name string, age int")) == [("shop.go", 6, "does not pass 'age'")]


def test_a_new_variadic_parameter_breaks_nobody():
    assert broken(SHOP, after("name string", "name string, options ...Option")) == []


def test_a_parameter_less_breaks_the_caller_that_passes_it():
    assert broken(SHOP, after("name string", "")) == [("shop.go", 6, "passes 1 argument where 0 are taken")]


def test_parameters_that_change_places_break_every_call():
    before = {"a.go": "package a\n\nfunc f(x int, y string) {}\n", "b.go": 'package a\n\nfunc g() { f(1, "a") }\n'}
    swapped = {"a.go": "package a\n\nfunc f(y string, x int) {}\n"}
    assert broken(before, swapped) == [("b.go", 3, "passes argument 1 as 'x', which is 'y' now")]


@pytest.mark.parametrize("signature", ["label string", "_ string", "string"])
def test_another_name_for_a_parameter_breaks_nobody(signature: str):
    assert broken(SHOP, after("name string", signature)) == []


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("func New(name string)", "func Make(name string)"),
        ("func New(name string)", "func new_(name string)"),
        ("func New(name string) *Client { return nil }\n", ""),
    ],
)
def test_a_function_that_is_gone_renamed_or_no_longer_exported_is_missed(before: str, now: str):
    assert broken(SHOP, after(before, now)) == [("shop.go", 6, "still uses 'New'")]


def test_a_method_that_is_gone_is_missed_wherever_it_is_called():
    gone = after("func (c *Client) Get(key string) (int, error) { return 0, nil }\n", "")
    assert broken(SHOP, gone) == [("shop.go", 8, "still uses 'Get'"), ("shop.go", 12, "still uses 'Get'")]


def test_a_constant_that_is_gone_is_missed():
    assert broken(SHOP, after("const Max = 3\n", "")) == [("shop.go", 9, "still uses 'Max'")]


def test_a_type_that_is_gone_is_missed_where_it_is_named():
    before = using("var c store.Client; _ = []*store.Client{}; f(c)")
    assert broken(before, after("type Client struct{}\n", "type Other struct{}\n"))[0][:2] == ("shop.go", 6)


def test_a_package_that_moved_is_missed_by_those_who_still_import_it():
    moved = broken(SHOP, {"store/store.go": None, "storage/store.go": STORE})
    assert moved == [("shop.go", 6, "still uses 'New'"), ("shop.go", 9, "still uses 'Max'")]


def test_a_function_may_move_to_another_file_of_its_package():
    line = "const Max = 3\n"
    assert broken(SHOP, {**after(line, ""), "store/limits.go": f"package store\n\n{line}"}) == []


def test_a_method_away_from_its_type_is_missed_when_it_goes():
    method = "func (c *Client) Close() {}\n"
    before = {**using('store.New("a").Close()'), "store/close.go": f"package store\n\n{method}"}
    assert broken(before, {"store/close.go": "package store\n"}) == [("shop.go", 6, "still uses 'Close'")]


def test_a_renamed_method_is_told_from_a_removed_one():
    (change,) = changes(SHOP, after("Get(key", "get(key"))
    assert (change.kind, change.message) == (ChangeKind.RENAMED, "`Client.Get` is now called `Client.get`")


def test_a_change_says_both_signatures():
    (change,) = changes(SHOP, after("name string", "name string, rest ...int"))
    assert (change.before, change.after) == ("func New(name) *Client", "func New(name, ...rest) *Client")


# --- results ---------------------------------------------------------------------------------------------------------


def test_a_result_less_breaks_those_who_take_it_and_those_who_hand_it_on():
    problem = "takes 2 results of 1"
    assert broken(SHOP, after("(int, error)", "int")) == [("shop.go", 8, problem), ("shop.go", 12, problem)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('c := store.New("a"); _ = c', "takes 1 result of 2"),
        ('var c = store.New("a")', "takes 1 result of 2"),
        ('f(1, store.New("a"))', "takes 1 result of 2"),
        ('if store.New("a") == nil {}', "takes 1 result of 2"),
        ('store.New("a").Ping()', "takes 1 result of 2"),
        ('a, b := 1, store.New("a")', "takes 1 result of 2"),
        ('_ = func() *store.Client { return store.New("a") }', "takes 1 result of 2"),
        ('f(store.New("a"))', None),
        ('store.New("a")', None),
        ('go store.New("a")', None),
        ('defer store.New("a")', None),
    ],
)
def test_a_result_more_breaks_a_place_that_takes_one(line: str, problem: str | None):
    found = broken(using(line), after("*Client {", "(*Client, error) {"))
    assert found == ([("shop.go", 6, problem)] if problem else [])


def test_a_function_that_gives_nothing_any_more_breaks_those_who_pass_it_on():
    found = broken(using('f(store.New("a"))'), after("*Client {", "{"))
    assert found == [("shop.go", 6, "takes a result of it, which gives none")]


@pytest.mark.parametrize("results", ["(n int, err error)", "(int, *Error)"])
def test_as_many_results_as_before_break_nobody(results: str):
    assert broken(SHOP, after("(int, error)", results)) == []


# --- doubts ----------------------------------------------------------------------------------------------------------


def test_how_many_results_are_handed_on_to_a_variadic_function_nobody_knows():
    found = broken(using("store.Join(pair())"), after("sep string, parts", "sep string, limit int, more bool, parts"))
    assert found == []


@pytest.mark.parametrize(
    ("signature", "problem"),
    [
        ("sep string, limit int, parts ...string", "passes 1 argument before its list where 2 are taken"),
        ("parts ...string", "passes 1 argument before its list where 0 are taken"),
        ("sep string, parts string", "hands on a list where none is taken"),
        ("sep string, list ...string", None),
    ],
)
def test_a_list_that_is_handed_on_is_the_variadic_parameter_and_nothing_else(signature: str, problem: str | None):
    found = broken(using('store.Join("a", parts...)'), after("sep string, parts ...string", signature))
    assert found == ([("shop.go", 6, problem)] if problem else [])


def test_what_went_into_a_variadic_parameter_may_be_what_a_new_one_takes():
    found = broken(using('store.Join("a", "b", "c")'), after("sep string, parts", "limit string, sep string, parts"))
    assert found == []


def test_results_that_are_handed_on_were_as_many_as_were_taken():
    found = broken(using("store.New(name())"), after("name string", "name string, age int"))
    assert found == [("shop.go", 6, "does not pass 'age'")]


@pytest.mark.parametrize(
    "line",
    [
        'store := local(); store.New("a")',
        'for _, store := range stores { store.New("a") }',
        'if store := local(); store.New("a") {}',
        'switch store := x.(type) { case T: store.New("a") }',
        'select { case store := <-stores: store.New("a") }',
        'func(store Store) { store.New("a") }(x)',
        'var store Store; store.New("a")',
        'type store struct{}; _ = store{}.New("a")',
        "_ = Options{New: 1}",
        "goto New; New:",
        'other.New("a")',
    ],
)
def test_a_name_that_is_a_block_s_own_is_not_the_package_s(line: str):
    assert broken(using(line), after("New(name string)", "New(name string, age int)")) == []


@pytest.mark.parametrize(
    "line",
    [
        'store := store.New("a"); _ = store',
        '{ store := 1; _ = store }; store.New("a")',
        'if store := store.New("a"); store != nil {}',
    ],
)
def test_a_name_means_the_package_until_it_is_declared_and_where_the_block_has_ended(line: str):
    assert broken(using(line), after("name string", "")) == [("shop.go", 6, "passes 1 argument where 0 are taken")]


@pytest.mark.parametrize(
    "others",
    [
        {"store/windows.go": "package store\n\nfunc New(name string) *Client { return nil }\n"},
        {"store/broken.go": "package store\n\nfunc ({\n"},
    ],
)
def test_what_several_files_define_or_one_cannot_be_read_is_not_missed(others: dict[str, str]):
    gone = after("func New(name string) *Client { return nil }\n", "")
    assert broken({**SHOP, **others}, gone) == []


def test_a_name_that_the_language_has_too_is_not_missed():
    before = {"a.go": "package a\n\nfunc min(a, b int) int { return a }\n", "b.go": "package a\n\nvar x = min(1, 2)\n"}
    assert broken(before, {"a.go": "package a\n"}) == []


def test_the_key_of_a_struct_is_a_field_and_the_key_of_a_map_a_value():
    before = {
        "a.go": "package a\n\nconst Key = 1\n",
        "b.go": "package a\n\nvar m = map[int]int{Key: 2}\nvar s = T{Key: 2}\n",
    }
    assert broken(before, {"a.go": "package a\n"}) == [("b.go", 3, "still uses 'Key'")]


def test_tests_that_reach_a_broken_contract_are_named():
    test = "package shop\n\nfunc TestRun(t *testing.T) { run() }\n"
    (change,) = changes({**SHOP, "shop_test.go": test}, after("name string", ""))
    assert change.tests == ("shop_test.go::TestRun",)
