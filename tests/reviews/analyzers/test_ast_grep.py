"""Each rule of ours finds its bug, and leaves alone what only looks like it."""

import pytest
import yaml

from reviews.analyzers import SourceFile
from reviews.analyzers.ast_grep import rules, run, wants
from reviews.findings import Severity


def found(code: str, path: str) -> list[tuple[str, int]]:
    return [(item.rule.removeprefix("ast-grep:"), item.line) for item in run([SourceFile(path, code.encode())])]


def go(body: str) -> str:
    return f"package p\n\nfunc f() {{\n{body}\n}}\n"


def java(body: str) -> str:
    return f"class C {{\n{body}\n}}\n"


#: Rule, path, and code with the bug in its line 4, counted where the code says so.
BUGS = [
    (
        "python-commit-swallowed",
        "a.py",
        "try:\n    session.add(x)\n    session.commit()\nexcept Exception:\n    pass\n",
    ),
    ("python-commit-swallowed", "a.py", "try:\n    db.commit()\nexcept Exception as e:\n    pass\n"),
    ("python-commit-swallowed", "a.py", "try:\n    self.db.session.commit()\nexcept:\n    pass\n"),
    ("python-signature-compared", "a.py", "if hmac.new(key, body, 'sha256').hexdigest() == given:\n    pass\n"),
    ("python-signature-compared", "a.py", "ok = given != hmac.new(key, body, sha).digest()\n"),
    ("script-async-for-each", "a.js", "items.forEach(async (item) => {\n  await save(item)\n})\n"),
    ("script-async-for-each", "a.ts", "a.b.forEach(async function (x: T) { await save(x) })\n"),
    ("script-async-for-each", "a.tsx", "xs.forEach(async x => await save(<A x={x} />))\n"),
    ("script-shell-of-template", "a.js", "child_process.exec(`rm -rf ${folder}`, done)\n"),
    ("script-shell-of-template", "a.ts", "execSync(`git show ${ref}`)\n"),
    ("script-query-of-template", "a.js", "db.query(`SELECT * FROM users WHERE id = ${id}`)\n"),
    ("script-query-of-template", "a.ts", "await this.pool.execute(`delete from t where a = '${a}'`)\n"),
    ("go-defer-in-loop", "a.go", go("for _, n := range ns {\n f, _ := os.Open(n)\n defer f.Close()\n}")),
    ("go-defer-in-loop", "a.go", go("for {\n if x {\n  mu.Lock()\n  defer mu.Unlock()\n }\n}")),
    ("go-close-before-check", "a.go", go("r, err := http.Get(u)\ndefer r.Body.Close()\nif err != nil { return }")),
    ("go-query-of-sprintf", "a.go", go("db.Query(fmt.Sprintf(\"SELECT a FROM t WHERE b = '%s'\", b))")),
    ("go-query-of-sprintf", "a.go", go('db.ExecContext(ctx, fmt.Sprintf("delete from t where b = %v", b))')),
    ("go-add-in-goroutine", "a.go", go("go func() {\n wg.Add(1)\n defer wg.Done()\n work()\n}()")),
    ("java-equals-without-hash-code", "C.java", java("public boolean equals(Object o) { return true; }")),
    ("java-strings-compared", "C.java", java('boolean f(String s) { return s == "yes"; }')),
    ("java-strings-compared", "C.java", java('boolean f(String s) { return "no" != s.trim(); }')),
    ("java-query-of-concatenation", "C.java", java('void f() { s.executeQuery("SELECT a FROM t WHERE b = " + b); }')),
    (
        "java-query-of-concatenation",
        "C.java",
        java('void f() { c.prepareStatement("delete from t where b = \'" + g() + "\'"); }'),
    ),
]
FINE = [
    ("a.py", "try:\n    session.commit()\nexcept Exception:\n    session.rollback()\n    raise\n"),
    ("a.py", "try:\n    session.commit()\nexcept IntegrityError:\n    pass\n"),
    ("a.py", "try:\n    close()\nexcept Exception:\n    pass\nsession.commit()\n"),
    ("a.py", "hmac.compare_digest(hmac.new(key, body, sha).digest(), given)\nx = hmac.new(k, b, s).hexdigest()\n"),
    ("a.js", "items.forEach((item) => save(item))\nfor (const x of xs) await save(x)\n"),
    ("a.js", "await Promise.all(items.map(async (item) => await save(item)))\n"),
    ("a.js", "items.forEach(async (item) => save(item))\n"),
    ("a.js", "exec('ls -l')\nexecFile('git', ['show', ref])\nregex.exec(`a${b}`)\nexec(`ls -l`)\n"),
    ("a.js", "db.query('SELECT * FROM t WHERE a = $1', [a])\ndb.query(sql`SELECT * FROM t WHERE a = ${a}`)\n"),
    ("a.js", "db.query(`SELECT 1 FROM t`)\nclient.query(`select ${x}`)\ncache.query(`updated ${x} set up`)\n"),
    ("a.go", go("for _, n := range ns {\n func() {\n  defer f.Close()\n }()\n}\ndefer g.Close()")),
    ("a.go", go("for {\n go func() {\n  defer wg.Done()\n }()\n}")),
    ("a.go", go("r, err := http.Get(u)\nif err != nil { return }\ndefer r.Body.Close()")),
    ("a.go", go('db.Query("SELECT a FROM t WHERE b = $1", b)\nlog.Query(fmt.Sprintf("selected %s", b))')),
    ("a.go", go("wg.Add(1)\ngo func() {\n defer wg.Done()\n}()")),
    ("a.go", go("go func() {\n defer wg.Done()\n inner.Add(1)\n}()")),
    ("C.java", java("public boolean equals(Object o) { return true; }\npublic int hashCode() { return 1; }")),
    ("C.java", java("boolean equals(C other) { return true; }")),
    (
        "C.java",
        java('boolean f(String s) { return "a".equals(s) && n == 1 && s == null && (n == 2 ? "a" : "b").isEmpty(); }'),
    ),
    ("C.java", java('void f() { s.executeQuery("SELECT a FROM t" + " WHERE b = ?"); log("select from " + b); }')),
]


