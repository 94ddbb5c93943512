import pytest

from reviews.analyzers import SourceFile, run_apart
from reviews.analyzers.oxlint import OXLINT, run, wants
from reviews.findings import Severity


def rules(code: str, path: str = "app.ts") -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in run([SourceFile(path, code.encode())])]


def test_a_comparison_that_is_always_false_is_found_on_its_line():
    assert rules("function f(a: number) {\n  return a === NaN;\n}\n") == [("oxlint:use-isnan", 2)]


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("for (let i = 0; i < 10; i--) { go(i) }", "for-direction"),
        ("const a = 1; a = 2;", "no-const-assign"),
        ("const a = { b: 1, b: 2 };", "no-dupe-keys"),
        ("if (typeof a === 'strnig') go();", "valid-typeof"),
        ("(a?.b)();", "no-unsafe-optional-chaining"),
        ("const x = [1].map((y) => { go(y) });", "array-callback-return"),
        ("new Promise(async (done) => done(1));", "no-async-promise-executor"),
        ("debugger;", "no-debugger"),
        ("if (a > 5 && a < 3) go();", "const-comparisons"),
        ("fetch(url, { method: 'GET', body: 'x' });", "no-invalid-fetch-options"),
    ],
)
def test_a_bug_is_found(code, rule):
    assert rules(code) == [(f"oxlint:{rule}", 1)]


@pytest.mark.parametrize("code", ["let unused = 3", "var a = 1;;", "if (a == b) { go() }", "console.log(1)"])
def test_style_and_taste_are_not_found(code):
    assert rules(code) == []


def test_a_hook_that_is_called_now_and_then_is_found():
    code = "function Page({ a }) {\n  if (a) {\n    useState(1);\n  }\n  return <p key='1' />;\n}\n"
    assert rules(code, "page.tsx") == [("oxlint:rules-of-hooks", 3)]


def test_a_syntax_error_is_told_in_typescript_and_not_in_a_dialect_of_javascript():
    assert rules("const a = ;\n", "app.ts") == [("oxlint:invalid-syntax", 1)]
    assert rules("// @flow\nconst a = (b: ?Type);\n", "app.js") == []


def test_severity_follows_the_rule():
    found = run([SourceFile("app.ts", b"debugger;\nconst a = 1; a = 2;\n")])
    assert {finding.rule: finding.severity for finding in found} == {
        "oxlint:no-debugger": Severity.MEDIUM,
        "oxlint:no-const-assign": Severity.HIGH,
    }


def test_findings_are_told_by_the_paths_of_the_repository():
    found = run([SourceFile("a/x.ts", b"debugger;"), SourceFile("../../b.js", b"debugger;")])
    assert sorted(finding.path for finding in found) == ["../../b.js", "a/x.ts"]


def test_the_repository_cannot_configure_the_tool():
    config = SourceFile(".oxlintrc.json", b'{"rules": {"no-debugger": "off"}}')
    assert [item.rule for item in run([config, SourceFile("app.js", b"debugger;\n")])] == ["oxlint:no-debugger"]


def test_a_checkout_around_that_ignores_our_state_hides_nothing(settings, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(".kodus/\n")
    settings.STATE_DIR = tmp_path / ".kodus"
    assert rules("debugger;\n") == [("oxlint:no-debugger", 1)]


def test_what_is_fine_in_a_test_is_not_found_there():
    assert rules("a = [1,,2];", "src/list.test.ts") == []
    assert rules("a = [1,,2];", "src/list.ts") == [("oxlint:no-sparse-arrays", 1)]


@pytest.mark.parametrize("code", [b"(" * 5_000, b"\0\0", b"\xff\xfe", b"`${" * 2_000, b"1" * 1_000_000])
def test_a_hostile_file_costs_itself_only(code):
    """Oxlint's stack overflows when it is nested deep enough."""
    files = [SourceFile(f"app{number}.js", b"debugger;" if number != 2 else code) for number in range(5)]
    found, failures = run_apart(OXLINT, files)
    bugs = sorted(finding.path for finding in found if finding.rule == "oxlint:no-debugger")
    assert bugs == ["app0.js", "app1.js", "app3.js", "app4.js"]
    assert [failure.why for failure in failures] in ([], ["was ended by SIGABRT reading `app2.js`"])


def test_only_javascript_and_typescript_are_wanted():
    assert [wants(path) for path in ("a.ts", "b.tsx", "c.mjs", "d.py", "e.json")] == [True, True, True, False, False]
