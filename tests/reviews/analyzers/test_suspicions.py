"""What ruff only suspects is told where the code shows it, and only there."""

import time

import pytest

from reviews.analyzers import SourceFile
from reviews.analyzers.ruff import run
from reviews.analyzers.suspicions import Suspect


def rules(code: str) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in run([SourceFile("app.py", code.encode())])]


@pytest.mark.parametrize(
    "body",
    [
        "found.append(1)",
        "found['a'] = 1",
        "found |= {1}",
        "del found['a']",
        "found['a'] += 1",
        "if self:\n        for each in self:\n            found.setdefault(each, 1)",
    ],
)
def test_a_default_that_the_function_changes_is_told(body):
    assert rules(f"def look(self, found={{}}):\n    {body}\n    return found\n") == [("ruff:B006", 1)]


@pytest.mark.parametrize(
    "body",
    [
        "return found['a']",
        "return dict(found, a=1)",
        "self.go(found)",
        "self.found = found",
        "self.found['a'] = found['a']",
        "other.append(found)",
        "found = dict(found)\n    found['a'] = 1",
    ],
)
def test_a_default_that_is_only_read_is_not_told(body):
    assert rules(f"def look(self, other, found={{}}):\n    {body}\n") == []


def test_each_default_is_looked_at_by_its_own_name():
    code = "def go(a: list = [], *, ä='ä', b: list = []) -> None:\n    b.append(a)\n"
    (found,) = run([SourceFile("app.py", code.encode())])
    assert (found.rule, Suspect(code.encode()).shows("B006", (1, 17, 1, 19))) == ("ruff:B006", False)


@pytest.mark.parametrize(
    ("put_together", "before"),
    [
        ("f\"select * from users where name = '{name}'\"", ""),
        ("\"select * from users where name = '%s'\" % name", ""),
        ("\"select * from users where name = '{}'\".format(name.lower())", ""),
        ("f\"select * from users where name = '{wanted}'\"", "wanted = name.strip()"),
        ("f\"select * from users where name = '{wanted}'\"", "wanted = [name]"),
    ],
)
def test_sql_that_holds_what_the_function_was_given_is_told(put_together, before):
    code = f"def find(db, name):\n    {before or 'pass'}\n    db.execute({put_together})\n"
    assert rules(code) == [("ruff:S608", 3)]


def test_the_request_of_flask_is_given_to_every_function():
    code = "from flask import request\n\n\ndef find(db):\n    db.execute(f'select {request.args} from a')\n"
    assert rules(code) == [("ruff:S608", 5)]


@pytest.mark.parametrize(
    "put_together",
    [
        '"select data from %s where id = ?" % self.table',
        'f"select data from {TABLE} where id = ?"',
        '"select data from {t} where id = ?".format(t=self.table)',
        "\"delete from tasks where id in (%s)\" % ','.join('?' * len(ids))",
        '"delete from tasks where id in (%s)" % marks',
    ],
)
def test_sql_of_names_of_ones_own_is_not_told(put_together):
    body = f"    marks = ','.join('?' * len(ids))\n    self.db.execute({put_together}, ids)\n"
    assert rules(f"TABLE = 'a'\n\n\ndef find(self, ids):\n{body}") == []


def test_a_name_that_is_asked_for_is_no_useless_expression():
    assert rules("try:\n    PACKAGES\nexcept NameError:\n    PACKAGES = []\n") == []
    assert rules("def f(a):\n    a.b == 1\n") == [("ruff:B015", 2)]
    assert rules("def f(a):\n    [a]\n") == [("ruff:B018", 2)]


@pytest.mark.parametrize(
    "code",
    ["print 'a'\n", "print a % b\n", "raise Gone, 'a'\n", "exec 'a = 1'\n"],
)
def test_python_2_is_no_syntax_error(code):
    assert rules(code) == []


@pytest.mark.parametrize("code", ["def f(:\n    pass\n", "print(1) print(2)\n", "raise Gone(1), = 2 +\n"])
def test_a_syntax_error_is_told(code):
    assert rules(code)[0] == ("ruff:invalid-syntax", 1)


def test_names_of_python_2_are_left_to_python_2():
    assert rules("def text(value):\n    return unicode(value) if value else nothing\n") == [("ruff:F821", 2)]


def test_what_is_never_read_is_not_told():
    deep = b"def f(a=[]):\n    a.append(" + b"(" * 2_000 + b")" * 2_000 + b")\n"
    assert Suspect(deep).shows("B006", (1, 9, 1, 11)) is False
    assert Suspect(deep).shows("F821", (1, 9, 1, 11)) is True


@pytest.mark.parametrize(
    "code",
    [
        b"".join(b"x%d" % at + b".a" * 1_500 + b"\n" for at in range(300)),
        b"def f(x):\n" + b"".join(b'  g(f"select %d from {x}")\n' % at for at in range(6_000)),
        b"def f(" + b"".join(b"x%d=[]," % at for at in range(6_000)) + b"): g(1)\n",
    ],
    ids=["useless chains", "queries", "defaults"],
)
def test_many_suspicions_in_one_file_do_not_cost_more_than_some(code: bytes):
    started = time.process_time()
    found = run([SourceFile("app.py", code)])
    assert {finding.rule for finding in found} <= {"ruff:B018", "ruff:S608", "ruff:F821"}
    assert time.process_time() - started < 20, "not a measurement: a look at the whole file for each takes minutes"


def test_a_name_that_is_imported_twice_is_no_second_definition():
    assert rules("import os\nfrom typing import (\n    os, Any\n)\nfrom typing import Any\n") == []
    assert rules("def f(): ...\n\n\ndef f(): ...\n") == [("ruff:F811", 4)]
