"""Break a copy of a real suite in one place, the way people do."""

import ast
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MUTATIONS = (
    "delete a module",
    "rename a definition",
    "misspell a marker",
    "remove a dependency",
    "undefine a name",
    "break an __init__",
    "close a cycle",
    "syntax error",
)


@dataclass(frozen=True)
class Mutation:
    """One break."""

    kind: str
    path: str
    detail: str
    text: str | None
    """The new text of the file; None: it is deleted."""


def sources(tree: Path, folders: tuple[str, ...]) -> list[Path]:
    """List the Python files of a tree that may be broken, sorted."""
    found = [path for folder in folders for path in sorted((tree / folder).rglob("*.py"))]
    return [path for path in found if path.stat().st_size > 0]


def mutate(
    kind: str, tree: Path, folders: tuple[str, ...], tests: tuple[str, ...], chance: random.Random
) -> Mutation:
    """Think of one break of a kind.

    Raises:
        LookupError: If the tree offers none.
    """
    code = [path for path in sources(tree, folders) if not path.name.startswith("test_")]
    test_files = [
        path
        for path in sources(tree, tests)
        if path.name.startswith("test_") or path.name.endswith("_test.py")
    ]
    makers: dict[str, Callable[[], Iterator[Mutation]]] = {
        "delete a module": lambda: _delete(tree, code, chance),
        "rename a definition": lambda: _rename(tree, code, chance),
        "misspell a marker": lambda: _misspell(tree, test_files, chance),
        "undefine a name": lambda: _undefine(tree, [*code, *test_files], chance),
        "break an __init__": lambda: _break_init(tree, code, chance),
        "close a cycle": lambda: _close_cycle(tree, code, chance),
        "syntax error": lambda: _syntax_error(tree, [*code, *test_files], chance),
    }
    return next(makers[kind](), None) or _nothing(kind)


def _nothing(kind: str) -> Mutation:
    raise LookupError(kind)


def _shuffled(paths: list[Path], chance: random.Random) -> list[Path]:
    return chance.sample(paths, len(paths))


def _relative(tree: Path, path: Path) -> str:
    return path.relative_to(tree).as_posix()


def _delete(tree: Path, code: list[Path], chance: random.Random) -> Iterator[Mutation]:
    for path in _shuffled(code, chance):
        if path.name not in {"__init__.py", "conftest.py"}:
            yield Mutation("delete a module", _relative(tree, path), "", None)


def _rename(tree: Path, code: list[Path], chance: random.Random) -> Iterator[Mutation]:
    for path in _shuffled(code, chance):
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"^(?:def|class) ([A-Za-z]\w*)", text, re.MULTILINE)
        if names:
            name = chance.choice(names)
            changed = re.sub(rf"^(def|class) {name}\b", rf"\1 {name}_renamed", text, flags=re.MULTILINE)
            yield Mutation("rename a definition", _relative(tree, path), name, changed)


def _misspell(tree: Path, tests: list[Path], chance: random.Random) -> Iterator[Mutation]:
    for path in _shuffled(tests, chance):
        text = path.read_text(encoding="utf-8")
        found = list(re.finditer(r"pytest\.mark\.(\w+)", text))
        if found:
            one = chance.choice(found)
            name = one[1]
            wrong = name[:-2] + name[-1] + name[-2] if name[-1] != name[-2] else name + "s"
            changed = text[: one.start(1)] + wrong + text[one.end(1) :]
            yield Mutation("misspell a marker", _relative(tree, path), wrong, changed)


def _undefine(tree: Path, code: list[Path], chance: random.Random) -> Iterator[Mutation]:
    """Remove one statement at the left margin that binds a name: an import or an assignment."""
    for path in _shuffled(code, chance):
        text = path.read_text(encoding="utf-8")
        kinds = (ast.Import, ast.ImportFrom, ast.Assign)
        found = [
            node
            for node in ast.parse(text).body
            if isinstance(node, kinds) and getattr(node, "module", "") != "__future__"
        ]
        if found:
            node = chance.choice(found)
            lines = text.splitlines(keepends=True)
            removed = "".join(lines[node.lineno - 1 : node.end_lineno]).strip()
            del lines[node.lineno - 1 : node.end_lineno]
            yield Mutation("undefine a name", _relative(tree, path), removed[:80], "".join(lines))


