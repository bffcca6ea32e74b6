"""Whether an imported name may be a `unittest.TestCase`, which pytest collects under any name."""

import re

from importgraph.namespaces.text.texts import Texts, absolute_name
from importgraph.text.margin import Entry

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


def may_be_test_case(texts: Texts, module: str, name: str, importer: str) -> bool:
    """Tell whether an imported name may be a TestCase.

    False only where its definition, read by lines, says no.
    """
    if name in _TEST_CASES and module in _UNITTEST:
        return False  # imported under its own name it has no tests
    looked_at: set[Place] = set()
    verdict = _may_be(texts, module, name, importer, looked_at)
    if not verdict:  # nor is any other that was looked at
        texts.may_be_test_cases.update(dict.fromkeys(looked_at, False))
    return verdict


def _may_be(texts: Texts, module: str, name: str, importer: str, looked_at: set[Place]) -> bool:
    if name in _TEST_CASES and module in _UNITTEST:
        return True
    found = texts.find(module, importer)
    if found is not None and found.kind in {"declared", "unknown"}:
        return "Test" in name and name[:1].isupper()
    if found is None or not found.readable:
        return False
    if not found.first and found.path.startswith(texts.finder.environment.standard[:1]):
        return module.partition(".")[0] == "unittest" and name[:1].isupper()
    texts.use(importer, found.path)
    key = (found.path, name)
    if key in texts.may_be_test_cases or key in looked_at:
        return texts.may_be_test_cases.get(key, False)
    looked_at.add(key)
    verdict = _by_definition(texts, module, name, found.path, looked_at)
    if verdict:
        texts.may_be_test_cases[key] = True
    return verdict


def _by_definition(texts: Texts, module: str, name: str, path: str, looked_at: set[Place]) -> bool:
    entry = texts.index(path).entries.get(name)
    if entry is None:
        return _through_stars(texts, module, path, name, looked_at)
    if entry.kind == "import":
        target = absolute_name(module, path, entry.module)
        return bool(target) and _may_be(texts, target, entry.name, path, looked_at)
    if entry.kind == "class":
        return _by_bases(texts, module, path, entry, looked_at)
    return entry.kind == "value" and "Test" in name and name[:1].isupper()


def _through_stars(texts: Texts, module: str, path: str, name: str, looked_at: set[Place]) -> bool:
    for star in texts.index(path).stars:
        target = absolute_name(module, path, star)
        if target and _may_be(texts, target, name, path, looked_at):
            return True
    return "Test" in name and name[:1].isupper() and not texts.index(path).stars


def _by_bases(texts: Texts, module: str, path: str, entry: Entry, looked_at: set[Place]) -> bool:
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
        elif _may_be(texts, module, base, path, looked_at):
            return True
    return False
