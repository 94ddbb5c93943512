"""Figures for the end of the month; runs at night."""

from collections.abc import Iterable

from shop.orders import Order
from shop.pricing import gross_total


def revenue_by_country(orders: Iterable[Order]) -> dict[str, int]:
    revenue: dict[str, int] = {}
    for order in orders:
        revenue[order.country] = revenue.get(order.country, 0) + gross_total(order)
    return revenue
