from shop.catalog import Product


def test_a_product_has_a_price():
    assert Product("tea", 3).price == 3
