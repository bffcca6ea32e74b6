from shop.catalog.product import Product
from shop.orders import Order


class Cart:
    def __init__(self) -> None:
        self.products: list[Product] = []

    def order(self) -> Order:
        return Order(self)
