from datetime import date

from shop.orders import Line, Order

BASKET = Order(7, "Ada", "DE", date(2025, 3, 1), (Line("teapot", 2, 1000), Line("cup", 1, 500)))
