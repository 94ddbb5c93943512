"""Callers that a change of TypeScript or JavaScript breaks are found, and every harmless twin is left alone."""

import pytest

from analysis.contracts import ChangeKind
from tests.analysis.changes import broken, changes

PRICES = "export function total(order: Order): number {\n  return 1;\n}\n"
USER = "import { total } from './prices';\n\nexport function bill(order: Order) {\n  return total(order);\n}\n"
SHOP = {"shop/prices.ts": PRICES, "shop/bills.ts": USER}
STRICTER = {"shop/prices.ts": PRICES.replace("(order: Order)", "(order: Order, currency: string)")}
LACKS = "does not pass 'currency'"


def test_a_new_required_parameter_breaks_the_caller_that_does_not_pass_it():
    assert broken(SHOP, STRICTER) == [("shop/bills.ts", 4, LACKS)]


@pytest.mark.parametrize("parameter", ["currency?: string", "currency = 'EUR'", "...rest: string[]", "_: void"])
def test_a_new_parameter_that_may_be_left_out_breaks_nobody(parameter: str):
    assert broken(SHOP, {"shop/prices.ts": PRICES.replace("order: Order", f"order: Order, {parameter}")}) == []


def test_a_change_says_both_signatures():
    (change,) = changes(SHOP, STRICTER)
    assert (change.kind, change.before, change.after) == (
        ChangeKind.PARAMETERS, "total(order): number", "total(order, currency): number",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("import_", "call"),
    [
        ("import { total } from './prices'", "total(1)"),
        ("import { total } from './prices.js'", "total(1)"),
        ("import { total } from './prices.ts'", "total(1)"),
        ("import { total } from '../shop/prices'", "total(1)"),
        ("import { total as t } from './prices'", "t(1)"),
        ("import * as prices from './prices'", "prices.total(1)"),
        ("import prices = require('./prices')", "prices.total(1)"),
        ("const { total } = require('./prices')", "total(1)"),
        ("const { total: t } = require('./prices')", "t(1)"),
        ("const prices = require('./prices')", "prices.total(1)"),
        ("const { total } = await import('./prices')", "total(1)"),
        ("const prices = await import('./prices')", "prices?.total(1)"),
        ("import { total } from '.'", "total(1)"),
        ("import { total } from './index'", "total(1)"),
        ("import { total } from './api'", "total(1)"),
        ("import { summed } from './api'", "summed(1)"),
        ("import { prices } from './api'", "prices.total(1)"),
        ("import { later } from './api'", "later(1)"),
        ("import total from './whole'", "total(1)"),
        ("import anything from './whole'", "anything(1)"),
        ("import { default as d } from './whole'", "d(1)"),
        ("import { whole } from './api'", "whole(1)"),
    ],
)
def test_every_way_to_import_leads_to_the_definition(import_: str, call: str):
    before = {
        **SHOP,
        "shop/index.ts": "export * from './prices'\n",
        "shop/whole.ts": "import { total } from './prices'\nexport default total\n",
        "shop/api.ts": "export * from '.'\nexport { total as summed } from './prices'\n"
        "export * as prices from './prices'\nexport { default as whole } from './whole'\n"
        "import { total } from './prices'\nconst twice = 2\nexport { total as later, twice }\n",
        "shop/bills.ts": f"{import_};\n\n{call};\n",
    }
    assert broken(before, STRICTER) == [("shop/bills.ts", 3, LACKS)]


@pytest.mark.parametrize(
    "declaration", ["export default function (", "export default function total(", "export default ("]
)
def test_a_default_export_is_found_under_any_name(declaration: str):
    arrow = " => 1\n" if declaration.endswith("default (") else " {}\n"
    before = {"shop/prices.ts": f"{declaration}order){arrow}", "app.ts": "import sum from './shop/prices'\nsum(1)\n"}
    assert broken(before, {"shop/prices.ts": f"{declaration}order, currency){arrow}"}) == [("app.ts", 2, LACKS)]


def test_a_module_that_is_exported_under_a_name_is_not_missing():
    before = {**SHOP, "shop/bills.ts": "import * as api from './api'\nf(api.total)\n",
              "shop/api.ts": "export * from './prices'\n"}  # fmt: skip
    after = {"shop/prices.ts": "export {}\n", "shop/api.ts": "export * as total from './prices'\n"}
    assert broken(before, after) == []


