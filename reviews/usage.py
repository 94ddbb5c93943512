"""What a review cost at its language model: the sum of its job's calls, of all attempts."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, Sum

from reviews.models import ModelCall


@dataclass(frozen=True, slots=True)
class Usage:
    """`unknown` counts the calls of which nobody knows what they used: of the others are the sums.

    `cost` is in the currency of the prices, and None when none is known.
    """

    calls: int
    unknown: int
    input_tokens: int
    output_tokens: int
    cost: Decimal | None

    def __str__(self) -> str:
        if not self.calls:
            return "not asked"
        told = f"{self.calls} calls, {self.input_tokens:,} tokens in, {self.output_tokens:,} out"
        told += "" if self.cost is None else f", cost {self.cost}"
        return told + (f"; {self.unknown} of the calls not counted" if self.unknown else "")


def usage_of(job_id: UUID) -> Usage:
    summed = ModelCall.objects.filter(job_id=job_id).aggregate(
        calls=Count("pk"),
        unknown=Count("pk", filter=Q(input_tokens=None) | Q(output_tokens=None)),
        input_tokens=Sum("input_tokens", default=0),
        output_tokens=Sum("output_tokens", default=0),
        cost=Sum("cost"),
    )
    return Usage(**summed)
