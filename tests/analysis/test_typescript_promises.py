"""A promise where there was a value, and a value where there was a promise: who does not await it is told."""

import pytest

from tests.analysis.changes import broken

PRICES = "export function total(order: Order): number {\n  return 1;\n}\n"
USER = "import { total } from './prices';\n\nexport function bill(order: Order) {\n  return total(order);\n}\n"
SHOP = {"shop/prices.ts": PRICES, "shop/bills.ts": USER}
SLOW = "export async function total(order: Order) {\n  return 1;\n}\n"


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        ("total(1)", "does not await it"),
        ("total(1).value", "does not await it"),
        ("if (total(1)) {}", "does not await it"),
        ("const { value } = total(1)", "does not await it"),
        ("x = `${total(1)}`", "does not await it"),
        ("x = total(1) > 2", "does not await it"),
        ("await total(1)", ""),
        ("void total(1)", ""),
        ("total(1).then(f)", ""),
        ("x = Promise.all([total(1)])", ""),
        ("return total(1)", ""),
        ("const x = total(1)", ""),
        ("const x = total(1); g(x)", ""),
        ("const x = total(1); x.then(g)", ""),
        ("const x = total(1); g(x.length)", "does not await it"),
        ("const x = total(1); x?.toFixed()", "does not await it"),
        ("const x = total(1); if (!x) {}", "does not await it"),
        ("const x = total(1); h(() => x[0])", "does not await it"),
        ("const x = total(1); h(x => x[0])", ""),
        ("const x = total(1); for (const y of x) {}", "does not await it"),
        ("const x = total(1); const { y } = x", "does not await it"),
        ("const x: number = total(1)", "does not await it"),
        ("const x: number | Promise<number> = total(1)", ""),
        ("if (y) { const x = total(1) } else { const x = 1; x.length }", ""),
        ("let x = total(1); x = 'a'; x.length", ""),
        ("g((): number => total(1))", "does not await it"),
        ("g((): Maybe<number> => total(1))", ""),
        ("g(function (): string[] { return total(1) })", "does not await it"),
        ("g(() => total(1))", ""),
    ],
)
def test_a_function_that_becomes_async_breaks_those_who_do_not_await_it(use: str, problem: str):
    before = {**SHOP, "shop/bills.ts": f"import {{ total }} from './prices'\n\nasync function f() {{ {use} }}\n"}
    assert [place[2] for place in broken(before, {"shop/prices.ts": SLOW})] == ([problem] if problem else [])


@pytest.mark.parametrize("returns", ["", ": number | Promise<number>"])
def test_a_function_that_gave_a_promise_before_did_not_become_async(returns: str):
    was = f"export function total(order: Order){returns} {{\n  return fetch(order);\n}}\n"
    before = {"shop/prices.ts": was, "shop/bills.ts": "import { total } from './prices'\ntotal(1)\n"}
    assert broken(before, {"shop/prices.ts": was.replace("function", "async function")}) == []


@pytest.mark.parametrize(("body", "found"), [("return 1", ["takes a promise from it"]), ("return later(1)", [])])
def test_a_function_that_is_no_longer_async_breaks_those_who_take_a_promise(body: str, found: list[str]):
    use = "import { total } from './prices'\ntotal(1).then(f)\nawait total(1)\n"
    before = {"shop/prices.ts": SLOW.replace("return 1", body), "shop/bills.ts": use}
    after = {"shop/prices.ts": SLOW.replace("return 1", body).replace("async ", "")}
    assert [place[2] for place in broken(before, after)] == found
