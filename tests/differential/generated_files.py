"""Random test files of the statements that a module may run at import: some of them fail, some hold odd tests.

The same seed always gives the same files. Each may come with a module of its own that it imports.
"""

from collections.abc import Callable, Sequence
from random import Random

_NUMBERS = ("1", "2", "3", "-1", "10", "0", "4", "5")
_TEXTS = ("''", "'a'", "'abc'", "'1'")
_ERRORS = ("ValueError", "KeyError", "TypeError", "ZeroDivisionError", "RuntimeError")
_CAUGHT = (
    *_ERRORS,
    "Exception",
    "LookupError",
    "ArithmeticError",
    "(ValueError, KeyError)",
    "NameError",
    "ImportError",
)
_STANDARD = (
    "import os", "import os.path", "import json", "from os import path", "from collections import OrderedDict",
    "import sys", "from json import loads as load_text", "import math", "from os.path import join",
)  # fmt: skip
_STANDARD_WRONG = (
    "import os.gone_thing",
    "from json import nope",
    "import no_such_module_x",
    "from os import no_such_name",
)


def generated(seed: int) -> dict[str, str]:
    """Return files by name: one test file, and at times a module that it imports."""
    maker = _Maker(Random(seed))  # noqa: S311 -- no secrets
    files = {}
    if maker.chance(0.4):
        helper = _Maker(maker.random)
        files[f"helper_{seed}.py"] = helper.module(maker.number(2, 6))
        maker.helper(f"helper_{seed}", helper.known())
    files[f"test_{seed}.py"] = maker.tests(maker.number(2, 9))
    return files