def test_barrels_in_a_circle_are_followed_to_their_end():
    before = {
        **SHOP,
        "shop/a.ts": "export * from './b'\n",
        "shop/b.ts": "export * from './a'\nexport * from './prices'\n",
        "shop/bills.ts": "import { total } from './a'\ntotal(1)\n",
    }
    assert broken(before, STRICTER) == [("shop/bills.ts", 2, LACKS)]
    assert broken(before, {"shop/prices.ts": "export {}\n"}) == [
        ("shop/bills.ts", 1, "still imports 'total'"),
        ("shop/bills.ts", 2, "still uses 'total'"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "return total(...order)",
        "return total?.(order)",
        "const total = other; return total(order)",
        "for (const total of order) total(order)",
        "try { } catch (total) { total(order) }",
        "return order.map(total => total(order))",
        "return order.map(({ total }) => total(order))",
        "return order.map(([, total = 1]) => total(order))",
        "function total(x) {} return total(order)",
        "if (order) { class total {} return new total() }",
        "return other.total(order)",
        "return total`text`",
        "return total.call(null, order)",
        "let f = function total(x) { total(x) }",
        "return (total: any) => total(order)",
    ],
)
def test_what_cannot_be_judged_is_not_reported(source: str):
    before = {**SHOP, "shop/bills.ts": f"import {{ total }} from './prices';\n\nfunction bill(order) {{ {source} }}\n"}
    assert broken(before, STRICTER) == []


def test_the_parameter_of_a_function_type_hides_nothing():
    user = USER.replace("order: Order", "order: Order, then: (total: number) => void") + "type F = (total: 1) => 2\n"
    assert broken({**SHOP, "shop/bills.ts": user}, STRICTER) == [("shop/bills.ts", 4, LACKS)]


@pytest.mark.parametrize(
    "source",
    [
        "export function total(a: A, b: B): C;\nexport function total(a: A): C;\nexport function total() {}\n",
        "export let total = (order, currency) => 1\ntotal = cached(total)\n",
        "export const total = cached((order, currency) => 1)\n",
        "export function total(order, currency) {}\nexport namespace total {}\n",
        "export function total(order, currency {\n",
    ],
)
def test_definitions_that_do_not_say_what_a_caller_meets_are_left_alone(source: str):
    assert broken(SHOP, {"shop/prices.ts": source}) == []


@pytest.mark.parametrize(
    "source",
    ["export * from 'elsewhere'\n", "import { total } from 'elsewhere'\nexport { total }\n", "export = prices\n",
     "export { total } from '../elsewhere'\nexport const x = <\n"],
)  # fmt: skip
def test_a_name_that_may_come_from_elsewhere_is_not_missing(source: str):
    assert broken(SHOP, {"shop/prices.ts": source}) == []


GONE = [("shop/bills.ts", 1, "still imports 'total'"), ("shop/bills.ts", 4, "still uses 'total'")]


def test_a_removed_function_breaks_its_import_and_its_call():
    assert broken(SHOP, {"shop/prices.ts": "export const other = 1\n"}) == GONE


def test_a_removed_file_breaks_those_who_import_from_it():
    assert broken(SHOP, {"shop/prices.ts": None}) == GONE


HOME = "export const x = 1\nfunction cost(a: A) {}\nexport function bill() { return cost(1) }\n"


@pytest.mark.parametrize("instead", ["", "function price(a: A) {}", "function f() { let cost }"])
def test_what_is_gone_is_missed_in_its_own_file(instead: str):
    after = HOME.replace("function cost(a: A) {}", instead)
    assert broken({"a.ts": HOME}, {"a.ts": after}) == [("a.ts", 3, "still uses 'cost'")]


@pytest.mark.parametrize(
    "instead",
    ["import { cost } from 'm'", "const cost = make()", "const { cost } = m", "const [cost] = m", "enum cost {}",
     "const { a: { cost = 1 } } = m", "namespace cost {}", "if (x) { function cost() {} }", "declare const cost: C",
     "for (var cost of m) {}", "import cost = require('m')", "broken <"],
)  # fmt: skip
def test_another_meaning_of_the_name_in_its_own_file_breaks_nobody(instead: str):
    assert broken({"a.ts": HOME}, {"a.ts": HOME.replace("function cost(a: A) {}", instead)}) == []


def test_what_is_gone_may_be_the_run_time_s_again():
    before = {"a.ts": HOME.replace("cost", "fetch")}
    assert broken(before, {"a.ts": before["a.ts"].replace("function fetch(a: A) {}", "")}) == []


