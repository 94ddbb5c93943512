"""Broken callers are found, and every harmless twin is left alone."""

import pytest

from analysis.contracts import ChangeKind
from tests.analysis.changes import broken, changes

USER = "from shop.prices import total\n\ndef bill(order):\n    return total(order)\n"
SHOP = {"shop/__init__.py": "", "shop/prices.py": "def total(order):\n    return 1\n", "shop/bills.py": USER}


def test_a_new_required_parameter_breaks_the_caller_that_does_not_pass_it():
    after = {"shop/prices.py": "def total(order, currency):\n    return 1\n"}
    assert broken(SHOP, after) == [("shop/bills.py", 4, "does not pass 'currency'")]


def test_a_new_parameter_with_a_default_breaks_nobody():
    assert broken(SHOP, {"shop/prices.py": "def total(order, currency='EUR'):\n    return 1\n"}) == []


def test_a_change_says_both_signatures_and_where_the_new_one_is():
    (change,) = changes(SHOP, {"shop/prices.py": "\ndef total(order, *, currency):\n    return 1\n"})
    assert (change.kind, change.definition, change.path, change.line) == (
        ChangeKind.PARAMETERS, "total", "shop/prices.py", 2,
    )  # fmt: skip
    assert (change.before, change.after) == ("def total(order)", "def total(order, *, currency)")


def test_a_removed_function_breaks_its_import_and_its_call():
    assert broken(SHOP, {"shop/prices.py": "other = 1\n"}) == [
        ("shop/bills.py", 1, "still imports 'total'"),
        ("shop/bills.py", 4, "still uses 'total'"),
    ]


def test_a_renamed_function_is_told_from_a_removed_one():
    (change,) = changes(SHOP, {"shop/prices.py": "def grand_total(order):\n    return 1\n"})
    assert (change.kind, change.message) == (ChangeKind.RENAMED, "`total` is now called `grand_total`")
    assert [caller.line for caller in change.broken_callers] == [1, 4]


def test_a_rename_that_keeps_the_old_name_as_an_alias_breaks_nobody():
    assert broken(SHOP, {"shop/prices.py": "def grand(order):\n    return 1\n\ntotal = grand\n"}) == []


def test_a_move_with_a_re_export_breaks_nobody():
    after = {"shop/sums.py": "def total(order):\n    return 1\n", "shop/prices.py": "from .sums import total\n"}
    assert broken(SHOP, after) == []


def test_a_move_without_a_re_export_says_where_to():
    after = {"shop/sums.py": "def total(order):\n    return 1\n", "shop/prices.py": "x = 1\n"}
    (change,) = changes(SHOP, after)
    assert (change.kind, change.message) == (ChangeKind.MOVED, "`total` moved to shop/sums.py")
    assert len(change.broken_callers) == 2


def test_a_removed_module_breaks_those_who_import_from_it():
    assert broken(SHOP, {"shop/prices.py": None})[0] == ("shop/bills.py", 1, "still imports 'total'")


def test_a_caller_that_was_adapted_is_not_reported():
    after = {
        "shop/prices.py": "def total(order, currency):\n    return 1\n",
        "shop/bills.py": USER.replace("total(order)", "total(order, 'EUR')"),
    }
    assert broken(SHOP, after) == []


def test_a_caller_left_behind_in_a_changed_file_is_marked_as_in_the_change():
    after = {
        "shop/prices.py": "def total(order, currency):\n    return 1\n",
        "shop/bills.py": USER + "\ndef again(order):\n    return total(order, 'EUR')\n",
    }
    (change,) = changes(SHOP, after)
    assert [(caller.line, caller.name, caller.in_change) for caller in change.broken_callers] == [(4, "bill", True)]


def test_a_call_that_was_wrong_before_is_not_this_changes_doing():
    before = {**SHOP, "shop/bills.py": USER.replace("total(order)", "total()")}
    assert broken(before, {"shop/prices.py": "def total(order, currency):\n    return 1\n"}) == []


@pytest.mark.parametrize(
    ("import_", "call"),
    [
        ("from shop import prices", "prices.total(1)"),
        ("import shop.prices", "shop.prices.total(1)"),
        ("import shop.prices as p", "p.total(1)"),
        ("from shop.prices import total as t", "t(1)"),
        ("from shop.prices import *", "total(1)"),
        ("from .prices import total", "total(1)"),
        ("from . import prices", "prices.total(1)"),
        ("from shop.api import total", "total(1)"),
        ("from shop.api import summed", "summed(1)"),
    ],
)
def test_every_way_to_import_leads_to_the_definition(import_: str, call: str):
    api = "from .prices import total\nfrom .prices import total as summed\n"
    before = {**SHOP, "shop/api.py": api, "shop/bills.py": f"{import_}\n\n{call}\n"}
    after = {"shop/prices.py": "def total(order, currency):\n    return 1\n"}
    assert broken(before, after) == [("shop/bills.py", 3, "does not pass 'currency'")]