class _Maker:
    """Writes statements; knows the names that those before have bound, by the kind of their values."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.depth = 0
        self.names: dict[str, list[str]] = {
            "number": [],
            "text": [],
            "list": [],
            "dict": [],
            "function": [],
            "class": [],
        }
        self.arguments: dict[str, int] = {}
        self.count = 0

    # -- choices --------------------------------------------------------------------------------------

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def pick(self, options: Sequence[str]) -> str:
        return self.random.choice(list(options))

    def fresh(self, kind: str) -> str:
        self.count += 1
        name = f"{kind[0]}{self.count}"
        self.names[kind].append(name)
        return name

    def known(self) -> list[str]:
        return [name for names in self.names.values() for name in names]

    def line(self, text: str) -> None:
        self.lines.append("    " * self.depth + text)

    def block(self, head: str, body: Callable[[], None]) -> None:
        self.line(head)
        self.depth += 1
        before, kept = len(self.lines), {kind: list(names) for kind, names in self.names.items()}
        body()
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1
        if self.chance(0.7):
            self.names = kept

    # -- whole files ----------------------------------------------------------------------------------

    def module(self, statements: int) -> str:
        for _ in range(statements):
            self.statement()
        return "\n".join(self.lines) + "\n"

    def tests(self, statements: int) -> str:
        for _ in range(statements):
            self.test() if self.chance(0.3) else self.statement()
        self.line("def test_last(): pass")
        return "\n".join(("import pytest, unittest", *self.lines)) + "\n"

    def helper(self, module: str, names: list[str]) -> None:
        kind = self.number(0, 3)
        wanted = self.pick(names) if names and self.chance(0.85) else "no_such_name"
        if kind == 0:
            self.line(f"import {module}")
            self.line(f"{module}.{wanted}")
        elif kind == 1:
            self.line(f"from {module} import {wanted}")
        elif kind == 2:
            self.line(f"from {module} import *")
        else:
            self.block("try:", lambda: self.line(f"from {module} import {wanted}"))
            self.block(f"except {self.pick(_CAUGHT)}:", lambda: self.line("pass"))

    # -- expressions ----------------------------------------------------------------------------------

    def value(self, kind: str) -> str:
        if self.names[kind] and self.chance(0.5):
            return self.pick(self.names[kind])
        match kind:
            case "number":
                return self.pick(_NUMBERS)
            case "text":
                return self.pick(_TEXTS)
            case "list":
                return f"[{', '.join(self.pick(_NUMBERS) for _ in range(self.number(0, 3)))}]"
            case _:
                return (
                    "{"
                    + ", ".join(f"'{key}': {self.pick(_NUMBERS)}" for key in "abc"[: self.number(0, 3)])
                    + "}"
                )

    def condition(self) -> str:
        return self.pick(
            (
                f"{self.value('number')} {self.pick(('<', '==', '>', '!='))} {self.value('number')}",
                f"{self.value('number')} in {self.value('list')}",
                f"not {self.value('text')}", f"{self.value('list')}", "__name__ == '__main__'",
                f"'a' in {self.value('dict')}", "True", "0", "len([1]) == 1",
            )
        )  # fmt: skip

    def expression(self) -> str:
        """Return something that may raise, and more often does not."""
        if self.chance(0.75):
            return self.pick(
                (
                    f"{self.value('text')}.upper()", f"{self.value('list')} + {self.value('list')}", "abs(-1)",
                    f"len({self.value('text')})", f"[x for x in {self.value('list')}]", "'a' * 3", "int('1')",
                    f"({self.value('number')} if {self.condition()} else {self.value('number')})", self.call(),
                )
            )  # fmt: skip
        return self.pick(
            (
                f"{self.value('number')} / {self.value('number')}",
                f"{self.value('number')} % {self.value('number')}",
                f"{self.value('list')}[{self.pick(_NUMBERS)}]",
                f"{self.value('dict')}['{self.pick('abcd')}']",
                f"{self.value('text')} + {self.value('text')}",
                f"{self.value('text')} + {self.value('number')}" if self.chance(0.3) else f"{self.value('text')} * 2",
                f"int({self.value('text')})",
                f"[x + 1 for x in {self.value('list')}]",
                f"[x for x in {self.value('list')} if x > {self.value('number')}]",
                f"sorted({self.value('list')})", f"max({self.value('list')})", f"len({self.value('text')})",
                f"{self.value('text')}.{self.pick(('upper', 'strip', 'no_such_method'))}()",
                f"({self.value('number')} if {self.condition()} else {self.value('number')})",
                self.call(),
            )
        )  # fmt: skip

    def call(self) -> str:
        if not self.names["function"]:
            return "abs(-1)"
        name = self.pick(self.names["function"])
        given = self.arguments.get(name, 0) if self.chance(0.85) else self.number(0, 3)
        return f"{name}({', '.join(self.value('number') for _ in range(given))})"

    # -- statements -----------------------------------------------------------------------------------

    def statement(self) -> None:
        if self.depth > 3:
            self.simple()
            return
        self.random.choice(
            [
                self.simple, self.simple, self.simple, self.simple, self.function, self.function, self.cls,
                self.branch, self.loop, self.attempt, self.attempt, self.manager, self.matched, self.imported,
            ]
        )()  # fmt: skip

    def body(self) -> None:
        for _ in range(self.number(1, 2)):
            self.statement()

    def simple(self) -> None:  # noqa: C901 -- a table of statements
        choice = self.random.random()
        known = self.known()
        if choice < 0.4:
            kind = self.pick(("number", "text", "list", "dict"))
            value = self.value(kind)
            self.line(f"{self.fresh(kind)} = {value}")
        elif choice < 0.6:
            self.line(f"value = {self.expression()}")
        elif choice < 0.7:
            self.line(self.expression())
        elif choice < 0.76 and known:
            name = self.pick(known)
            self.line(f"del {name}")
            if self.chance(0.8):
                self.line(f"{name} = {self.value('number')}")
        elif choice < 0.82:
            self.line(f"assert {self.condition()}" if self.chance(0.5) else "assert 1 == 1")
        elif choice < 0.83:
            self.line(f"raise {self.pick(_ERRORS)}('x')")
        elif choice < 0.84:
            self.line("undefined_thing")
        elif choice < 0.93:
            count = self.number(2, 3)
            targets = ", ".join(self.fresh("number") for _ in range(2))
            self.line(f"{targets} = {', '.join(_NUMBERS[:count])}")
        elif self.names["list"]:
            self.line(f"{self.pick(self.names['list'])}.append({self.value('number')})")
        else:
            self.line(f"{self.fresh('number')} = len({self.value('text')})")

    def imported(self) -> None:
        self.line(self.pick(_STANDARD) if self.chance(0.85) else self.pick(_STANDARD_WRONG))

    def function(self) -> None:
        count = self.number(0, 2)
        kept = {kind: list(names) for kind, names in self.names.items()}
        self.count += 1
        name = f"f{self.count}"
        self.block(f"def {name}({', '.join('pqr'[:count])}):", self._function_body)
        self.names = kept
        self.names["function"].append(name)
        self.arguments[name] = count
        if self.chance(0.6):
            self.line(f"value = {name}({', '.join(self.value('number') for _ in range(count))})")

    def _function_body(self) -> None:
        if self.names["number"] and self.chance(0.15):
            self.line(f"global {self.names['number'][0]}")
        self.body()
        self.line(f"return {self.value('number')}")

    def cls(self) -> None:
        bases = self.pick(
            ("", "(object)", f"({self.pick(self.names['class'])})" if self.names["class"] else "")
        )
        kept = {kind: list(names) for kind, names in self.names.items()}
        self.count += 1
        name = f"C{self.count}"
        self.block(f"class {name}{bases}:", self._class_body)
        self.names = kept
        self.names["class"].append(name)
        self.line(self.pick((f"{name}()", f"{name}.size", f"value = {name}", f"{name}().give()")))

    def _class_body(self) -> None:
        self.line(f"size = {self.value('number')}")
        if self.chance(0.3):
            self.line(
                "sizes = [size for _ in (1, 2)]" if self.chance(0.3) else "sizes = [x for x in range(size)]"
            )
        if self.chance(0.6):
            self.block("def give(self):", lambda: self.line(f"return {self.expression()}"))

    def branch(self) -> None:
        self.block(f"if {self.condition()}:", self.body)
        if self.chance(0.5):
            self.block("else:", self.body)

    def loop(self) -> None:
        def rounds() -> None:
            if self.chance(0.3):
                self.block(f"if {self.condition()}:", lambda: self.line(self.pick(("break", "continue"))))
            self.body()

        self.block(
            f"for n in {self.pick((self.value('list'), 'range(3)', '()', self.value('text')))}:", rounds
        )
        if self.chance(0.3):
            self.block("else:", self.body)

    def attempt(self) -> None:
        self.block("try:", self.body)
        for _ in range(self.number(1, 2)):
            self.block(f"except {self.pick(_CAUGHT)}:", self.body)
        if self.chance(0.3):
            self.block("else:", self.body)
        if self.chance(0.2):
            self.block("finally:", self.simple)

    def manager(self) -> None:
        self.line("import contextlib")
        self.block(f"with contextlib.suppress({self.pick(_CAUGHT)}):", self.body)

    def matched(self) -> None:
        self.line(f"match {self.value('number')}:")
        self.depth += 1
        self.block(f"case {self.pick(_NUMBERS)}:", self.body)
        self.block("case _:", self.body)
        self.depth -= 1

    # -- tests ----------------------------------------------------------------------------------------

    def test(self) -> None:
        self.count += 1
        name = f"test_{self.count}"
        self.random.choice(
            [self._plain, self._parametrized, self._in_class, self._unittest, self._conditional]
        )(name)

    def _plain(self, name: str) -> None:
        if self.chance(0.3):
            self.line(self.pick(("@pytest.mark.slow", "@pytest.mark.skip(reason='x')", "@pytest.mark.xfail")))
        self.block(f"def {name}():", lambda: self.line(self.expression()))

    def _parametrized(self, name: str) -> None:
        values = self.pick(
            (self.value("list"), "range(3)", "['a', 'b', 'a']", "[(1, 2), (3, 4)]", "'xy'", "[None, 1.5]")
        )
        self.line(f"@pytest.mark.parametrize('x', {values})")
        self.block(f"def {name}(x):", lambda: self.line("pass"))

    def _in_class(self, name: str) -> None:
        def methods() -> None:
            if self.chance(0.1):
                self.line("def __init__(self): pass")
            self.block(f"def {name}(self):", lambda: self.line(self.expression()))
            self.block("def helper(self):", lambda: self.line("pass"))

        self.block(f"class Test{self.count}:", methods)

    def _unittest(self, name: str) -> None:
        self.block(
            f"class Case{self.count}(unittest.TestCase):",
            lambda: self.block(f"def {name}(self):", lambda: self.line("pass")),
        )

    def _conditional(self, name: str) -> None:
        self.block(f"if {self.condition()}:", lambda: self.block(f"def {name}():", lambda: self.line("pass")))
