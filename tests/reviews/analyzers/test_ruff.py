import pytest

from reviews.analyzers import Edit, SourceFile
from reviews.analyzers.ruff import fixes, run, wants
from reviews.findings import Severity


def rules(code: str, path: str = "app.py") -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in run([SourceFile(path, code.encode())])]


def test_an_undefined_name_is_found_on_its_line():
    assert rules("def f():\n    return missing\n") == [("ruff:F821", 2)]


def test_style_is_not_found():
    assert rules("import os\nx=1;y = 2\n") == []


def test_a_syntax_error_is_found():
    assert rules("def f(:\n    pass\n")[0] == ("ruff:invalid-syntax", 1)


def test_of_the_syntax_errors_of_a_file_only_the_first_is_told():
    """The others follow from it, more often than not."""
    broken = b"session.install('a)\nx = (\n"
    found = run([SourceFile("a.py", broken), SourceFile("b.py", broken)])
    assert [(item.path, item.line) for item in found] == [("a.py", 1), ("b.py", 1)]


def test_names_of_python_2_are_no_errors():
    assert rules("x = buffer(unicode(1))\n") == []
    assert rules("x = reduce(max, [1])\n") == [("ruff:F821", 1)]  # that import is what an author forgets


def test_a_name_is_not_looked_for_in_code_that_stands_in_documentation():
    assert rules("missing()\n", "docs/code_examples/first.py") == []
    assert rules("missing()\n", "examples/first.py") == [("ruff:F821", 1)]


def test_new_syntax_is_no_error():
    assert rules("type Pair[T] = tuple[T, T]\n") == []


def test_severity_follows_the_rule():
    found = run([SourceFile("app.py", b"def f(a=[]):\n    a.append(b)\n")])
    assert [finding.severity for finding in found] == [Severity.MEDIUM, Severity.HIGH]


def test_findings_are_told_by_the_paths_of_the_repository():
    found = run([SourceFile("a/x.py", b"aa()\n"), SourceFile("b/x.py", b"bb()\n")])
    assert [finding.path for finding in found] == ["a/x.py", "b/x.py"]


@pytest.mark.parametrize(
    "path", ["../../evil.py", "/etc/evil.py", "-rf.py", "a\nb.py", ".git/x.py", "x" * 400 + ".py"]
)
def test_a_hostile_path_is_never_a_place_to_write_to(path):
    assert [finding.path for finding in run([SourceFile(path, b"missing()\n")])] == [path]


def test_the_repository_cannot_configure_the_tool():
    config = SourceFile("pyproject.toml", b"[tool.ruff]\nlint.ignore = ['F821']\n")
    assert [item.rule for item in run([config, SourceFile("app.py", b"missing()\n")])] == ["ruff:F821"]


def test_a_checkout_around_that_ignores_our_state_hides_nothing(settings, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(".kodus/\n")
    settings.STATE_DIR = tmp_path / ".kodus"
    assert rules("missing()\n") == [("ruff:F821", 1)]


@pytest.mark.parametrize("code", [b"(" * 10_000, b"\0\0", b"# coding: bz2\nx", b"1" * 1_000_000])
def test_hostile_code_never_breaks_the_run(code):
    run([SourceFile("app.py", code)])


def test_what_is_fine_in_a_test_is_not_found_there():
    assert rules("eval(input())\n", "tests/test_app.py") == []
    assert rules("eval(input())\n") == [("ruff:S307", 1)]
    waits = "async def test():\n    open('golden.json')\n"
    assert (rules(waits, "tests/test_app.py"), rules(waits)) == ([], [("ruff:ASYNC230", 2)])


def test_a_function_made_in_a_loop_is_fine_in_a_test():
    code = "def f(a):\n    for b in a:\n        assert_raises(lambda: b)\n\n\ndef assert_raises(g): ...\n"
    assert rules(code, "tests/test_app.py") == []
    assert rules(code) == [("ruff:B023", 3)]


def test_only_python_is_wanted():
    assert [wants(path) for path in ("a.py", "b.pyi", "c.js", "py")] == [True, True, False, False]


def test_a_safe_fix_comes_with_its_places_in_characters():
    (fix,) = fixes([SourceFile("app.py", 'x = "é"; y = x is "a"\n'.encode())])
    assert (fix.rule, fix.path, fix.line) == ("ruff:F632", "app.py", 1)
    assert fix.edits == (Edit((1, 15), (1, 17), "=="),)


def test_a_fix_that_is_not_sure_does_not_come():
    assert fixes([SourceFile("app.py", b"def f(a=[]):\n    return a\n")]) == []