def test_a_script_may_use_what_another_script_has():
    before = {"a.js": HOME.replace("export ", "")}
    assert broken(before, {"a.js": before["a.js"].replace("function cost(a: A) {}", "")}) == []


def test_a_prototype_that_is_read_hides_nothing():
    before = {**SHOP, "shop/prices.ts": PRICES + "export const kind = Object.prototype.toString.call(1)\n"}
    assert broken(before, {"shop/prices.ts": before["shop/prices.ts"].replace("total", "sum")}) == GONE


def test_a_re_export_of_what_is_gone_is_broken_too():
    before = {**SHOP, "shop/index.ts": "export { total } from './prices'\n"}
    assert broken(before, {"shop/prices.ts": "export {}\n"})[-1] == ("shop/index.ts", 1, "still imports 'total'")


def test_a_re_export_is_broken_on_the_line_of_the_name():
    before = {**SHOP, "shop/index.ts": "export {\n  a,\n  total,\n} from './prices'\n"}
    assert broken(before, {"shop/prices.ts": "export const a = 1\n"})[-1] == (
        "shop/index.ts",
        3,
        "still imports 'total'",
    )


def test_what_is_no_longer_exported_is_hidden_and_breaks_its_importers():
    (change,) = changes(SHOP, {"shop/prices.ts": PRICES.replace("export ", "")})
    assert (change.kind, change.message) == (ChangeKind.HIDDEN, "`total` can no longer be used from outside")
    assert [(caller.line, caller.problem) for caller in change.broken_callers] == [(1, GONE[0][2]), (4, GONE[1][2])]


def test_a_default_export_that_gets_a_name_breaks_those_who_import_it():
    before = {"prices.ts": "export default function total() {}\n", "app.ts": "import total from './prices'\n"}
    assert broken(before, {"prices.ts": "export function total() {}\n"}) == [("app.ts", 1, "still imports 'total'")]


@pytest.mark.parametrize(
    "source",
    [
        "function total(order) {}\nexport { total }\n",
        "function sum(order) {}\nexport { sum as total }\n",
        "export const total = (order) => 1\n",
        "export { total } from './sums'\n",
        "export * from './sums'\n",
    ],
)
def test_another_way_to_export_the_same_name_breaks_nobody(source: str):
    after = {"shop/prices.ts": source, "shop/sums.ts": PRICES}
    assert broken(SHOP, after) == []


def test_a_renamed_function_is_told_from_a_removed_one():
    (change,) = changes(SHOP, {"shop/prices.ts": PRICES.replace("total", "sum")})
    assert (change.kind, change.message) == (ChangeKind.RENAMED, "`total` is now called `sum`")


def test_a_moved_function_says_where_to():
    (change,) = changes(SHOP, {"shop/prices.ts": "export {}\n", "shop/sums.ts": PRICES})
    assert (change.kind, change.message) == (ChangeKind.MOVED, "`total` moved to shop/sums.ts")


@pytest.mark.parametrize(
    "declaration",
    ["export class total {}", "export interface total {}", "export type total = 1", "export enum total { A }",
     "export const total = 1", "export const total = { a: 1 }", "export abstract class total {}",
     "export namespace total {}", "export declare const total: number", "export const enum total { A }"],
)  # fmt: skip
def test_whatever_is_exported_is_missed_when_it_goes(declaration: str):
    before = {**SHOP, "shop/prices.ts": f"{declaration}\n", "shop/bills.ts": "import type { total } from './prices'\n"}
    assert broken(before, {"shop/prices.ts": "export {}\n"}) == GONE[:1]


def test_a_parameter_less_breaks_a_caller_in_typescript_but_not_in_javascript():
    before = {**SHOP, "shop/old.js": "import { total } from './prices'\ntotal(1)\n"}
    after = {"shop/prices.ts": PRICES.replace("order: Order", "")}
    assert broken(before, after) == [("shop/bills.ts", 4, "passes 1 argument where 0 are taken")]


