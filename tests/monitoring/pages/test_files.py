"""What the pages are made of: files of ours, small, and others' as they were published."""

import hashlib
import re
from pathlib import Path

import pytest

from monitoring.templatetags.dashboard import LEVEL_ICONS, LOOKS
from tests.source_tree import ROOT, tracked

STATIC = ROOT / "monitoring" / "static" / "monitoring"
TEMPLATES = ROOT / "monitoring" / "templates"
VENDORED = dict(
    re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (STATIC / "VENDORED.md").read_text(), re.MULTILINE)
)
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)|hx-on|hx-vals=.js", re.IGNORECASE)


def templates() -> list[Path]:
    return [ROOT / path for path in tracked() if path.startswith("monitoring/templates/") and path.endswith(".html")]


def test_what_is_vendored_is_what_was_published():
    assert VENDORED
    assert {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in VENDORED} == VENDORED


def test_every_script_that_is_not_ours_is_in_the_list():
    ours = {"dashboard.js", "theme.js", "beat_form.js"}
    assert {path.name for path in STATIC.glob("*.js")} - ours == set(VENDORED)


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_no_template_holds_script_or_style(template):
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["base.css", "dashboard.css", "panels.css"])
def test_a_style_sheet_is_ten_kilobytes_at_most(name):
    assert len((STATIC / name).read_bytes()) <= 10 * 1024


def test_every_icon_that_is_named_is_there():
    named = {name for path in templates() for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    named |= {look[0] for look in LOOKS.values()} | set(LEVEL_ICONS.values())
    assert named - {path.stem for path in (TEMPLATES / "monitoring" / "icons").glob("*.svg")} == set()
