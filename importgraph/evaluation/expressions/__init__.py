"""What expressions give: names, calls, displays, comprehensions and operators."""
