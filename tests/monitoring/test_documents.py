"""The reference pages name what the API answers with."""

import re

import pytest

from monitoring import whole
from monitoring.api.serializers import HistorySerializer, JobSerializer
from monitoring.doctor.checks import CHECKS
from tests.source_tree import ROOT, product


def named(page: str, section: str) -> set[str]:
    """Every name in the first column of the section's tables."""
    text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8").partition(f"\n## {section}\n")[2]
    cells = re.findall(r"^\| ([^|]+) \|", text.partition("\n## ")[0], re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(
    ("section", "serializer"), [("A job", JobSerializer), ("A history", HistorySerializer)], ids=["job", "history"]
)
def test_every_field_is_explained_and_no_other(section, serializer):
    assert named("api.md", section) == set(serializer.Meta.fields)


def test_every_check_of_the_whole_is_explained():
    assert named("health.md", "What `/healthz` looks at") == {"database", "migrations", *whole.CHECKS}


def test_every_check_of_the_doctor_is_explained():
    assert named("health.md", "What the doctor looks at") == {check.name for check in CHECKS}


def test_every_system_check_is_explained():
    ids = {found for source in product() for found in re.findall(r"id=\"(\w+\.[EW]\d{3})\"", source.text)}
    assert named("health.md", "System checks") == ids
