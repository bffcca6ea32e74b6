"""Rules of a project's own, as its settings write them."""


def rules(*tables):
    lines = []
    for table in tables:
        lines.append("[[tool.importgraph.rules]]")
        lines += [
            f"{key} = {str(value).lower() if value is True else repr(value)}" for key, value in table.items()
        ]
    return "\n".join(lines) + "\n"
