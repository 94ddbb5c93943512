"""Made-up secrets of every form the redactor knows. None was ever valid."""

import string

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

REMEMBERED = "a-webhook-secret-of-ours"

_alphanumeric = string.ascii_letters + string.digits
_base64url = _alphanumeric + "-_"


def _text(alphabet: str, least: int, most: int = 60) -> SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most)


FORMS: dict[str, SearchStrategy[str]] = {
    "GitHub token": st.builds("gh{}_{}".format, st.sampled_from("pousr"), _text(_alphanumeric, 20)),
    "GitHub fine-grained token": st.builds("github_pat_{}".format, _text(_alphanumeric + "_", 20)),
    "private key": st.builds(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----".format, _text(_alphanumeric, 64, 90)
    ),
    "JSON web token": st.builds(
        "eyJ{}.{}.{}".format, _text(_base64url, 12), _text(_base64url, 12), _text(_base64url, 12)
    ),
    "AWS key": st.builds("AKIA{}".format, _text(string.ascii_uppercase + string.digits, 16, 16)),
    "model provider's key": st.builds("sk-{}".format, _text(_base64url, 16)),
    "Slack token": st.builds("xoxb-{}".format, _text(_alphanumeric, 10)),
    "Slack address": st.builds("https://hooks.slack.com/services/{}".format, _text(_alphanumeric, 24)),
    "GitLab token": st.builds("glpat-{}".format, _text(_base64url, 20)),
    "Google key": st.builds("AIza{}".format, _text(_base64url, 35, 35)),
    "Azure storage key": st.builds("AccountKey={}".format, _text(_alphanumeric, 86, 90)),
    "Stripe key": st.builds("{}_live_{}".format, st.sampled_from(["sk", "rk"]), _text(_alphanumeric, 24)),
    "Square secret": st.builds("sq0csp-{}".format, _text(_base64url, 43)),
    "PyPI token": st.builds("pypi-AgEIcHlwaS5vcmc{}".format, _text(_base64url, 70, 90)),
    "npm token": st.builds("npm_{}".format, _text(_alphanumeric, 36)),
    "SendGrid key": st.builds("SG.{}.{}".format, _text(_base64url, 22, 22), _text(_base64url, 43, 43)),
    "Mailchimp key": st.builds("{}-us12".format, _text("0123456789abcdef", 32, 32)),
    "Discord token": st.builds(
        "M{}.{}.{}".format, _text(_base64url, 23, 23), _text(_base64url, 6, 6), _text(_base64url, 27, 27)
    ),
    "Telegram token": st.builds("123456789:{}".format, _text(_base64url, 35, 35)),
    "Twilio key": st.builds("SK{}".format, _text("0123456789abcdef", 32, 32)),
    "Artifactory key": st.builds("AKC{}".format, _text(_alphanumeric, 10)),
    "signature": st.builds("sha256={}".format, _text("0123456789abcdef", 64, 64)),
    "password in a URL": _text(_alphanumeric, 8).map("https://robot:{}@git.example.com/a".format),
    "bearer header": _text(_alphanumeric, 12).map("Authorization: Bearer {}".format),
    "basic header": _text(_alphanumeric, 12).map("authorization: basic {}".format),
    "one of ours": st.just(REMEMBERED),
}


def core(written: str) -> str:
    """The part of a written secret that must not be seen: what surrounds it may stay."""
    for before, after in (
        ("robot:", "@git.example.com/a"),
        ("Bearer ", ""),
        ("basic ", ""),
        ("services/", ""),
        ("AccountKey=", ""),
        ("KEY-----\n", "\n-----"),
    ):
        if before in written:
            rest = written.partition(before)[2]
            return rest.partition(after)[0] if after else rest
    return written


any_secret = st.one_of(*FORMS.values())
EXAMPLES = {
    "GitHub token": "ghp_" + "aB3" * 12,
    "GitHub fine-grained token": "github_pat_" + "aB3_" * 10,
    "private key": "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEow" * 12 + "\n-----END RSA PRIVATE KEY-----",
    "JSON web token": "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
    "AWS key": "AKIA" + "ABCD1234" * 2,
    "model provider's key": "sk-" + "aB3" * 8,
    "Slack token": "xoxb-" + "1234567890ab",
    "signature": "sha256=" + "0123456789abcdef" * 4,
    "password in a URL": "https://robot:hunter2hunter2@git.example.com/a",
    "bearer header": "Authorization: Bearer opaquetoken123456",
    "basic header": "authorization: basic b3BhcXVlOnRva2Vu",
    "one of ours": REMEMBERED,
}
