"""What an order costs. Amounts are cents."""

from shop.orders import Order
from shop.taxes import tax_rate


def net_total(order: Order) -> int:
    return sum(line.quantity * line.unit_price for line in order.lines)


def gross_total(order: Order) -> int:
    """The amount to pay, tax included."""
    net = net_total(order)
    return net + net * tax_rate(order.country) // 1000
