import argparse

from shop.catalog import Product
from shop.reports import monthly


def main() -> None:
    parser = argparse.ArgumentParser(prog="shop")
    parser.add_argument("command", choices=["list", "report"])
    chosen = parser.parse_args()
    if chosen.command == "report":
        print(monthly())
    else:
        print(Product("tea", 3))
