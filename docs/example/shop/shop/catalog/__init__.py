from shop.catalog.product import Product

__all__ = ["Product"]
