import shop.mail


def render(name: str) -> str:
    return f"Dear {name}"


def render_and_send(name: str) -> str:
    return shop.mail.send(name)