@pytest.mark.parametrize(
    "body",
    [
        "    return total(*order)",
        "    return total(order, **{})",
        "    total = print\n    return total(order)",
        "    for total in order:\n        total(order)",
        "    try:\n        return total(order)\n    except TypeError:\n        return total(order, 'EUR')",
        "    return [total(o) for total in order]",
        "    return sorted(order, key=lambda total: total(1))",
        "    def total(x): return x\n    return total(order)",
    ],
)
def test_what_cannot_be_judged_is_not_reported(body: str):
    before = {**SHOP, "shop/bills.py": f"from shop.prices import total\n\ndef bill(order):\n{body}\n"}
    assert broken(before, {"shop/prices.py": "def total(order, currency):\n    return 1\n"}) == []


@pytest.mark.parametrize(
    "definition",
    [
        "if order:\n    def total(order, currency): ...\n",
        "def total(order, currency): ...\ndef total(order): ...\n",
        "@wrapped\ndef total(order, currency): ...\n",
        "@overload\ndef total(a): ...\n@overload\ndef total(a, b): ...\ndef total(*a): ...\n",
        "def total(order, currency): ...\ntotal = cached(total)\n",
        "def total(order, currency:\n",
    ],
)
def test_definitions_that_do_not_say_what_a_caller_meets_are_left_alone(definition: str):
    assert broken(SHOP, {"shop/prices.py": definition}) == []


@pytest.mark.parametrize(
    "module",
    ["def __getattr__(name): ...\n", "globals()['total'] = 1\n", "from elsewhere import *\n", "import total\n"],
)
def test_a_name_that_may_come_from_elsewhere_is_not_missing(module: str):
    assert broken(SHOP, {"shop/prices.py": module}) == []


def test_an_import_whose_failure_is_caught_is_not_reported():
    user = "try:\n    from shop.prices import total\nexcept ImportError:\n    total = None\n"
    assert broken({**SHOP, "shop/bills.py": user}, {"shop/prices.py": "x = 1\n"}) == []


def test_a_removed_parameter_breaks_the_keyword_that_names_it():
    before = {**SHOP, "shop/prices.py": "def total(order, tax=0): ...\n",
              "shop/bills.py": "from shop.prices import total\ntotal(1, tax=2)\ntotal(1)\n"}  # fmt: skip
    after = {"shop/prices.py": "def total(order): ...\n"}
    assert broken(before, after) == [("shop/bills.py", 2, "passes 'tax', which is not a parameter")]


def test_a_renamed_parameter_breaks_keywords_and_spares_positions():
    before = {**SHOP, "shop/bills.py": "from shop.prices import total\ntotal(order=1)\ntotal(1)\n"}
    after = {"shop/prices.py": "def total(basket): ...\n"}
    assert broken(before, after) == [("shop/bills.py", 2, "passes 'order', which is not a parameter")]


def test_swapped_parameters_break_positions_and_spare_keywords():
    before = {**SHOP, "shop/prices.py": "def total(order, tax): ...\n",
              "shop/bills.py": "from shop.prices import total\ntotal(1, 2)\ntotal(order=1, tax=2)\n"}  # fmt: skip
    after = {"shop/prices.py": "def total(tax, order): ...\n"}
    assert broken(before, after) == [("shop/bills.py", 2, "passes argument 1 as 'order', which is 'tax' now")]


def test_a_call_that_came_with_the_new_order_is_meant_that_way():
    before = {**SHOP, "shop/prices.py": "def total(order, tax=0): ...\n",
              "shop/bills.py": "from shop.prices import total\ntotal(1)\n"}  # fmt: skip
    after = {"shop/prices.py": "def total(tax=0, order=0): ...\n"}
    assert broken(before, after) == [("shop/bills.py", 2, "passes argument 1 as 'order', which is 'tax' now")]
    assert broken(before, {**after, "shop/bills.py": "from shop.prices import total\ntotal(2, 1)\n"}) == []


