"""What the lists may be asked, in the address or as a JSON object. What is not named here is refused."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from jobs.states import ErrorClassification, EventType, EventVerdict, JobStatus, WorkflowType
from monitoring.api.fields import Text
from monitoring.lists import deliveries, jobs
from monitoring.lists.deliveries import DeliveryFilter
from monitoring.lists.jobs import JobFilter
from webhooks.models import Verdict

MOST_VALUES = 20
MAX_VALUE = 300
#: Of rows on a page.
DEFAULT_LIMIT, MAX_LIMIT = 50, 200
#: The lowest number a row has no number below.
MAX_NUMBER = 2**63 - 1


class Strict(serializers.Serializer[Any]):
    """A field that is not known is an error, and so are two values where one is meant: neither is what was meant."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({name[:MAX_VALUE]: ["This is not known here."] for name in unknown})
        if isinstance(data, QueryDict):
            doubled = [name for name in data if len(data.getlist(name)) > 1 and not self._is_list(name)]
            if doubled:
                raise serializers.ValidationError({name: ["Give it once."] for name in doubled})
            blank = [name for name, values in data.lists() if not all(values)]
            if blank:
                raise serializers.ValidationError({name: ["This field may not be blank."] for name in blank})
        return super().to_internal_value(data)

    def _is_list(self, name: str) -> bool:
        return isinstance(self.fields[name], serializers.ListField | serializers.MultipleChoiceField)


def _texts() -> serializers.ListField:
    return serializers.ListField(
        child=Text(max_length=MAX_VALUE), min_length=1, max_length=MOST_VALUES, required=False
    )


def _one_of(choices: Any) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.ChoiceField(choices), min_length=1, max_length=MOST_VALUES, required=False
    )


class JobFilterQuery(Strict):
    """Several values of one field are alternatives: `?status=FAILED&status=CANCELLED`."""

    status = _one_of(JobStatus.choices)
    type = _one_of(WorkflowType.choices)
    queue = _texts()
    organization = _texts()
    repository = _texts()
    pull_request = _texts()
    author = _texts()
    head = _texts()
    event = _texts()
    correlation_id = _texts()
    error_class = _one_of(ErrorClassification.choices)
    error_type = _texts()
    stage = _texts()
    worker = _texts()
    created_after = serializers.DateTimeField(required=False)
    created_before = serializers.DateTimeField(required=False)

    def filter(self) -> JobFilter:
        """Call `is_valid` first."""
        return job_filter(self.validated_data)


def job_filter(told: Mapping[str, Any]) -> JobFilter:
    """Of the validated data of a JobFilterQuery."""
    return JobFilter(
        {name: told[name] for name in jobs.CONDITIONS if name in told},
        since=told.get("created_after"),
        until=told.get("created_before"),
        newest_first=told.get("ordering", "-created_at") == "-created_at",
    )


class JobListQuery(JobFilterQuery):
    ordering = serializers.ChoiceField(["-created_at", "created_at"], default="-created_at")
    after = serializers.UUIDField(required=False, help_text="The id of the job that the last page ended with.")
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class HistoryQuery(Strict):
    """The rows after this id."""

    after = serializers.IntegerField(min_value=0, max_value=MAX_NUMBER, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=100)


class DeliveryListQuery(Strict):
    organization = _texts()
    repository = _texts()
    event = _texts()
    action = _texts()
    verdict = _one_of(Verdict.choices)
    sender = _texts()
    job = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_VALUES, required=False)
    received_after = serializers.DateTimeField(required=False)
    received_before = serializers.DateTimeField(required=False)
    after = serializers.IntegerField(min_value=1, max_value=MAX_NUMBER, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)

    def filter(self) -> DeliveryFilter:
        told = self.validated_data
        values = {name: [str(value) for value in told[name]] for name in deliveries.CONDITIONS if name in told}
        return DeliveryFilter(values, since=told.get("received_after"), until=told.get("received_before"))


class EventListQuery(Strict):
    type = serializers.ChoiceField(EventType.choices, required=False)
    scope = Text(max_length=200, required=False)
    key = Text(max_length=MAX_VALUE, required=False)
    verdict = serializers.ChoiceField(EventVerdict.choices, required=False)
    after = serializers.IntegerField(min_value=1, max_value=MAX_NUMBER, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)
