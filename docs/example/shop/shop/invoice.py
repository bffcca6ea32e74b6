class Line:
    def __init__(self, name: str, amount: int, price: int) -> None:
        self.name = name
        self.amount = amount
        self.price = price

    def total(self) -> int:
        return self.amount * self.price
