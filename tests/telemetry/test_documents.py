"""The page of traces names what spans are told, and the page of logs the tags of an error."""

import re

from telemetry.sentry import _TAGS
from tests.processes import ROOT
from tests.source_tree import product

ATTRIBUTE = re.compile(r'"((?:kodus|github|http|url|server|messaging|gen_ai|error)\.[a-z_.]+)"')


def test_every_attribute_of_a_span_is_in_the_reference_and_the_other_way_round():
    lines = (line for source in product() for line in (ROOT / source.path).read_text().splitlines())
    used = {name for line in lines if "log." not in line for name in ATTRIBUTE.findall(line)}
    page = (ROOT / "docs/reference/traces.md").read_text()
    named = {name for name in re.findall(r"`([a-z_.]+)`", page) if ATTRIBUTE.fullmatch(f'"{name}"')}
    assert named == used - {"http.query", "http.fragment"}  # Sentry's, which are taken out


def test_every_tag_of_an_error_is_in_the_reference():
    page = (ROOT / "docs/reference/logs.md").read_text()
    assert [tag for tag in (*_TAGS, "correlation_id", "trace_id", "process") if f"`{tag}`" not in page] == []
