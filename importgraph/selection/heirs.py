"""Whether an imported name may be a `unittest.TestCase`, which pytest collects under any name."""

import re
from typing import TYPE_CHECKING

from importgraph.names import resolve_relative
from importgraph.selection.index import Entry

if TYPE_CHECKING:
    from importgraph.selection.space import Space

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_SAFE_BASES = {
    "object", "Exception", "ABC", "abc.ABC", "ValueError", "RuntimeError", "TypeError", "str", "int",
    "dict", "list", "tuple", "Protocol", "Generic", "Enum", "IntEnum", "NamedTuple", "TypedDict",
    "metaclass", "ABCMeta",
}  # fmt: skip
_DEEP = 12
_UNITTEST = {"unittest", "unittest.case", "unittest.async_case"}


def may_be_test_case(space: "Space", module: str, name: str, importer: str, depth: int = 0) -> bool:
    """Tell whether an imported name may be a TestCase.

    False only where its definition, read by lines, says no.
    """
    if name in {"TestCase", "IsolatedAsyncioTestCase"} and module in _UNITTEST:
        return depth > 0  # imported under its own name it has no tests
    found = space.find(module, importer)
    if found is None:
        return False
    if depth > _DEEP:
        space.heirs_cut += 1
        return False
    if not found.readable:
        return False
    if not found.first and found.path.startswith(space.finder.environment.standard[:1]):
        return module.partition(".")[0] == "unittest" and name[:1].isupper()
    space.use(importer, found.path)
    key = (found.path, name)
    if key in space.heirs:
        return space.heirs[key]
    cut = space.heirs_cut
    verdict = _by_definition(space, module, name, found.path, depth)
    if verdict or space.heirs_cut == cut:  # a `no` that a loop of imports cut short holds here alone
        space.heirs[key] = verdict
    return verdict


def _by_definition(space: "Space", module: str, name: str, path: str, depth: int) -> bool:
    entry = space.index(path).entries.get(name)
    if entry is None:
        return _through_stars(space, module, path, name, depth)
    if entry.kind == "import":
        target = absolute_name(module, path, entry.module)
        return bool(target) and may_be_test_case(space, target, entry.name, path, depth + 1)
    if entry.kind == "class":
        return _by_bases(space, module, path, entry, depth)
    return entry.kind == "value" and "Test" in name and name[:1].isupper()


def absolute_name(module: str, path: str, target: str) -> str:
    """Return the absolute name of a module that a file imports as written.

    Empty where the dots go past the top.
    """
    level = len(target) - len(target.lstrip("."))
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    return (resolve_relative(package, level, target[level:]) or "") if level else target


def _through_stars(space: "Space", module: str, path: str, name: str, depth: int) -> bool:
    for star in space.index(path).stars:
        target = absolute_name(module, path, star)
        if target and may_be_test_case(space, target, name, path, depth + 1):
            return True
    return "Test" in name and name[:1].isupper() and not space.index(path).stars


def _by_bases(space: "Space", module: str, path: str, entry: Entry, depth: int) -> bool:
    if not entry.bases:
        return False
    for base in _NAME.findall(entry.bases):
        if base in _SAFE_BASES:
            continue
        last = base.rpartition(".")[2]
        if last in {"TestCase", "IsolatedAsyncioTestCase"}:
            return True
        if "." in base:
            if "Test" in last:
                return True
        elif may_be_test_case(space, module, base, path, depth + 1):
            return True
    return False
