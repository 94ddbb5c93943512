"""A method of Go is found through whatever the code says about its receiver."""

import pytest

from tests.analysis.changes import broken

API = """package api

type Client struct {
	*Base
	session *Session
	pool    []*Session
	dial    func(string) *Session
}

type Session struct{}

func (s *Session) Send(text string) {}

type Base struct{ root Session }

type Sender interface{ Send(text string) }

type Named = Session

type Sessions []*Session

type Opener func() *Session

type Box[T any] struct{ item T }

func (b *Box[T]) Item() T { return b.item }

var shared = open()

var byName = map[string]*Session{}

func open() *Session { return &Session{} }

func pair() (*Session, error) { return nil, nil }

func (c *Client) Open() *Session { return c.session }

func wrap[T any](item T) T { return item }
"""


def sends(line: str, signature: str = "", before: str = API) -> list[int]:
    """Where a function of the package that does this is broken when `Session.Send` takes one parameter more."""
    files = {"api/api.go": before, "api/use.go": f"package api\n\nfunc use({signature}) {{\n\t{line}\n}}\n"}
    change = {"api/api.go": before.replace("Send(text string) {}", "Send(text string, urgent bool) {}")}
    return [where for _, where, _ in broken(files, change)]


@pytest.mark.parametrize(
    "line",
    [
        's := Session{}; s.Send("a")',
        's := &Session{}; s.Send("a")',
        's := new(Session); s.Send("a")',
        'var s Session; s.Send("a")',
        'var s = open(); s.Send("a")',
        'open().Send("a")',
        's, err := pair(); s.Send("a")',
        'if s, err := pair(); err == nil { s.Send("a") }',
        'shared.Send("a")',
        'byName["a"].Send("a")',
        's := byName["a"]; s.Send("a")',
        's, ok := byName["a"]; s.Send("a")',
        's := x.(*Session); s.Send("a")',
        's, ok := x.(*Session); s.Send("a")',
        'switch s := x.(type) { case *Session: s.Send("a") }',
        'c := Client{}; c.session.Send("a")',
        'c := Client{}; c.Open().Send("a")',
        'c := Client{}; c.pool[0].Send("a")',
        'c := Client{}; for _, s := range c.pool { s.Send("a") }',
        'c := Client{}; c.dial("b").Send("a")',
        'c := Client{}; c.root.Send("a")',
        'c := Client{}; c.Base.root.Send("a")',
        'var all Sessions; all[0].Send("a")',
        'all := make([]*Session, 1); all[0].Send("a")',
        'all := []*Session{}; more := append(all, nil); more[0].Send("a")',
        'var f Opener; f().Send("a")',
        'var n Named; n.Send("a")',
        'f := func() *Session { return nil }; f().Send("a")',
        'ch := make(chan *Session); s := <-ch; s.Send("a")',
        'var ch chan *Session; select { case s := <-ch: s.Send("a") }',
        '(*Session)(nil).Send("a")',
        'go shared.Send("a")',
        'func() { defer shared.Send("a") }()',
    ],
)
def test_a_receiver_whose_type_is_in_sight_is_known(line: str):
    assert sends(line) == [4]


@pytest.mark.parametrize("signature", ["s *Session", "s Session", "a int, s *Session", "a, s Session"])
def test_a_parameter_is_of_its_type(signature: str):
    assert sends('s.Send("a")', signature) == [4]


def test_a_variadic_parameter_holds_its_type():
    assert sends('all[0].Send("a")', "all ...*Session") == [4]


def test_a_receiver_variable_is_of_its_type():
    method = 'func (s *Session) Twice() { s.Send("a"); s.Send("b") }\n'
    assert sends("", before=f"{API}\n{method}") == [API.count("\n") + 2]


@pytest.mark.parametrize(
    "line",
    [
        'x.Send("a")',
        'unknown().Send("a")',
        'var s Sender; s.Send("a")',
        'b := Box[*Session]{}; b.Item().Send("a")',
        'wrap(open()).Send("a")',
        'type Session struct{ other }; s := Session{}; s.Send("a")',
        '_, second := pair(); second.Send("a")',
        's := &Other{}; s.Send("a")',
        'switch s := x.(type) { case *Session, *Client: s.Send("a") }',
        'for s := range byName { s.Send("a") }',
    ],
)
def test_a_receiver_that_may_be_anything_is_left_alone(line: str):
    assert sends(line) == []


EMBEDDING = {
    "go.mod": "module example.org/a\n",
    "base/base.go": "package base\n\ntype Base struct{}\n\nfunc (Base) Stop() {}\n",
    "a.go": 'package a\n\nimport "example.org/a/base"\n\ntype App struct{ base.Base }\n',
    "use.go": "package a\n\nfunc use(app App) {\n\tapp.Stop()\n}\n",
}
STOPPED = {"base/base.go": "package base\n\ntype Base struct{}\n"}


def test_an_embedded_method_is_missed_when_it_goes():
    assert broken(EMBEDDING, STOPPED) == [("use.go", 4, "still uses 'Stop'")]


@pytest.mark.parametrize(
    "app",
    [
        "type App struct{ base.Base; io.Closer }",
        "type App struct{ base.Base; Other }\n\ntype Other struct{}\n\nfunc (Other) Stop() {}",
        "type App struct{ base.Base; Stop func() }",
        "type App struct{ base.Base }\n\nfunc (a App) Stop() {}",
        "type App other.App",
    ],
)
def test_a_method_that_may_come_from_elsewhere_is_not_missed(app: str):
    source = EMBEDDING["a.go"].replace("type App struct{ base.Base }", app)
    assert broken({**EMBEDDING, "a.go": source}, STOPPED) == []


def test_a_method_that_an_interface_no_longer_has_is_missed():
    before = {
        "a.go": "package a\n\ntype Store interface {\n\tGet(key string) int\n\tSet(key string)\n}\n",
        "b.go": 'package a\n\nfunc use(s Store) {\n\ts.Set("a")\n}\n',
    }
    assert broken(before, {"a.go": before["a.go"].replace("\tSet(key string)\n", "")}) == [
        ("b.go", 4, "still uses 'Set'")
    ]
    assert broken(before, {"a.go": before["a.go"].replace("Set(key", "Set(n int, key")}) == [
        ("b.go", 4, "does not pass 'key'")
    ]


def test_a_definition_that_leads_to_itself_leads_nowhere():
    before = {
        "a.go": "package a\n\ntype A = B\n\ntype B = A\n\ntype C struct{ C }\n\nvar x = y.Do\n\nvar y = x.z\n",
        "b.go": "package a\n\nfunc use(a A, c C) { a.Do(); c.Do(); x.Do(); f() }\n\nfunc f() {}\n",
    }
    assert broken(before, {"a.go": "package a\n"})[-1][0] == "b.go"


def test_types_that_embed_many_others_are_looked_at_once_each():
    types = "".join(
        f"type T{number} struct {{ {'; '.join(f'T{each}' for each in range(number + 1, 40))} }}\n\n"
        for number in range(40)
    )
    use = "func use(t T0) {\n\tt.Do()\n\tt.field.Do()\n}\n\nfunc (T39) Gone() {}\n"
    before = {"a.go": f"package a\n\n{types}{use}", "b.go": "package a\n\nfunc Do() {}\n"}
    assert broken(before, {"b.go": "package a\n"}) == []
