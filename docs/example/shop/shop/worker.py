from shop.catalog.product import Product
from shop.metrics import count


def work() -> None:
    count(Product("tea", 3).name)