def _break_init(tree: Path, code: list[Path], chance: random.Random) -> Iterator[Mutation]:
    for path in _shuffled([one for one in code if one.name == "__init__.py"], chance):
        text = path.read_text(encoding="utf-8")
        body = ast.parse(text).body
        way = chance.choice(("delete", "raise", "import", "name"))
        if way == "delete":
            yield Mutation("break an __init__", _relative(tree, path), "deleted", None)
            continue
        lines = text.splitlines(keepends=True)
        futures = [
            node.end_lineno or 1
            for node in body
            if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        ]
        new = {
            "raise": "raise RuntimeError('broken')\n",
            "import": "from . import absent_module\n",
            "name": "undefined_name\n",
        }
        at = chance.choice([futures[-1] if futures else 0, len(lines)])
        if at == 0 and body and isinstance(body[0], ast.Expr):
            at = body[0].end_lineno or 0
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.insert(at, new[way])
        yield Mutation("break an __init__", _relative(tree, path), f"{way} at {at + 1}", "".join(lines))


def _close_cycle(tree: Path, code: list[Path], chance: random.Random) -> Iterator[Mutation]:
    """Let a module import, at its top, a name from one that imports it."""
    by_name = {
        _relative(tree, path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path
        for path in code
    }
    for path in _shuffled(code, chance):
        name = next(key for key, value in by_name.items() if value == path)
        text = path.read_text(encoding="utf-8")
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.parse(text).body:
            if not isinstance(node, ast.ImportFrom):
                continue
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            target = ".".join([*base, *([node.module] if node.module else [])])
            names = re.findall(r"^(?:def|class) ([A-Za-z]\w*)", text, re.MULTILINE)
            if target in by_name and names and by_name[target] != path:
                other = by_name[target]
                inner = other.read_text(encoding="utf-8")
                body = ast.parse(inner).body
                skipped = [
                    node.end_lineno or 1
                    for node in body
                    if (isinstance(node, ast.ImportFrom) and node.module == "__future__")
                    or (node is body[0] and isinstance(node, ast.Expr))
                ]
                lines = inner.splitlines(keepends=True)
                written = name.removeprefix("src.").removeprefix("lib.")
                lines.insert(skipped[-1] if skipped else 0, f"from {written} import {chance.choice(names)}\n")
                yield Mutation("close a cycle", _relative(tree, other), f"imports {written}", "".join(lines))


def _syntax_error(tree: Path, code: list[Path], chance: random.Random) -> Iterator[Mutation]:
    for path in _shuffled(code, chance):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        defs = [index for index, line in enumerate(lines) if re.match(r"\s*(def|class) .*:\s*$", line)]
        if defs:
            index = chance.choice(defs)
            lines[index] = lines[index].rstrip().removesuffix(":") + "\n"
            yield Mutation("syntax error", _relative(tree, path), f"line {index + 1}", "".join(lines))


@contextmanager
def applied(mutation: Mutation, tree: Path) -> Iterator[None]:
    """Break a tree, and mend it afterwards."""
    path = tree / mutation.path
    before = path.read_bytes()
    try:
        if mutation.text is None:
            path.unlink()
            shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)
        else:
            path.write_text(mutation.text, encoding="utf-8")
        yield
    finally:
        path.write_bytes(before)


def without_distribution(environment: Path, scratch: Path, name: str) -> Path:
    """Make an environment of links to another one, without one distribution.

    Raises:
        LookupError: If it holds no such distribution.
    """
    library = next(environment.glob("lib/python3.*/site-packages"))
    folder = next(
        (
            one
            for one in sorted(library.glob("*.dist-info"))
            if re.sub(r"[-_.]+", "-", one.name.split("-")[0]).lower() == name
        ),
        None,
    )
    if folder is None:
        raise LookupError(name)
    record = (folder / "RECORD").read_text(encoding="utf-8", errors="replace").splitlines()
    gone = {folder.name} | {
        line.partition(",")[0].partition("/")[0] for line in record if not line.startswith("..")
    }
    made = scratch / f"without-{name}"
    target = made / library.relative_to(environment)
    target.mkdir(parents=True)
    (made / "bin").mkdir()
    shutil.copy(environment / "pyvenv.cfg", made / "pyvenv.cfg")
    (made / "bin" / "python").symlink_to((environment / "bin" / "python").resolve())
    for entry in library.iterdir():
        if entry.name not in gone and entry.name != "__pycache__":
            (target / entry.name).symlink_to(entry)
    return made
