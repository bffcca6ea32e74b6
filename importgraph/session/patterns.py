"""Which names pytest takes for tests: `python_classes` and `python_functions`."""

import fnmatch

import msgspec


class Patterns(msgspec.Struct, frozen=True):
    """`python_classes` and `python_functions`, and whether imported tests count."""

    classes: tuple[str, ...] = ("Test",)
    functions: tuple[str, ...] = ("test",)
    imported: bool = True

    def is_class(self, name: str) -> bool:
        """Tell whether a name looks like a test class's."""
        return _matches(name, self.classes)

    def is_function(self, name: str) -> bool:
        """Tell whether a name looks like a test function's."""
        return _matches(name, self.functions)


def _matches(name: str, options: tuple[str, ...]) -> bool:
    for option in options:
        if name.startswith(option):
            return True
        if ("*" in option or "?" in option or "[" in option) and fnmatch.fnmatch(name, option):
            return True
    return False