def test_a_parameter_renamed_in_place_may_keep_its_old_name_behind_the_others():
    before = {**SHOP, "shop/prices.py": "def total(order, tax=0): ...\n"}
    assert broken(before, {"shop/prices.py": "def total(basket, tax=0, order=None): ...\n"}) == []
    assert broken(before, {"shop/prices.py": "def total(basket, order=None, tax=0): ...\n"}) == [
        ("shop/bills.py", 4, "passes argument 1 as 'order', which is 'basket' now")
    ]


def test_a_removed_first_parameter_shifts_what_positions_mean():
    before = {**SHOP, "shop/prices.py": "def total(order, tax=0, fee=0): ...\n"}
    after = {"shop/prices.py": "def total(tax=0, fee=0): ...\n"}
    assert broken(before, after) == [("shop/bills.py", 4, "passes argument 1 as 'order', which is 'tax' now")]


def test_a_default_that_went_breaks_the_caller_who_relied_on_it():
    before = {**SHOP, "shop/prices.py": "def total(order, tax=0): ...\n"}
    assert broken(before, {"shop/prices.py": "def total(order, tax): ...\n"})[0][2] == "does not pass 'tax'"


CLIENT = """
class Client:
    def __init__(self, url):
        self.url = url

    def get(self, path):
        return self.send(path)

    def send(self, path):
        return path

    @classmethod
    def local(cls, port):
        return port

    @staticmethod
    def quote(text):
        return text
"""


def client_broken(use: str, old: str, new: str, *, extra: str = "") -> list[tuple[str, int, str]]:
    before = {"api.py": CLIENT + extra, "use.py": f"from api import Client\n\ndef use(x):\n    {use}\n"}
    return broken(before, {"api.py": (CLIENT + extra).replace(old, new)})


@pytest.mark.parametrize(
    ("use", "old", "new"),
    [
        ("Client('u').get('p')", "get(self, path)", "get(self, path, timeout)"),
        ("c = Client('u'); c.get('p')", "get(self, path)", "get(self, path, timeout)"),
        ("Client.local(1)", "local(cls, port)", "local(cls, port, name)"),
        ("Client.quote('t')", "quote(text)", "quote(text, safe)"),
        ("Client.get(x, 'p')", "get(self, path)", "get(self, path, timeout)"),
        ("Client('u')", "__init__(self, url)", "__init__(self, url, token)"),
        ("Client.quote('t')", "def quote", "def escape"),
    ],
)
def test_methods_are_followed_through_their_class(use: str, old: str, new: str):
    assert [place[:2] for place in client_broken(use, old, new)] == [("use.py", 4)]


def test_a_parameter_s_annotation_says_what_it_is():
    before = {"api.py": CLIENT, "use.py": "from api import Client\n\ndef use(c: Client):\n    c.get('p')\n"}
    assert broken(before, {"api.py": CLIENT.replace("get(self, path)", "get(self, path, timeout)")})


def test_a_method_called_on_self_is_found_in_the_class_and_its_bases():
    extra = "\nclass Fast(Client):\n    def both(self):\n        self.get(1)\n"
    before = {"api.py": CLIENT + extra}
    after = (CLIENT + extra).replace("get(self, path)", "get(self, path, timeout)")
    assert [place[1] for place in broken(before, {"api.py": after})] == [22]


def test_a_method_that_moves_to_a_base_class_breaks_nobody():
    moved = "class Sender:\n    def send(self, path):\n        return path\n" + CLIENT.replace(
        "class Client:", "class Client(Sender):"
    ).replace("    def send(self, path):\n        return path\n", "")
    assert broken({"api.py": CLIENT}, {"api.py": moved}) == []


def test_a_method_that_an_unknown_base_may_have_is_not_missing():
    before = CLIENT.replace("class Client:", "class Client(library.Client):").replace("import", "")
    assert broken({"api.py": before}, {"api.py": before.replace("def send", "def transmit")}) == []


def test_an_attribute_assigned_on_self_counts_as_there():
    after = CLIENT.replace("    def send(self, path):\n        return path\n", "").replace(
        "self.url = url", "self.send = url"
    )
    assert broken({"api.py": CLIENT}, {"api.py": after}) == []


def test_a_subclass_with_its_own_constructor_does_not_care_about_its_base_s():
    extra = "\nclass Fast(Client):\n    def __init__(self):\n        pass\n\nFast()\n"
    assert client_broken("pass", "__init__(self, url)", "__init__(self, url, token)", extra=extra) == []


