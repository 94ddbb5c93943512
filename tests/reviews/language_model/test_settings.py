"""What the settings of a language model may be, and what the start refuses."""

import runpy
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

import kodus_queue
from reviews.checks import check_language_model

URL = "https://model.test/v1"


def refused(settings, url: str = URL, name: str = "small", key: str = "", seconds: int = 240) -> list[str | None]:
    settings.MODEL_URL, settings.MODEL_NAME, settings.MODEL_KEY = url, name, key
    settings.MODEL_SECONDS = seconds
    return [error.id for error in check_language_model()]


def read(name: str):
    return runpy.run_path(str(Path(kodus_queue.__file__).with_name("settings.py")))[name]


def test_none_is_needed(settings):
    assert refused(settings, url="", name="") == []


@pytest.mark.parametrize("url", [URL, "https://model.test:8443", "http://127.0.0.1:8000/v1", "http://localhost/v1"])
def test_one_that_code_can_be_sent_to_is_fine(settings, url):
    assert refused(settings, url=url, key="a-key") == []


@pytest.mark.parametrize(("url", "name"), [(URL, ""), ("", "small")])
def test_half_of_one_is_refused(settings, url, name):
    assert refused(settings, url=url, name=name) == ["reviews.E003"]


@pytest.mark.parametrize(
    ("url", "key"),
    [("http://model.test/v1", ""), ("https://user:pw@model.test", ""), ("model.test", ""), (URL, "schlüssel")],
)
def test_one_that_code_cannot_be_sent_to_is_refused_and_no_secret_shown(settings, url, key):
    assert refused(settings, url=url, key=key) == ["reviews.E004"]
    shown = str(check_language_model()[0])
    assert [secret for secret in ("pw", "schlüssel") if secret in shown] == []


def test_one_that_may_take_longer_than_a_review_is_refused(settings):
    assert (refused(settings, seconds=600), refused(settings, seconds=601)) == ([], ["reviews.E005"])


def test_the_check_is_registered(settings):
    refused(settings, name="")
    assert "reviews.E003" in {error.id for error in run_checks(tags=["reviews"])}


def test_a_price_is_a_number_or_none(monkeypatch):
    assert read("MODEL_INPUT_PRICE") is None
    monkeypatch.setenv("KODUS_MODEL_INPUT_PRICE", "0.25")
    assert read("MODEL_INPUT_PRICE") == Decimal("0.25")


@pytest.mark.parametrize("text", ["cheap", "-1", "NaN", "Infinity", "10001", "1,5"])
def test_any_other_price_stops_the_start(monkeypatch, text):
    monkeypatch.setenv("KODUS_MODEL_OUTPUT_PRICE", text)
    with pytest.raises(ImproperlyConfigured, match="KODUS_MODEL_OUTPUT_PRICE"):
        read("MODEL_OUTPUT_PRICE")


def test_the_key_may_be_given_as_a_file(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("a-key-of-ours\n")
    monkeypatch.setenv("KODUS_MODEL_KEY_FILE", str(tmp_path / "key"))
    assert read("MODEL_KEY") == "a-key-of-ours"
