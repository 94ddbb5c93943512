import re

from reviews.configuration.declaration import ServiceConfiguration
from reviews.configuration.levels import flat
from reviews.configuration.rendering import as_markdown, as_text
from reviews.configuration.schema import json_schema
from reviews.configuration.validation import read_checked
from tests.reviews.configuration.levelled import together

FOUND = together(
    service="maxima: {comments: 20}", repository="paths: {exclude: [docs/, 'a|b']}\nlimits: {comments: 30}\n"
)


def test_each_value_stands_with_who_set_it():
    lines = as_text(FOUND).splitlines()
    assert line_of(lines, "paths.exclude") == ['["docs/", "a|b"]', "repository, .kodus.yml line 1"]
    assert line_of(lines, "language_model") == ["on", "default"]


def line_of(lines, key):
    line = next(line for line in lines if line.startswith(f"{key}: "))
    return [part.strip() for part in line.removeprefix(f"{key}: ").split("  # ")]


def test_every_key_is_shown():
    shown = [line.partition(":")[0] for line in as_text(FOUND).splitlines() if not line.startswith("#")]
    assert len(shown) == as_markdown(FOUND).count("\n| `")
    assert set(shown) == {key for key, _ in flat(properties(json_schema(ServiceConfiguration)))}


def properties(schema):
    return {
        name: properties(child) if child.get("type") == "object" else child["default"]
        for name, child in schema["properties"].items()
    }


def test_notes_are_shown():
    assert "the service allows 20" in as_text(FOUND)
    assert "> `limits.comments` is 30" in as_markdown(FOUND)


def test_a_bar_in_a_value_does_not_end_its_cell():
    rows = [line for line in as_markdown(FOUND).splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}


def test_what_stands_in_a_file_mentions_and_links_nobody():
    shown = as_markdown(together(repository="pull_requests: {titles: {exclude: ['`@octo` #1', '![x](y)']}}"))
    row = next(line for line in shown.splitlines() if "titles.exclude" in line)
    assert row.split(" | ")[1] == '`` ["`@octo` #1", "![x](y)"] ``'


def test_credentials_are_masked():
    token = "ghp_" + "a" * 36
    found = together(repository=f"rules: {{exclude: [{token}]}}")
    assert token not in as_text(found) + as_markdown(found)


def test_however_much_a_file_says_a_comment_can_hold_it():
    names = ", ".join(["x" * 200] * 100)
    sections = "\n".join(f"{name}: {{include: [{names}], exclude: [{names}]}}" for name in ("paths", "rules"))
    assert len(as_markdown(together(repository=sections))) < 10_000


def test_text_that_is_printed_may_be_read_again_key_by_key():
    for line in as_text(together()).splitlines():
        key, _, value = line.partition(": ")
        *sections, name = key.split(".")
        nested = "".join(f"{'  ' * depth}{part}:\n" for depth, part in enumerate(sections))
        text = f"{nested}{'  ' * len(sections)}{name}: {value}\n"
        assert read_checked(text.encode(), ServiceConfiguration).problems == (), text
