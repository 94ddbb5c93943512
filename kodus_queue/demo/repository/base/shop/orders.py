"""What a customer ordered. Amounts are cents."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    article: str
    quantity: int
    unit_price: int


@dataclass(frozen=True)
class Order:
    number: int
    customer: str
    country: str
    placed_on: date
    lines: tuple[Line, ...]
