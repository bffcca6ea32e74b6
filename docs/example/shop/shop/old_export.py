def export() -> str:
    return "name;price"
