from shop.cart import Cart


class Order:
    def __init__(self, cart: Cart) -> None:
        self.cart = cart