ASYNC = {"shop/__init__.py": "", "shop/prices.py": "def total(order):\n    return 1\n"}


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        ("def f():\n    total(1)\n", "does not await it"),
        ("def f():\n    return total(1).value\n", "does not await it"),
        ("async def f():\n    return await total(1)\n", ""),
        ("async def f():\n    return gather(total(1), total(2))\n", ""),
    ],
)
def test_a_function_that_becomes_a_coroutine_breaks_those_who_do_not_await_it(use: str, problem: str):
    before = {**ASYNC, "shop/bills.py": f"from shop.prices import total\n\n{use}"}
    after = {"shop/prices.py": "async def total(order):\n    return 1\n"}
    assert [place[2] for place in broken(before, after)] == ([problem] if problem else [])


@pytest.mark.parametrize(("body", "found"), [("return 1", ["awaits it"]), ("return later(order)", [])])
def test_a_coroutine_that_becomes_a_function_breaks_those_who_await_it(body: str, found: list[str]):
    use = "from shop.prices import total\n\nasync def f():\n    return await total(1)\n"
    before = {"shop/__init__.py": "", "shop/prices.py": f"async def total(order):\n    {body}\n", "shop/bills.py": use}
    after = {"shop/prices.py": f"def total(order):\n    {body}\n"}
    assert [place[2] for place in broken(before, after)] == found


def test_tests_that_reach_a_broken_contract_through_callers_are_named():
    test = "from shop.bills import bill\n\ndef test_bill():\n    bill(1)\n"
    (change,) = changes({**SHOP, "tests/test_bills.py": test}, {"shop/prices.py": "def total(order, tax): ...\n"})
    assert change.tests == ("tests/test_bills.py::test_bill",)


def test_a_changed_return_annotation_is_told_and_breaks_nobody():
    before = {**SHOP, "shop/prices.py": "def total(order) -> int:\n    return 1\n"}
    (change,) = changes(before, {"shop/prices.py": "def total(order) -> int | None:\n    return 1\n"})
    assert (change.kind, change.broken_callers) == (ChangeKind.RETURN, ())


def test_changes_with_broken_callers_come_first():
    before = {**SHOP, "shop/prices.py": "def a(x): ...\ndef total(order): ...\n"}
    after = {"shop/prices.py": "def a(x, y): ...\ndef total(order, tax): ...\n"}
    assert [change.definition for change in changes(before, after)] == ["total", "a"]


def asynchronous(use: str, *, body: str = "return 1", changed: bool = False) -> list[tuple[str, int, str]]:
    jobs = f"def load(key):\n    {body}\n"
    before = {"jobs.py": jobs, "use.py": f"from jobs import load\n\n{use}\n"}
    touched = {"use.py": before["use.py"] + "\n# touched\n"} if changed else {}
    return broken(before, {"jobs.py": f"async {jobs}", **touched})


@pytest.mark.parametrize(
    "use",
    [
        "if load(1): pass",
        "assert load(1) == 2",
        "for x in load(1): pass",
        "a, b = load(1)",
        "test.assertEqual(load(1), 2)",
        "x = load(1) + 1",
        "x = load(1)",
        "def f():\n  x = load(1)",
    ],
)
def test_a_coroutine_in_the_place_of_a_value_is_noticed(use: str):
    assert [problem for _, _, problem in asynchronous(use)] == ["does not await it"]


@pytest.mark.parametrize("use", ["run(load(1))", "async def f():\n  return load(1)", "tasks = [load(1)]"])
def test_a_coroutine_that_is_handed_on_may_be_awaited_there(use: str):
    assert asynchronous(use) == []


def test_a_coroutine_that_is_given_a_name_may_be_awaited_further_down():
    use = "async def f():\n  x = load(1)\n  await x"
    assert asynchronous(use, changed=True) == []
    assert asynchronous("x = load(1)", body="return fetch(key)") == []


@pytest.mark.parametrize(
    ("before", "after", "call"),
    [
        ("first, *rest", "*rest", "f(1)"),
        ("first=1, **rest", "other=1, **rest", "f(first=1)"),
    ],
)
def test_an_argument_that_falls_into_what_takes_the_rest_has_lost_its_parameter(before: str, after: str, call: str):
    files = {"a.py": f"def f({before}): ...\n", "use.py": f"from a import f\n{call}\n"}
    assert [place[:2] for place in broken(files, {"a.py": f"def f({after}): ...\n"})] == [("use.py", 2)]


def test_a_wrapper_that_hands_everything_on_has_lost_nothing():
    files = {"a.py": "def f(first, second=2): ...\n", "use.py": "from a import f\nf(1, second=2)\n"}
    assert broken(files, {"a.py": "def f(*args, **kwargs): ...\n"}) == []
