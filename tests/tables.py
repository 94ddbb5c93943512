"""Every table of ours: emptied, read whole, and told without what differs from one run to the next."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, models

from tests.source_tree import ROOMS

Rows = Mapping[type[models.Model], Sequence[Mapping[str, Any]]]

#: Ids, times, and the number of a message in the history of a claim.
_VARIES = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32}\b"
    r"|\d{4}-\d\d-\d\d[ T][\d:.]+(?:\+00:00|Z)?"
    r'|(?<="message": )\d+'
)


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def wipe() -> None:
    """In one transaction, at whose end foreign keys are checked: so in any order."""
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"DELETE FROM {model._meta.db_table}" for model in ours()))  # noqa: S608 - our own names


def rows() -> Rows:
    return {model: list(model._default_manager.order_by("pk").values()) for model in ours()}


def told(found: Rows) -> list[str]:
    """What two runs of the same have in common."""
    return sorted(f"{model.__name__} {_told(model, row)}" for model, many in found.items() for row in many)


def _told(model: type[models.Model], row: Mapping[str, Any]) -> str:
    counted = {field.attname for field in model._meta.concrete_fields if _is_counted(field)}
    kept = {name: (name in counted and value is not None) or value for name, value in row.items()}
    return _VARIES.sub("*", json.dumps(kept, default=_text))


def _is_counted(field: Any) -> bool:
    """Numbered by a sequence, or pointing at what is."""
    return isinstance(field.target_field if field.is_relation else field, models.AutoField)


def _text(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value)
