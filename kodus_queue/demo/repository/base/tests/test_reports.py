from shop.reports import revenue_by_country
from tests.orders import BASKET


def test_revenue_is_summed_by_country():
    assert revenue_by_country([BASKET, BASKET]) == {"DE": 5950}
