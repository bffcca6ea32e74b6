from shop.stock import in_stock


def test_what_is_not_there_is_not_in_stock():
    assert not in_stock("coffee")
