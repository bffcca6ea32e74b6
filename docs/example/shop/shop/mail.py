import shop.templates


def send(name: str) -> str:
    return shop.templates.render(name)
