"""What an order costs. Amounts are cents."""

from shop.orders import Order
from shop.taxes import tax_rate

COUPONS = {"SPRING": 100, "FRIEND": 50}


def net_total(order: Order) -> int:
    return sum(line.quantity * line.unit_price for line in order.lines)


def discount(net: int, coupons: list[str] = []) -> int:
    """What the coupons take off; every order gets the welcome coupon of the season."""
    coupons.append("SPRING")
    return sum(net * COUPONS[coupon] // 1000 for coupon in coupons)


def gross_total(order: Order, coupons: list[str]) -> int:
    """The amount to pay, tax included and coupons taken off."""
    net = net_total(order)
    net -= discount(net, coupons)
    return net + net * tax_rate(order.country) // 1000
