"""The declaration as JSON Schema, by which editors complete and check `.kodus.yml`, and as a table for people. Pure.

python -m reviews.configuration.schema > docs/reference/kodus.schema.json
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from reviews.configuration.declaration import Configuration, ServiceConfiguration
from reviews.configuration.rendering import written


def json_schema(declaration: type[Configuration] = Configuration) -> dict[str, Any]:
    """Draft 2020-12, without references."""
    schema = TypeAdapter(declaration).json_schema()
    inlined: dict[str, Any] = _inlined(schema, schema.pop("$defs"))
    about = "How Kodus Queue reviews the pull requests of a repository."
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **inlined, "description": about}


def table() -> str:
    """Every key with its values, default and meaning, as the reference page shows it."""
    rows = [
        f"| `{key}` | {_kind(leaf)} | `{written(leaf['default'])}` | {leaf['description']} |"
        for key, leaf in _leaves(json_schema(ServiceConfiguration))
    ]
    return "\n".join(["| key | values | default | meaning |", "|---|---|---|---|", *rows]) + "\n"


def _inlined(node: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with each reference replaced by what it names; titles, which only repeat the keys, are left out."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        named = definitions[node["$ref"].rpartition("/")[2]]
        node = {**named, **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _inlined(value, definitions) for key, value in node.items() if not _is_title(key, value)}


def _is_title(key: str, value: Any) -> bool:
    return key == "title" and isinstance(value, str)


def _leaves(section: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each value by its key with dots. What `include` and `exclude` are about, only their section says."""
    about = f"{section['description']} " if "include" in section["properties"] else ""
    for name, child in section["properties"].items():
        default = section.get("default", {}).get(name, child["default"])
        if child.get("type") == "object":
            yield from _leaves({**child, "default": default}, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", {**child, "default": default, "description": about + child["description"]}


def _kind(leaf: Mapping[str, Any]) -> str:
    match leaf:
        case {"type": "boolean"}:
            return "`on`, `off`"
        case {"type": "integer"}:
            return f"{leaf['minimum']} to {leaf['maximum']}"
        case {"items": {"enum": names}} | {"enum": names}:
            return ("list of " if "items" in leaf else "") + ", ".join(f"`{name}`" for name in names)
        case _:
            return "list of patterns"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
