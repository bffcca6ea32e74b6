"""Make a tree of many Python files as large repositories have them; the same number gives the same tree.

    python benchmarks/monorepo.py FOLDER FILES

Applications, libraries and tests: what is imported follows a power law (a few modules are imported by
thousands), 5 % of the modules stand in cycles, 1 % of the files do not parse, sizes run from a few lines to
300 kB with 18 kB on average, a tenth of the libraries is imported in functions, a twentieth of the imports
fails. Nothing of it is meant to be run.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

_OUTSIDE = ("os", "sys", "json", "re", "logging", "typing", "dataclasses", "numpy", "pandas", "requests")
_PER_PACKAGE = 25
_BROKEN = 0.01
_CYCLIC = 0.05
_MISSING = 0.02
_BODY = """\
    def {name}(self, first: int, second: str = "", *rest: object) -> dict[str, object]:
        \"\"\"Return what {name} finds for the given values, in the order of their names.\"\"\"
        found: dict[str, object] = {{}}
        for number, value in enumerate(rest):
            if number % {number} == 0 and isinstance(value, str):
                found[f"{{second}}-{{number:03d}}"] = value.strip().lower()
            elif value is not None:
                found[str(number)] = [first + step for step in range(number, {number})]
        try:
            return {{key: found[key] for key in sorted(found)}}
        except (KeyError, ValueError) as error:
            raise RuntimeError("no {name}: %s" % error) from error

"""


def names_of(count: int) -> list[str]:
    """Return the dotted names of the modules, those that many import first."""
    names = []
    for number in range(count):
        package, module = divmod(number, _PER_PACKAGE)
        area = f"area{package // 40:02d}"
        names.append(f"{area}.pkg{package:04d}.mod{module:02d}")
    return names


def target(chance: random.Random, before: int) -> int:
    """Choose a module among the first ones; the chance falls with its number as a power."""
    return min(int(before * chance.random() ** 4), before - 1)


def text_of(chance: random.Random, number: int, names: list[str]) -> str:
    """Return the text of a module."""
    lines = ['"""Part of a generated tree."""', "", "from __future__ import annotations", ""]
    lines += [f"import {name}" for name in chance.sample(_OUTSIDE, chance.randint(1, 4))]
    used = [names[target(chance, number)] for _ in range(min(chance.randint(1, 12), number))]
    if number + 1 < len(names) and chance.random() < _CYCLIC:
        used.append(names[min(number + chance.randint(1, 20), len(names) - 1)])
    functions = []
    for name in dict.fromkeys(used):
        owner, _, leaf = name.rpartition(".")
        form = chance.random()
        if form < 0.5:
            lines.append(f"from {name} import Thing{int(leaf[3:])}, make_{leaf}")
        elif form < 0.8:
            lines.append(f"from {owner} import {leaf}")
        elif form < 0.9:
            functions.append(f"    from {name} import make_{leaf}\n")
        else:
            lines.append(f"import {name} as {leaf}_alias")
    if chance.random() < _MISSING:
        lines.append(f"from {names[number].rpartition('.')[0]}.gone import nothing")
    own = names[number].rpartition(".")[2]
    lines += ["", f"LIMIT = {number}", f'NAMES = ["{own}", "other"]', ""]
    lines += [f"def make_{own}(size: int = LIMIT) -> list[int]:", "    return list(range(size))", ""]
    lines += ["def later() -> None:", *[one.rstrip() for one in functions], "    return None", ""]
    lines += [f"class Thing{int(own[3:])}:", f'    """Thing of {own}."""', ""]
    size = min(int(chance.paretovariate(1.1) * 6), 430)
    methods = [_BODY.format(name=f"find_{n}", number=n + 2) for n in range(size)]
    text = "\n".join(lines) + "\n" + "".join(methods)
    return text + "def broken(:\n" if chance.random() < _BROKEN else text


def tests_of(chance: random.Random, names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield path and text of a test for every fifth module."""
    for number in range(0, len(names), 5):
        name = names[number]
        leaf = name.rpartition(".")[2]
        body = f"from {name} import make_{leaf}\n\n"
        for case in range(chance.randint(1, 30)):
            body += f"\ndef test_{case}():\n    assert len(make_{leaf}({case})) == {case}\n\n"
        yield f"tests/{name.split('.')[0]}/test_{name.split('.')[1]}_{leaf}.py", body


def make(folder: Path, files: int, seed: int = 12) -> int:
    """Write a tree of about so many files; return how many there are."""
    chance = random.Random(seed)
    modules = int(files / 1.25)
    names = names_of(modules)
    written = 0
    packages = set()
    for number, name in enumerate(names):
        path = folder / (name.replace(".", "/") + ".py")
        if path.parent not in packages:
            packages.add(path.parent)
            path.parent.mkdir(parents=True, exist_ok=True)
            for above in (path.parent, path.parent.parent):
                (above / "__init__.py").write_text("", encoding="utf-8")
        path.write_text(text_of(chance, number, names), encoding="utf-8")
        written += 1
    for place, text in tests_of(chance, names):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written += 1
    (folder / "pyproject.toml").write_text('[project]\nname = "generated"\nversion = "1"\n', encoding="utf-8")
    return written + len(packages)


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), int(sys.argv[2])), "files")
