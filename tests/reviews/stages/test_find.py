from dataclasses import asdict

import pytest

from analysis.building import build_missing_graphs
from reviews.analyzers import Analyzer, AnalyzerFailed
from reviews.change import mirror_of
from reviews.findings import Finding, Severity
from reviews.stages import find as stage
from reviews.stages.find import find
from tests.integrations.language_model.scripted import remarks, status
from tests.reviews.configuration.levelled import together
from tests.reviews.parts import claimed, review_job

pytestmark = pytest.mark.django_db


def found_in(pull, *files: str, **values):
    context = pull.context(files=list(files), **values)
    mirror_of(context).fetch(context.base_sha, context.head_sha)
    return find(claimed(review_job(pull)), context)


def rules(context) -> list[tuple[str, str, int]]:
    return [(finding.rule, finding.path, finding.line) for finding in context.findings]


def test_analyzers_speak_of_added_lines_only(repo, open_pull):
    repo.commit({"shop/old.py": "def f():\n    return missing_before\n\n\ndef g():\n    pass\n"})
    pull = open_pull({"shop/old.py": "def f():\n    return missing_before\n\n\ndef g():\n    return missing_now\n"})
    assert rules(found_in(pull, "shop/old.py")) == [("ruff:F821", "shop/old.py", 6)]


OLD_ORDER = """\
def send(to, text, sender):
    return to, text, sender


def greet(mona):
    return send(mona, 'hi', 'us')
"""
NEW_ORDER = OLD_ORDER.replace("to, text, sender", "sender, to, subject").replace(
    "mona, 'hi', 'us'", "'us', mona, 'hi'"
)


def test_a_call_that_was_rewritten_with_the_order_of_parameters_is_believed(repo, open_pull):
    """It has as many arguments as before: only its line tells that somebody looked at it."""
    repo.commit({"shop/mail.py": OLD_ORDER, "shop/late.py": "from shop.mail import send\n\nsend('a', 'b', 'c')\n"})
    pull = open_pull({"shop/mail.py": NEW_ORDER})
    context = pull.context(files=["shop/mail.py"], graph=True)
    mirror_of(context).fetch(context.base_sha, context.head_sha)
    sides = [context.merge_base, context.head_sha]
    build_missing_graphs(mirror_of(context), context.repository, sides, between_batches=int)
    context = find(claimed(review_job(pull)), context)
    (finding,) = [finding for finding in context.findings if finding.rule == "contract:parameters"]
    assert "shop/late.py:3" in finding.message
    assert "shop/mail.py:6" not in finding.message


def test_files_left_out_are_not_analysed(open_pull):
    pull = open_pull({"shop/new.py": "missing()\n", "api_pb2.py": "missing()\n"})
    assert rules(found_in(pull, "shop/new.py")) == [("ruff:F821", "shop/new.py", 1)]


def test_every_finding_has_a_fingerprint(pull):
    assert all(finding.fingerprint for finding in found_in(pull, "shop/prices.py").findings)


def test_a_failed_analyzer_does_not_keep_the_others_from_running(pull, monkeypatch):
    def crash(_files):
        raise AnalyzerFailed("other", "did not end within 60 s")

    broken = Analyzer("other", lambda _path: True, crash)
    monkeypatch.setattr(stage, "ANALYZERS", (broken, *stage.ANALYZERS))
    context = found_in(pull, "shop/prices.py")
    assert rules(context) == [("ruff:F821", "shop/prices.py", 6)]
    assert context.shortfalls == ("The analyzer other did not end within 60 s: what it looks for was not checked.",)


def test_an_analyzer_the_configuration_leaves_out_does_not_run(pull):
    configuration = asdict(together(repository="analyzers: {exclude: [ruff]}").configuration)
    context = found_in(pull, "shop/prices.py", configuration=configuration)
    assert (rules(context), context.shortfalls) == ([], ())


def test_a_credential_that_an_analyzer_quotes_is_not_kept(pull, monkeypatch):
    secret = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"

    def quote(_files):
        return [Finding("other:x", "shop/prices.py", 6, 6, Severity.HIGH, f"`{secret}` is repeated")]

    monkeypatch.setattr(stage, "ANALYZERS", (Analyzer("other", lambda _path: True, quote),))
    context = found_in(pull, "shop/prices.py")
    assert [finding.message for finding in context.findings] == ["`ghp…B4a` is repeated"]


def test_the_repositorys_own_configuration_changes_nothing(open_pull):
    files = {"pyproject.toml": "[tool.ruff]\nlint.ignore = ['ALL']\n", "shop/new.py": "missing()\n"}
    assert rules(found_in(open_pull(files), "pyproject.toml", "shop/new.py")) == [("ruff:F821", "shop/new.py", 1)]


def test_a_configuration_the_change_breaks_is_found_even_where_its_file_is_left_out(open_pull):
    pull = open_pull({".kodus.yml": "limits:\n  comment: 3\n", "shop/new.py": "x = 1\n"})
    assert rules(found_in(pull, "shop/new.py")) == [("configuration:invalid", ".kodus.yml", 2)]


def test_a_configuration_that_is_valid_is_nothing_to_find(open_pull):
    assert rules(found_in(open_pull({".kodus.yml": "limits: {comments: 3}\n"}), ".kodus.yml")) == []


def test_the_language_model_is_heard_beside_the_others_on_lines_where_they_were_silent(pull, provider):
    said = {"path": "shop/prices.py", "kind": "bug", "severity": "medium", "message": "Sums nothing."}
    provider.says(
        remarks(
            {**said, "line": 2, "code": "    return sum(items), currency"},
            {**said, "line": 6, "code": "    return rate * price"},
        )
    )
    context = found_in(pull, "shop/prices.py")
    assert rules(context) == [("model:bug", "shop/prices.py", 2), ("ruff:F821", "shop/prices.py", 6)]
    assert all(finding.fingerprint for finding in context.findings)


def test_a_language_model_that_fails_makes_the_review_partial_and_keeps_nobody_else_from_being_heard(pull, provider):
    provider.says(status(401))
    context = found_in(pull, "shop/prices.py")
    assert rules(context) == [("ruff:F821", "shop/prices.py", 6)]
    assert [("accept the key" in text) for text in context.shortfalls] == [True]


def test_deleted_files_are_not_analysed(open_pull):
    assert rules(found_in(open_pull({"shop/cart.py": None}), "shop/cart.py")) == []
