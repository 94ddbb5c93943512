"""Members are followed by what their receiver is, and left alone where nobody can know."""

import pytest

from tests.analysis.changes import broken

CLIENT = """
export class Client extends Sender {
  constructor(private url: string) { super(); }
  get(path: string) { return this.send(path); }
  send(path: string) { return path; }
  close() {}
  static local(port: number) { return new Client('x'); }
  load = (path: string) => path;
}
export class Sender { ping(to: string) {} }
export interface Api { fetch(path: string): string }
export const shared = new Client('x');
export const tools = { quote(text: string) { return text; } };
export const remote: Api = { fetch(path: string, port?: number) { return path; } };
"""


def client_broken(use: str, old: str, new: str) -> list[str]:
    user = f"import {{ Client, Api, shared, tools, remote }} from './api';\n\n{use}\n"
    assert old in CLIENT
    found = broken({"api.ts": CLIENT, "use.ts": user}, {"api.ts": CLIENT.replace(old, new)})
    return [problem for path, _, problem in found if path == "use.ts"]


@pytest.mark.parametrize(
    ("use", "old", "new"),
    [
        ("new Client('u').get('p')", "get(path: string)", "get(path: string, timeout: number)"),
        ("const c = new Client('u'); c.get('p')", "get(path: string)", "get(path: string, timeout: number)"),
        (
            "function f() { const c = new Client('u'); c.get('p') }",
            "get(path: string)",
            "get(path: string, t: number)",
        ),
        ("function f(c: Client) { c.get('p') }", "get(path: string)", "get(path: string, timeout: number)"),
        ("function f(c?: Client | null) { c?.get('p') }", "get(path: string)", "get(path: string, timeout: number)"),
        ("const f = (c: Client) => c!.get('p')", "get(path: string)", "get(path: string, timeout: number)"),
        ("(x as Client).get('p')", "get(path: string)", "get(path: string, timeout: number)"),
        ("const c: Client = make(); c.get('p')", "get(path: string)", "get(path: string, timeout: number)"),
        ("shared.get('p')", "get(path: string)", "get(path: string, timeout: number)"),
        ("tools.quote('p')", "quote(text: string)", "quote(text: string, safe: boolean)"),
        ("Client.local(1)", "local(port: number)", "local(port: number, name: string)"),
        ("new Client('u')", "private url: string", "private url: string, private token: string"),
        ("class Sub extends Client {}; new Sub('u')", "private url: string", "url: string, token: string"),
        ("class Sub extends Client { f() { super.get('p') } }", "get(path: string)", "get(path: string, t: number)"),
        ("class Sub extends Client { f() { this.get('p') } }", "get(path: string)", "get(path: string, t: number)"),
        ("class Sub extends Client { constructor() { super('u') } }", "private url: string", "url: string, t: string"),
        ("class A { constructor(private c: Client) {} f() { this.c.get('p') } }", "get(path: string)", "get(path, t)"),
        ("class A { c: Client; f() { [].map(() => this.c.get('p')) } }", "get(path: string)", "get(path, t)"),
        ("class A { c = new Client('u'); f() { this.c.get('p') } }", "get(path: string)", "get(path, t)"),
        ("function f(c: Client) { c.load('p') }", "load = (path: string)", "load = (path: string, t: number)"),
        ("function f(c: Client) { c.ping('p') }", "ping(to: string)", "ping(to: string, t: number)"),
        ("function f(a: Api) { a.fetch('p') }", "fetch(path: string)", "fetch(path: string, t: number)"),
        ("function f(this: Client) { this.get('p') }", "get(path: string)", "get(path: string, t: number)"),
        ("function f(this: Client) { g(() => this.get('p')) }", "get(path: string)", "get(path: string, t: number)"),
        ("type Both = Client & Api; function f(b: Both) { b.get('p') }", "get(path: string)", "get(path, t)"),
        ("type Both = Client & Api; function f(b: Both) { b.close() }", "close() {}", ""),
        ("type Same = Client; function f(c: Same) { c.get('p') }", "get(path: string)", "get(path, t)"),
        ("remote.fetch('p')", "fetch(path: string): string", "fetch(path: string, t: number): string"),
        ("function f(c: Client) { c.close() }", "  close() {}\n", ""),
        ("function f(c: Client) { c.close() }", "  close() {}\n", "  private close() {}\n"),
    ],
)
def test_methods_are_followed_by_what_their_receiver_is(use: str, old: str, new: str):
    assert len(client_broken(use, old, new)) == 1


