"""Fields of what is asked: each takes what its description says and nothing that merely resembles it.

REST framework's own take a number for a text, and cut blanks off before they measure.
"""

from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

MAX_FIELDS = 50
#: Something to read, and no NUL, which PostgreSQL cannot keep.
_READABLE = RegexValidator(
    r"^[^\x00]*[^\s\x00-\x1f\x7f-\xa0][^\x00]*$", "This field may not be blank, nor hold a NUL."
)


class Text(serializers.CharField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            trim_whitespace=False, min_length=1, validators=[_READABLE, *options.pop("validators", [])], **options
        )

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Json(serializers.JSONField):
    """An object whose fields are not fixed."""


@extend_schema_field({"type": ["object", "null"], "additionalProperties": {}})
class JsonOrNull(serializers.JSONField):
    """The same, or null."""


@extend_schema_field({"type": "object", "additionalProperties": {}, "maxProperties": MAX_FIELDS})
class Payload(serializers.DictField):
    """What goes with an event."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > MAX_FIELDS:
            raise serializers.ValidationError(f"At most {MAX_FIELDS} fields.")
        return super().to_internal_value(data)
