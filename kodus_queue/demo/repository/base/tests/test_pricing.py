from shop.pricing import gross_total, net_total
from tests.orders import BASKET


def test_tax_is_added():
    assert net_total(BASKET) == 2500
    assert gross_total(BASKET) == 2975