@pytest.mark.parametrize(
    "use",
    [
        "function f(c) { c.get('p') }",
        "function f<Client>(c: Client) { c.get('p') }",
        "function f(c: Client) { c = other(); } function g(c) { c.get('p') }",
        "let c = new Client('u'); c = other(); c.get('p')",
        "function f() { { const c = new Client('u') } { const c = other(); c.get('p') } }",
        "class A { f() { const o = { get(x) {}, g() { this.get('p') } } } }",
        "class A extends Client { f() { (function () { this.get('p') })() } }",
        "class A extends Client { get(a) {} f() { this.get('p') } }",
        "class A extends mixin(Client) { f() { this.get('p') } }",
        "type Both = Client & { get(path: string, timeout?: number): string }; function f(b: Both) { b.get('p') }",
        "class Other { get(a, b) {} } type Both = Client & Other; function f(b: Both) { b.get('p') }",
        "type Either = Client | Api; function f(e: Either) { e.get('p') }",
        "function f<T>(this: T & Client) { this.get('p') }",
    ],
)
def test_a_receiver_nobody_knows_is_left_alone(use: str):
    assert client_broken(use, "get(path: string)", "get(path: string, timeout: number)") == []


@pytest.mark.parametrize(
    "new",
    [
        "export class Client extends Sender {\n  close: () => void;",
        "export class Client extends Sender {\n  [name: string]: any;",
        "export class Client extends Sender {\n  get close() { return () => 1 }",
        "export class Client extends mixin(Sender) {",
        "export class Client extends Other {",
        "Client.shared = 1\nexport class Client extends Sender {",
        "Object.assign(Client, others)\nexport class Client extends Sender {",
        "export class Client extends Sender {\n  make() { Object.defineProperty(this, 'close', {}) }",
        "export interface Client { close(): void }\nexport class Client extends Sender {",
        "Client.prototype.close = function () {}\nexport class Client extends Sender {",
        "mixin.prototype.close = function () {}\nexport class Client extends Sender {",
    ],
)
def test_a_member_that_may_still_be_there_is_not_missing(new: str):
    after = CLIENT.replace("  close() {}\n", "").replace("export class Client extends Sender {", new)
    user = "import { Client } from './api'\nfunction f(c: Client) { c.close() }\n"
    assert broken({"api.ts": CLIENT, "use.ts": user}, {"api.ts": after}) == []


def test_a_member_that_is_declared_may_be_set_outside():
    before = CLIENT.replace("close() {}", "close() {}\n  static shared = 1;") + "Client.shared = 2\n"
    user = "import { Client } from './api'\nfunction f(c: Client) { c.close() }\n"
    after = before.replace("  close() {}\n", "")
    assert broken({"api.ts": before, "use.ts": user}, {"api.ts": after}) == [("use.ts", 2, "still uses 'close'")]


def test_a_member_of_an_object_that_takes_in_another_is_not_missing():
    before = {"a.ts": "export const a = { f() {} }\n", "b.ts": "import { a } from './a'\na.f()\n"}
    assert broken(before, {"a.ts": "export const a = { g() {} }\n"}) == [("b.ts", 2, "still uses 'f'")]
    assert broken(before, {"a.ts": "export const a = { g() {}, ...rest }\n"}) == []


@pytest.mark.parametrize("use", ["new Error('x')", "Error.of('x')", "Error('x')"])
def test_a_type_is_not_the_value_of_its_name(use: str):
    before = {"a.ts": f"export interface Error {{ of(x: string): void }}\nfunction f() {{ {use} }}\n"}
    assert broken(before, {"a.ts": before["a.ts"].replace("of(x: string)", "of(x: string, y: string)")}) == []
    assert broken(before, {"a.ts": f"function f() {{ {use} }}\n"}) == []


def test_a_first_constructor_breaks_those_who_pass_nothing():
    before = {"a.ts": "export class A {}\n", "b.ts": "import { A } from './a'\nnew A()\n"}
    after = {"a.ts": "export class A { constructor(x: number) {} }\n"}
    assert broken(before, after) == [("b.ts", 2, "does not pass 'x'")]


def test_a_class_that_is_gone_is_missed_where_one_is_made_though_it_had_a_constructor():
    before = {"a.ts": "export class A { constructor(x) {} }\n", "b.ts": "import { A } from './a'\nnew A(1)\n"}
    assert broken(before, {"a.ts": "export {}\n"})[1:] == [("b.ts", 2, "still uses 'A'")]


def test_a_removed_member_of_an_enum_is_missed():
    before = {"a.ts": "export enum Color { Red, Green }\n", "b.ts": "import { Color } from './a'\nf(Color.Green)\n"}
    assert broken(before, {"a.ts": "export enum Color { Red }\n"}) == [("b.ts", 2, "still uses 'Green'")]
