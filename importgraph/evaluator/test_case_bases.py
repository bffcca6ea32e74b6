"""Whether an imported name may be a `unittest.TestCase`, which pytest collects under any name."""

import re
from typing import TYPE_CHECKING

from importgraph.names import resolve_relative
from importgraph.text.margin import Entry

if TYPE_CHECKING:
    from importgraph.evaluator.modules import Space

_NAME = re.compile(r"[A-Za-z_][\w.]*")
_SAFE_BASES = {
    "object", "Exception", "ABC", "abc.ABC", "ValueError", "RuntimeError", "TypeError", "str", "int",
    "dict", "list", "tuple", "Protocol", "Generic", "Enum", "IntEnum", "NamedTuple", "TypedDict",
    "metaclass", "ABCMeta",
}  # fmt: skip
_TEST_CASES = {"TestCase", "IsolatedAsyncioTestCase"}
_UNITTEST = {"unittest", "unittest.case", "unittest.async_case"}
Place = tuple[str, str]
"""A file and a name in it."""


def may_be_test_case(space: "Space", module: str, name: str, importer: str) -> bool:
    """Tell whether an imported name may be a TestCase.

    False only where its definition, read by lines, says no.
    """
    if name in _TEST_CASES and module in _UNITTEST:
        return False  # imported under its own name it has no tests
    looked_at: set[Place] = set()
    verdict = _may_be(space, module, name, importer, looked_at)
    if not verdict:  # nor is any other that was looked at
        space.may_be_test_cases.update(dict.fromkeys(looked_at, False))
    return verdict


def _may_be(space: "Space", module: str, name: str, importer: str, looked_at: set[Place]) -> bool:
    if name in _TEST_CASES and module in _UNITTEST:
        return True
    found = space.find(module, importer)
    if found is None or not found.readable:
        return False
    if not found.first and found.path.startswith(space.finder.environment.standard[:1]):
        return module.partition(".")[0] == "unittest" and name[:1].isupper()
    space.use(importer, found.path)
    key = (found.path, name)
    if key in space.may_be_test_cases or key in looked_at:
        return space.may_be_test_cases.get(key, False)
    looked_at.add(key)
    verdict = _by_definition(space, module, name, found.path, looked_at)
    if verdict:
        space.may_be_test_cases[key] = True
    return verdict


def _by_definition(space: "Space", module: str, name: str, path: str, looked_at: set[Place]) -> bool:
    entry = space.index(path).entries.get(name)
    if entry is None:
        return _through_stars(space, module, path, name, looked_at)
    if entry.kind == "import":
        target = absolute_name(module, path, entry.module)
        return bool(target) and _may_be(space, target, entry.name, path, looked_at)
    if entry.kind == "class":
        return _by_bases(space, module, path, entry, looked_at)
    return entry.kind == "value" and "Test" in name and name[:1].isupper()


def absolute_name(module: str, path: str, target: str) -> str:
    """Return the absolute name of a module that a file imports as written.

    Empty where the dots go past the top.
    """
    level = len(target) - len(target.lstrip("."))
    package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
    return (resolve_relative(package, level, target[level:]) or "") if level else target


def _through_stars(space: "Space", module: str, path: str, name: str, looked_at: set[Place]) -> bool:
    for star in space.index(path).stars:
        target = absolute_name(module, path, star)
        if target and _may_be(space, target, name, path, looked_at):
            return True
    return "Test" in name and name[:1].isupper() and not space.index(path).stars


def _by_bases(space: "Space", module: str, path: str, entry: Entry, looked_at: set[Place]) -> bool:
    if not entry.bases:
        return False
    for base in _NAME.findall(entry.bases):
        if base in _SAFE_BASES:
            continue
        last = base.rpartition(".")[2]
        if last in _TEST_CASES:
            return True
        if "." in base:
            if "Test" in last:
                return True
        elif _may_be(space, module, base, path, looked_at):
            return True
    return False