@pytest.mark.parametrize(("rule", "path", "code"), BUGS)
def test_a_rule_finds_its_bug_once(rule, path, code):
    assert [name for name, _ in found(code, path)] == [rule]


@pytest.mark.parametrize(("path", "code"), FINE)
def test_what_only_looks_like_it_is_left_alone(path, code):
    assert found(code, path) == []


def test_every_rule_has_an_example():
    assert {rule["id"] for rule in yaml.safe_load_all(rules())} == {rule for rule, _, _ in BUGS}


def test_a_finding_stands_on_the_line_where_the_bug_is():
    code = go("for _, n := range ns {\n f, _ := os.Open(n)\n defer f.Close()\n}")
    assert found(code, "a.go") == [("go-defer-in-loop", 6)]


def test_severity_follows_the_rule():
    code = "hmac.new(k, b, s).digest() == x\ntry:\n    s.commit()\nexcept: pass\n"
    findings = {item.rule: item.severity for item in run([SourceFile("a.py", code.encode())])}
    assert findings == {
        "ast-grep:python-signature-compared": Severity.MEDIUM,
        "ast-grep:python-commit-swallowed": Severity.HIGH,
    }


def test_what_is_fine_in_a_test_is_not_found_there():
    assert found(java('boolean f(String s) { return s == "yes"; }'), "src/test/java/C.java") == []


@pytest.mark.parametrize("path", ["../../evil.py", "/etc/evil.go", "-rf.js", "a\nb.ts", ".git/x.java", "sgconfig.py"])
def test_a_hostile_path_is_never_a_place_to_write_to(path):
    assert run([SourceFile(path, b"x")]) == []


@pytest.mark.parametrize("code", [b"(" * 10_000, b"\0\0", b"\xff\xfe", b"a.b" * 100_000, b"for {\n" * 5_000])
@pytest.mark.parametrize("path", ["a.py", "a.tsx", "a.go", "A.java"])
def test_hostile_code_never_breaks_the_run(code, path):
    run([SourceFile(path, code)])


def test_only_the_languages_of_its_rules_are_wanted():
    assert [wants(path) for path in ("a.py", "b.mjs", "C.java", "d.rb", "go")] == [True, True, True, False, False]
