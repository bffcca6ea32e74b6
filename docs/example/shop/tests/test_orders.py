from shop.orders import Order


def test_an_order_keeps_its_cart():
    assert Order(None).cart is None
