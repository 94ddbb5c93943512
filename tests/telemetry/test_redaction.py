import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs import registry
from jobs.enqueue import enqueue
from jobs.registry import job_handler
from jobs.states import HandlerType, WorkflowType
from jobs.testing import perform_job
from telemetry.redaction import MASK, redact, redact_value, redact_with_ends, remember
from tests.telemetry.secrets import EXAMPLES, any_secret, core

around = st.text(st.characters(categories=["Zs", "Po"], exclude_characters="@:/.+-_~=%&\\"), max_size=20)


@given(any_secret, around, around)
def test_no_secret_of_any_form_gets_through(written, before, after):
    clean = redact(f"{before} {written} {after}")
    assert core(written) not in clean
    assert MASK in clean


@given(any_secret)
def test_no_secret_gets_through_in_any_container(written):
    value = {"list": [written, (written, {"deep": written})], "set": {written}, "bytes": written.encode()}
    assert core(written) not in repr(redact_value(value))


@given(any_secret)
def test_no_secret_gets_through_as_a_name_or_inside_an_object(written):
    value = {written: 1, "error": ValueError(written), "many": [RuntimeError(written)]}
    assert core(written) not in repr(redact_value(value))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False), st.lists, max_leaves=10))
def test_what_holds_no_text_is_left_alone(value):
    assert redact_value(value) == value


@given(any_secret, around, around)
def test_whoever_wrote_a_secret_is_shown_its_ends_at_most(written, before, after):
    shown = redact_with_ends(f"{before} {written} {after}")
    hidden = core(written)
    assert hidden not in shown
    assert hidden[3:-3] not in shown


def test_a_long_token_is_known_again_by_its_ends():
    assert redact_with_ends(f"key {EXAMPLES['GitHub token']}.") == "key ghp…aB3."


@pytest.mark.parametrize("form", ["one of ours", "private key", "password in a URL", "bearer header"])
def test_what_is_ours_short_or_of_several_words_is_masked_whole(form):
    assert MASK in redact_with_ends(EXAMPLES[form])


@pytest.mark.parametrize(
    "text",
    [
        "octo/app#12 at 6dcb09b5b57875f334f61aebed695e2e4193db5e",
        "https://github.com/octo/app.git",
        "task-list",
        "ask-whether-this-is-fine-or-not",
        "sha256 of the body",
        "no authorization given",
        "postgresql://127.0.0.1:5432/kodus",
        "user@example.com",
        "eyJust a word",
    ],
)
def test_plain_text_is_left_alone(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    "key", ["password", "WEBHOOK_SECRET", "x_hub_signature_256", "Cookie", "private_key", "token"]
)
def test_a_value_under_a_telling_name_is_masked_whatever_it_is(key):
    assert redact_value({key: "plain", "nested": [{key: b"plain"}]}) == {key: MASK, "nested": [{key: MASK}]}


def test_a_value_too_short_to_be_a_secret_is_not_remembered():
    remember("", "on")
    assert redact("on and on") == "on and on"


def test_redacting_twice_changes_nothing_more():
    once = redact(" ".join(EXAMPLES.values()))
    assert redact(once) == once


@pytest.mark.django_db
@pytest.mark.parametrize("form", EXAMPLES)
@pytest.mark.parametrize("permanent", [True, False])
def test_no_secret_is_stored_with_an_error(monkeypatch, form, permanent):
    written = EXAMPLES[form]

    class Broken(Exception):
        pass

    Broken.permanent = permanent

    def handler(_attempt):
        raise Broken(f"calling with {written} failed")

    monkeypatch.setattr(registry, "_specs", {})
    job_handler(WorkflowType.CODE_REVIEW, handler_type=HandlerType.TASK, queue="q")(handler)
    job = perform_job(enqueue(WorkflowType.CODE_REVIEW, {}, dedupe_key=None).job)
    stored = [job.error_message, *(str(row.detail) for row in job.history.all())]
    assert MASK in job.error_message
    assert not any(core(written) in text for text in stored)
