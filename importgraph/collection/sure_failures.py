"""Whether a file that cannot be imported as text has it surely fails when pytest collects it.

Code that runs at import can make modules appear: it may change `sys.path`, put modules into `sys.modules`,
or hook the import system. Where no file of the session does so, a module that is not there stays absent.
"""

# ruff: noqa: PTH112, PTH118, PTH120, PTH208 -- paths are texts here: there are thousands

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from importgraph.collection.ids import DUPLICATE
from importgraph.collection.parametrize import UNUSED
from importgraph.evaluator.module_texts import absolute_name
from importgraph.evaluator.protocol import Interpreter
from importgraph.facts.blanking import bodies, skim
from importgraph.session.conftests import Conftests
from importgraph.text.module_names import base_and_name

_CHANGES = re.compile(
    rb"\bsys\.(?:path|modules|meta_path|path_hooks)(?:\.(?!get\b|keys\b|items\b|values\b|copy\b)\w+"
    rb"|[ \t]*\[[^\]\n]*\][ \t]*=(?!=)"
    rb"|[ \t]*\+?=(?!=)|[ \t]*[,)])|\baddsitedir\b|\bsyspath_prepend\b"
)
_STRING = re.compile(rb"\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''", re.DOTALL)
_LACKING = re.compile(r"cannot import name '([^']*)' from '([^']+)'")
_UNSEEN = re.compile(
    rb"\b__getattr__\b|\bglobals\b|\bexec\b|\bsetattr\b|\bvars\b|\blocals\b|\bsys\.modules(?:\.|\[(?![\"']))|\blazy_loader\b"
    rb"|\.attach\b|\bimport[ \t(]+\*|\b__dict__\b"
)
"""What can bind names of a module without writing them down."""
_MANY = 400
_ABSENT = re.compile(r"no module named '([^']+)'")


def surely_fails(reason: str, conftests: Conftests, files: Sequence[str]) -> bool:
    """Tell whether a reason why a file fails to import holds whatever the session's other files do.

    Args:
        reason: As evaluation gives it.
        conftests: Those of the session, with its modules.
        files: The session's test files; each becomes one that the answer depends on.
    """
    space = conftests.space
    if reason.startswith(("FileNotFoundError: no program", DUPLICATE)) or f"` {UNUSED} `" in reason:
        return True
    if reason.startswith("does not parse"):
        return space.finder.environment.version == sys.version_info[:2]
    absent = _ABSENT.match(reason)
    if absent is not None and _in_link_files(space, absent[1].partition(".")[0]):
        return False
    lacking = _LACKING.match(reason)
    if lacking is not None and lacking[2].startswith("_pytest."):
        return True
    if lacking is not None and not _surely_lacks(space, lacking[2], lacking[1], files):
        return False
    if absent is None and not reason.startswith(("cannot import name", "mark `")):
        return False
    key = ("changes imports",)
    if key not in space.verdicts:
        space.verdicts[key] = any(_changes_imports(space, path) for path in _looked_at(conftests, files))
    return not space.verdicts[key]


def _surely_lacks(space: Interpreter, module: str, name: str, files: Sequence[str]) -> bool:
    """Tell whether a module that seems to lack a name surely lacks it.

    One of the project does. Other people's may bind names in ways that are not followed: they do where
    nothing in their text can bind a name unseen, the name is no word of it, and no file of their package
    sets it from outside.
    """
    found = space.find(module, files[0]) if files else None
    if found is None or found.first:
        return found is not None
    key = ("lacks", module, name)
    if key not in space.verdicts:
        source = (space.source(found.path) or b"") if found.readable else b"import *"
        space.verdicts[key] = (
            _UNSEEN.search(source) is None
            and re.search(rb"\b" + name.encode() + rb"\b", source) is None
            and not _set_from_outside(space, found.path, module, name)
        )
    return space.verdicts[key]


def _set_from_outside(space: Interpreter, path: str, module: str, name: str) -> bool:
    """Tell whether a file of a module's package may set a name on it; yes where there are too many."""
    top = path
    for _ in range(module.count(".") + (path.endswith("/__init__.py"))):
        top = os.path.dirname(top)
    files = [
        os.path.join(folder, file)
        for folder, _, names in os.walk(top)
        for file in names
        if file.endswith(".py")
    ]
    sets = re.compile(rb"\.%b[ \t]*=(?!=)|[\"']%b[\"'][ \t]*[,\]]" % (name.encode(), name.encode()))
    return len(files) > _MANY or any(sets.search(space.source(file) or b"") for file in files)


def _looked_at(conftests: Conftests, files: Iterable[str]) -> Iterator[str]:
    """Yield the test files, their conftests, and the files of the project that these import directly."""
    space = conftests.space
    own = dict.fromkeys(files)
    chains = dict.fromkeys(c for folder in {os.path.dirname(f) for f in own} for c in conftests.chain(folder))
    seen = {**own, **chains}
    yield from seen
    for path in tuple(seen):
        module = base_and_name(path)[1]
        for target, *_ in space.index(path).imports:
            found = space.find(absolute_name(module, path, target), path)
            if found is not None and found.first and found.readable and found.path not in seen:
                seen[found.path] = None
                yield found.path


def _changes_imports(space: Interpreter, path: str) -> bool:
    """Tell whether a file changes how imports work when it is imported, as far as its own text shows."""
    source = space.source(path) or b""
    if _CHANGES.search(source) is None:
        return False
    kept = _STRING.sub(b"", skim(source))
    if _CHANGES.search(kept) is not None:
        return True
    return any(
        _CHANGES.search(source, start, stop) and re.search(rb"(?<!def )\b" + name + rb"\(", kept)
        for start, stop, _, name in bodies(source)
    )


def _in_link_files(space: Interpreter, name: str) -> bool:
    """Tell whether a `.pth` file, which may run code when the interpreter starts, names a module."""
    return any(
        re.search(
            rb"\b" + re.escape(name.encode()) + rb"\b", space.source(os.path.join(folder, entry)) or b""
        )
        for folder in space.finder.environment.folders
        if os.path.isdir(folder)
        for entry in os.listdir(folder)
        if entry.endswith(".pth")
    )
