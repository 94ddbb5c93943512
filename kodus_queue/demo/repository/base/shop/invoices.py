"""Invoices, as text."""

from shop.orders import Order
from shop.pricing import gross_total, net_total


def invoice(order: Order) -> str:
    lines = [f"{line.quantity:>4} x {line.article}" for line in order.lines]
    total = gross_total(order)
    return "\n".join([f"Invoice {order.number}", *lines, f"net {net_total(order)}", f"to pay {total}"])
