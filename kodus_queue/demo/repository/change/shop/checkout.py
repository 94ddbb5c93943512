"""Take the payment for an order."""

from shop.orders import Order
from shop.payments import Receipt, charge
from shop.pricing import gross_total


def pay(order: Order, card: str, coupons: list[str]) -> Receipt:
    return charge(card, gross_total(order, coupons), reference=f"order-{order.number}")
