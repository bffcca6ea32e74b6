"""Texts of the analysed tree, each stored once and referred to by its place."""

from importgraph.quoting import visible, visible_lines


class Strings:
    """A table of texts. What would act where it stands, such as a mark of direction, becomes an escape."""

    def __init__(self) -> None:
        self.all: list[str] = [""]
        """The texts in the order in which they were added; the first is empty."""
        self._places: dict[str, int] = {"": 0}

    def add(self, text: str) -> int:
        """Return the place of a text of one line."""
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self.all)
            self.all.append(visible(text))
        return place


def lines(text: str) -> str:
    """Return text of several lines, such as a diff, in which nothing acts."""
    return visible_lines(text)
