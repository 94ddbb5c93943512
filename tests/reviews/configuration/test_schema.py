import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from reviews.configuration.declaration import Configuration, ServiceConfiguration
from reviews.configuration.schema import json_schema, table
from reviews.configuration.validation import read_checked
from tests.reviews.configuration.test_validation import EVERYTHING

DOCS = Path(__file__).resolve().parents[3] / "docs"
REFERENCE = DOCS / "reference"
PAGE = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "configure-reviews.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE + HOW_TO, re.DOTALL)


def test_the_schema_in_the_reference_is_up_to_date():
    """Made by: python -m reviews.configuration.schema > docs/reference/kodus.schema.json"""
    assert json.loads((REFERENCE / "kodus.schema.json").read_text(encoding="utf-8")) == json_schema()


def test_the_table_in_the_reference_is_up_to_date():
    """Made by: reviews.configuration.schema.table"""
    assert table() in PAGE


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples_in_the_documents_are_valid(example):
    declaration = ServiceConfiguration if example.startswith("# service.yml") else Configuration
    assert read_checked(example.encode(), declaration).problems == ()


def test_the_examples_in_the_documents_are_found():
    assert len(EXAMPLES) == 5


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        (EVERYTHING, True),
        ("foo: 1", False),
        ("limits: {comments: 51}", False),
        ("severity_floor: hi", False),
        ("analyzers: {exclude: [ruf]}", False),
        ("paths: {include: src}", False),
        ("maxima: {comments: 5}", False),
    ],
)
def test_editors_judge_as_the_service_does(text, is_valid):
    assert jsonschema.Draft202012Validator(json_schema()).is_valid(yaml.safe_load(text)) is is_valid
    assert (not read_checked(text.encode(), Configuration).problems) is is_valid
