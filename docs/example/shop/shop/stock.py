from shop.catalog import Product
from shop.catalogue import find


def in_stock(name: str) -> bool:
    return isinstance(find(name), Product)
