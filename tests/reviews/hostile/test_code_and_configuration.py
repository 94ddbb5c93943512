"""Numbers 139 to 143 of the hostile inputs: what a tool would run, load, expand or get lost in."""

import pytest

from reviews.configuration.declaration import FILE_NAME
from tests.reviews.hostile.reviewing import Hostile

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(150)]


def code_of_tools(hostile: Hostile) -> dict[bytes, bytes]:
    """What linters, test runners and Python itself run or load from the folder they are started in."""
    python, shell, url = hostile.trap.python.encode(), hostile.trap.shell, hostile.trap.url
    node = f"require('child_process').execSync({shell!r}); require('http').get({url!r});\n".encode()
    return {
        **dict.fromkeys((b"conftest.py", b"setup.py", b"sitecustomize.py", b"usercustomize.py", b"json.py"), python),
        **dict.fromkeys((b"ast.py", b"detect_secrets.py", b"yaml.py", b"noxfile.py", b"tasks.py"), python),
        **dict.fromkeys((b".eslintrc.js", b"eslint.config.js", b".prettierrc.js", b"webpack.config.js"), node),
        b"evil.pth": b"import os; " + python,
        b"run.rb": f"system({shell!r})\n".encode(),
        b".rubocop.yml": b"require:\n  - ./run.rb\n",
        b"pyproject.toml": b"[tool.pylint.main]\ninit-hook = 'import conftest'\n[tool.ruff]\nextend = '/etc/passwd'\n",
        b"setup.cfg": b"[flake8]\nmax-line-length = 1\n[tool:pytest]\npython_files = *\n",
        b".oxlintrc.json": b'{"jsPlugins": ["./eslint.config.js"], "extends": ["/etc/passwd"]}',
        b"package.json": f'{{"scripts": {{"preinstall": "{shell}"}}}}'.encode(),
        b"Makefile": f"all:\n\t{shell}\n".encode(),
        b".envrc": f"{shell}\n".encode(),
        b".secrets.baseline": b'{"plugins_used": [{"name": "Evil", "path": "file://conftest.py"}]}',
        b"zizmor.yml": f"rules: {{}}\nextends: {url}\n".encode(),
        b"sgconfig.yml": f"ruleDirs: [.]\ncustomLanguages: {{x: {{libraryPath: {hostile.trap.outside}}}}}\n".encode(),
    }


def test_input_139_no_code_or_configuration_of_a_tool_is_run(hostile: Hostile):
    ended = hostile.review(code_of_tools(hostile))
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)


PYTHON = {
    "brackets": b"(" * 4_000 + b"\n",
    "a literal of a million digits": b"x = " + b"\\\n".join([b"1" * 4_000] * 240) + b"\n",
    "null bytes": b"x = 1\n" * 2_000 + b"\0\n",
    "a codec": b"# coding: bz2\nx = 1\n",
    "chains": (b"x" + b".a" * 2_000 + b"\n") * 200,
    "not": (b"not " * 1_000 + b"x\n") * 100,
    "nested functions": b"".join(b" " * depth + b"def f():\n" for depth in range(1_300)),
    "broken strings": b'f"{' * 1_500 + b"\n",
    "form feeds": b"\x0c\x0b\x1c\x1d\x1e\x85x = 1\n" * 1_000,
}


@pytest.mark.parametrize("content", PYTHON.values(), ids=PYTHON.keys())
@pytest.mark.parametrize("suffix", ["py", "ts"])
def test_input_140_code_that_kills_parsers_costs_no_other_file(hostile: Hostile, content: bytes, suffix: str):
    ended = hostile.review({f"evil.{suffix}".encode(): content})
    assert ended.outcome in {"REVIEWED", "PARTIAL"}
    assert ended.found_beside or ended.reason


LOOPS = (
    "eyJ", "://a", "://a:", "-----BEGIN ", "-----BEGIN A PRIVATE KEY", "ghp_", "github_pat_", "bearer a", "basic a ",
    "xoxb-1-", "AKIA", "SG.", "M_-", "npm_", "pypi-A", "glpat-", "1:", "0-", "AccountKey=", "sk-", "a1", "/*", "`",
    "[](", "<a", "\\\\", "@a", "www.", "#1", "{{", "%(", "${{", "aws_secret", "api.", "e-", "=\\'", "//:_authToken=",
)  # fmt: skip


def test_input_141_no_expression_gets_lost_in_a_line(hostile: Hostile):
    """Each line is as long as one may be, and stands in a message that is masked and escaped: a key given twice."""
    lines = [(loop * 4_900)[:4_900] for loop in LOOPS]
    keys = "".join(f"{{'{line}': 1, '{line}': 2}}\n".replace("{{'", "{'") for line in (line[:2_400] for line in lines))
    text = "\n".join(lines) + "\n"
    files = {b"keys.py": keys, b"lines.txt": text * 4, b"lines.yml": text, b"lines.js": text, b"lines.ini": text}
    ended = hostile.review({name: content.encode() for name, content in files.items()})
    assert ended.outcome in {"REVIEWED", "PARTIAL"}
    assert "undefined_beside" in "".join(ended.posted) or ended.reason  # credentials come first, and take the lines


YAML = {
    "aliases": "a: &a [x, x]\n"
    + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)),
    "an object": "limits: !!python/object/apply:os.system ['{shell}']\n",
    "a merge": "a: &a {{<<: *a}}\n",
    "depth": "[" * 3_000,
    "an include": "paths: !include /etc/passwd\n",
}


@pytest.mark.parametrize("written", YAML.values(), ids=YAML.keys())
def test_input_142_yaml_makes_nothing_but_text(hostile: Hostile, written: str):
    content = written.replace("{shell}", hostile.trap.shell).replace("{{", "{").replace("}}", "}")
    hostile.repo.commit({FILE_NAME: content})
    names = (FILE_NAME.encode(), b"docker-compose.yml", b".pre-commit-config.yaml")
    workflow = {b".github": {b"workflows": {b"evil.yml": content.encode()}}}
    ended = hostile.review(
        {**dict.fromkeys(names, content.encode() + b"\n"), **workflow, b"action.yml": content.encode()}
    )
    assert ended.outcome in {"REVIEWED", "PARTIAL"}
    assert ended.found_beside
    assert "is not valid and nothing of it is used" in "".join(ended.posted)


def test_input_143_no_entity_is_expanded_or_fetched(hostile: Hostile):
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 11))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "lol">{levels}]><x>&l10;</x>'
    fetched = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "{hostile.trap.url}/e"><!ENTITY f SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    )
    ended = hostile.review({b"bomb.xml": bomb.encode(), b"pom.xml": fetched.encode(), b"x.svg": fetched.encode()})
    assert (ended.outcome, ended.found_beside) == ("REVIEWED", True)