def test_swapped_parameters_break_positions():
    before = {"a.ts": "export function f(x, y) {}\n", "b.ts": "import { f } from './a'\nf(1, 2)\n"}
    after = {"a.ts": "export function f(y, x) {}\n"}
    assert broken(before, after) == [("b.ts", 2, "passes argument 1 as 'x', which is 'y' now")]


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        ("return order.sum * currency.rate", True),
        ("return currency(order)", True),
        ("return convert(order, currency)", False),
        ("return currency ? currency.rate : 1", False),
        ("return currency?.rate", False),
        ("if (!currency) return 1; return currency.rate", False),
        ("currency = currency || EUR; return currency.rate", False),
        ("return arguments.length > 1 ? currency.rate : 1", False),
    ],
)
def test_javascript_needs_a_parameter_when_its_function_cannot_do_without(body: str, needed: bool):
    before = {"a.js": "exports.total = function (order) {}\n", "b.js": "const { total } = require('./a')\ntotal(1)\n"}
    after = {"a.js": f"exports.total = function (order, currency) {{ {body} }}\n"}
    assert [place[2] for place in broken(before, after)] == ([LACKS] if needed else [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("module.exports = { total }\nfunction total(a) {}\n", "module.exports = {}\n"),
        ("module.exports = { total(a) {}, b: 1 }\n", "module.exports = { b: 1 }\n"),
        ("module.exports = { total: (a) => 1 }\n", "module.exports = { other: 1 }\n"),
        ("exports.total = a => 1\n", "exports.other = 1\n"),
        ("module.exports.total = total\nfunction total(a) {}\n", "function total(a) {}\n"),
    ],
)
def test_what_commonjs_no_longer_exports_is_missed(before: str, after: str):
    user = "const { total } = require('./a')\ntotal(1)\n"
    assert {place[1] for place in broken({"a.js": before, "b.js": user}, {"a.js": after})} == {1, 2}


@pytest.mark.parametrize(
    "after",
    [
        "module.exports = { ...rest }\n",
        "module.exports = make()\n",
        "for (const name of names) exports[name] = 1\n",
        "Object.assign(exports, rest)\n",
        "if (x) { exports.total = 1 }\n",
        "exports.total = exports.other = () => 1\n",
    ],
)
def test_exports_that_are_made_at_run_time_are_not_missing(after: str):
    before = {"a.js": "exports.total = a => 1\n", "b.js": "const { total } = require('./a')\ntotal(1)\n"}
    assert broken(before, {"a.js": after}) == []


@pytest.mark.parametrize("import_", ["import a from './a.js'", "export { default as a } from './a.js'"])
def test_the_default_of_a_commonjs_module_is_the_module(import_: str):
    user = f"{import_}\na.total()\n" if import_.startswith("import") else "import { a } from './c'\na.total()\n"
    before = {"a.js": "exports.total = a => 1\n", "b.ts": user, "c.ts": import_}
    assert [place[:2] for place in broken(before, {"a.js": "exports.other = 1\n"})] == [("b.ts", 2)]


def test_a_module_that_is_a_function_is_called_by_its_module():
    before = {"a.js": "module.exports = function (order) {}\n", "b.js": "const sum = require('./a')\nsum()\n"}
    after = {"a.js": "module.exports = function (order, rate) { return rate.x }\n"}
    assert broken(before, after) == [("b.js", 2, "does not pass 'rate'")]


def test_an_overloaded_function_is_missed_when_it_goes_and_not_judged_while_it_is_there():
    overloads = "export function total(a: A): C;\nexport function total(a: A, b: B): C;\n"
    before = {**SHOP, "shop/prices.ts": overloads + "export function total() {}\n"}
    assert broken(before, {"shop/prices.ts": "export {}\n"}) == GONE
    assert (
        broken(before, {"shop/prices.ts": overloads.replace("b: B", "b: B, c: C") + "function total(): D {}\n"}) == []
    )


def test_a_type_beside_a_value_of_its_name_is_that_name_s_too():
    before = {**SHOP, "shop/prices.ts": "export type total = 1\nexport const total = () => 1\n"}
    assert broken(before, {"shop/prices.ts": "export {}\n"}) == GONE


def test_a_component_that_is_gone_is_missed_where_it_is_used():
    before = {"Button.tsx": "export const Button = () => <b />\n",
              "App.tsx": "import { Button } from './Button'\nconst App = () => <Button a={1} />\n"}  # fmt: skip
    assert [place[1] for place in broken(before, {"Button.tsx": "export const Link = () => <a />\n"})] == [1, 2]


def test_tests_that_reach_a_broken_contract_go_by_their_titles():
    test = "import { bill } from './bills'\n\ndescribe('bills', () => {\n  it('adds 1.5 up', () => { bill(1) })\n})\n"
    (change,) = changes({**SHOP, "shop/bills.test.ts": test}, STRICTER)
    assert change.tests == ("shop/bills.test.ts::test adds 1 5 up",)
