"""Small random packages whose modules import, define and use things in random order."""

import random

NAMES = ("x", "y", "f", "g", "K")
USED = {"x": "{}", "y": "{}", "f": "{}()", "g": "{}()", "K": "{}"}


def random_package(seed: int) -> dict[str, str]:
    """Return path → text of 3 to 6 modules; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 -- nobody guesses packages
    return Writer(chance).package()


class Writer:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.modules: list[str] = []
        self.packages: set[str] = set()
        self.serial = 0
        self.health = chance.choice((0.8, 0.95, 1.0, 1.0))
        """Share of the names that a module defines."""
        self.order = chance.random()
        """How often a definition stands above the imports."""

    def package(self) -> dict[str, str]:
        count = self.chance.randint(3, 6)
        layout = self.chance.choice(("flat", "package", "package", "nested"))
        if layout == "flat":
            self.modules = [f"m{index}" for index in range(count)]
        else:
            self.modules = ["p", *(f"p.m{index}" for index in range(count - 1))]
            self.packages = {"p"}
            if layout == "nested":
                self.modules[-2:] = ["p.q", *(f"p.q.m{index}" for index in range(2))]
                self.packages.add("p.q")
        return {self.path(name): self.text(name) for name in self.modules}

    def path(self, name: str) -> str:
        return name.replace(".", "/") + ("/__init__.py" if name in self.packages else ".py")

    def text(self, name: str) -> str:
        definitions = [self.definition(one) for one in NAMES if self.chance.random() < self.health]
        first = [one for one in definitions if self.chance.random() < self.order]
        rest = [one for one in definitions if one not in first]
        rest += [self.statement(name) for _ in range(self.chance.randint(0, 3))]
        self.chance.shuffle(rest)
        statements = first + rest
        if self.chance.random() < 0.12:
            listed = [one for one in NAMES if self.chance.random() < 0.5]
            statements.insert(0, f"__all__ = {listed!r}")
        if self.chance.random() < 0.06:
            statements.append(f"del {self.chance.choice(NAMES[:2])}")
        return "\n".join(statements) + "\n"

    def definition(self, name: str) -> str:
        if name == "K":
            return "class K:\n    pass"
        if name in {"x", "y"}:
            return f"{name} = 1"
        body = "return 1" if self.chance.random() < 0.6 else self.function_body()
        return f"def {name}():\n    {body}"

    def function_body(self) -> str:
        other = self.chance.choice(self.modules)
        wanted = self.chance.choice(NAMES)
        return self.chance.choice(
            (
                f"return {self.chance.choice(NAMES[:2])}",
                f"from {other} import {wanted}\n    return {wanted}",
                f"import {other}\n    return {other}.{wanted}",
                f"import {other} as other\n    return other.{wanted}",
            )
        )

    # -- statements that import or use ----------------------------------------------------------

    def statement(self, importer: str) -> str:
        other = self.chance.choice([name for name in self.modules if name != importer])
        wanted, two = self.chance.choice(NAMES), self.chance.choice(NAMES)
        one, alias = self.fresh(), self.fresh()
        return self.chance.choice(
            (
                self.guarded(f"from {other} import {wanted} as {alias}"),
                self.guarded(f"from {other} import {wanted} as {alias}"),
                f"import {other}" + self.use(other),
                f"import {other} as {alias}" + self.use(alias),
                self.from_package(other),
                self.guarded(f"from {other} import *"),
                f"import {other}\ndef {one}():\n    return {other}.{wanted}",
                f"import {other} as {alias}\nclass {one}({alias}.K):\n    pass",
                f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {other} import {wanted}",
                self.guarded(f"from {other} import {wanted} as {one}, {two} as {alias}"),
                self.chance.choice(("f()", "g()", "y = 2", "y = 2")),
                f"from {other} import f as {alias}\n{alias}()",
            )
        )

    def from_package(self, other: str) -> str:
        package, _, last = other.rpartition(".")
        if not package:
            return f"import {other}"
        alias = self.fresh()
        return self.guarded(f"from {package} import {last} as {alias}") + self.use(alias, 0.3)

    def use(self, name: str, share: float = 0.5) -> str:
        if self.chance.random() > share:
            return ""
        wanted = self.chance.choice(NAMES)
        text = USED[wanted].format(f"{name}.{wanted}")
        return "\n" + self.guarded(text, 0.15)

    def guarded(self, text: str, share: float = 0.25) -> str:
        if self.chance.random() > share or "\n" in text:
            return text
        caught = self.chance.choice(
            ("ImportError", "AttributeError", "Exception", "(ImportError, NameError)")
        )
        fallback = self.chance.choice(("pass", "pass", f"{self.fresh()} = 1", "import " + self.modules[0]))
        return f"try:\n    {text}\nexcept {caught}:\n    {fallback}"

    def fresh(self) -> str:
        self.serial += 1
        return f"v{self.serial}"
