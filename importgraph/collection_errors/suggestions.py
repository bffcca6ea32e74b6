"""What to change about a cause: where a missing module or name went, which distribution brings a module."""

import os
import re
import sys
from functools import cached_property
from pathlib import Path

from importgraph.collection_errors.distributions import plugin_of, wanted_by
from importgraph.environment.import_names import distribution_of
from importgraph.files import read_file
from importgraph.findings.test_code import is_example
from importgraph.names import near_matches
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.failures import Failure

_SKIPPED = {".git", "__pycache__", "node_modules", ".venv", "venv", ".tox", ".eggs", "build", "dist"}
_MOST_FILES = 20_000


class Suggestions:
    """Looks around in a project.

    Args:
        root: Its folder.
    """

    def __init__(self, root: str) -> None:
        self.root = root

    @cached_property
    def _modules(self) -> dict[str, list[str]]:
        """The modules of the project by last name, as paths relative to it."""
        found: dict[str, list[str]] = {}
        count = 0
        for folder, folders, files in os.walk(self.root):
            folders[:] = sorted(one for one in folders if one not in _SKIPPED and not one.startswith("."))
            for file in sorted(files):
                if file.endswith(".py") and file != "conftest.py":
                    path = os.path.relpath(os.path.join(folder, file), self.root)
                    name = os.path.basename(folder) if file == "__init__.py" else file[:-3]
                    found.setdefault(name, []).append(path)
                    count += 1
            if count > _MOST_FILES:
                break
        return found

    def kind(self, failure: Failure) -> CauseKind:
        """Return the kind of a failure, now that the project may be searched."""
        top = failure.subject.partition(".")[0]
        ours = any(self._is_root_module(path) for path in self._modules.get(top, ()))
        if failure.kind is CauseKind.MISSING_DISTRIBUTION and "." not in failure.subject and ours:
            return CauseKind.MISSING_MODULE
        return failure.kind

    def _is_root_module(self, path: str) -> bool:
        """Tell whether a file is a top-level module from some source root, outside of examples."""
        holder = Path(self.root, path).parent
        folder = holder.parent if path.endswith("__init__.py") else holder
        return not is_example(path) and not (folder / "__init__.py").is_file()

    def edit(self, failure: Failure, kind: CauseKind) -> str:
        """Return what to change."""
        match kind:
            case CauseKind.MISSING_MODULE:
                return self._module(failure.subject)
            case CauseKind.MISSING_NAME:
                return self._name(failure.subject)
            case CauseKind.MISSING_DISTRIBUTION:
                return self._distribution(failure)
            case CauseKind.MISSING_PLUGIN:
                return self._plugin(failure.subject, kind)
            case CauseKind.CONFIGURATION if failure.message.startswith("unknown config option"):
                return self._plugin(failure.subject, kind)
            case CauseKind.UNDEFINED_NAME:
                return self._undefined(failure.subject.partition(" in ")[0])
            case CauseKind.UNKNOWN_MARKER:
                return f"Register `{failure.subject}` under `markers` in the settings, or mend its spelling."
            case _:
                return _PLAIN[kind]

    def _module(self, subject: str) -> str:
        top, _, last = subject.rpartition(".")
        if top.partition(".")[0] in sys.stdlib_module_names:
            return f"The standard library has no `{subject}`: mend the name, or take what replaced it."
        homes = [path for path in self._modules.get(last, ()) if not is_example(path)]
        if homes:
            return f"It may have moved: {homes[0]} is there. Import it from where it is."
        near = near_matches(last, list(self._modules), limit=1)
        if near:
            return f"There is {self._modules[near[0]][0]}: mend the spelling, or bring the module back."
        return "Bring the module back, or remove the import."

    def _name(self, subject: str) -> str:
        last = subject.rpartition(".")[2]
        homes = self._definitions(last)
        if homes:
            return f"`{last}` is defined in {homes[0]}: import it from there."
        return f"Define `{last}` there, or take what replaced it."

    def _undefined(self, name: str) -> str:
        homes = self._definitions(name)
        if name in self._modules and not homes:
            return f"Import `{name}` ({self._modules[name][0]})."
        if homes:
            return f"Import `{name}` from {homes[0]}."
        return f"Import or define `{name}` before this line."

    def _definitions(self, name: str) -> list[str]:
        """Return the files that define a name at the left margin, as `path:line`."""
        pattern = re.compile(
            rb"^(?:(?:async )?def|class) "
            + re.escape(name.encode())
            + rb"\b|^"
            + re.escape(name.encode())
            + rb" *[:=]",
            re.MULTILINE,
        )
        found = []
        for path in sorted({path for paths in self._modules.values() for path in paths}):
            try:
                text = read_file(Path(self.root, path))
            except OSError:
                continue
            match = pattern.search(text)
            if match is not None:
                line = text.count(b"\n", 0, match.start()) + 1
                found.append(f"{path}:{line}")
        return found

    def _distribution(self, failure: Failure) -> str:
        top = failure.subject.partition(".")[0]
        name = distribution_of(failure.subject)
        if name is None:
            return f"Install the distribution that brings `{failure.subject}` in this environment."
        wanted = wanted_by(self.root, name)
        text = f"Install `{name}` in this environment{f' ({wanted})' if wanted else ''}"
        if not failure.path.startswith(f"{self.root}{os.sep}"):
            return f"{text}."
        if len({step.path for step in failure.chain}) > 1:
            return f"{text}, or import it under try/except ImportError where it is optional."
        if os.path.basename(failure.path) == "conftest.py":
            return f"{text}."
        return f'{text}, or skip this file without it: pytest.importorskip("{top}").'

    def _plugin(self, subject: str, kind: CauseKind) -> str:
        name = plugin_of(subject)
        if name is None:
            return _PLAIN[kind]
        wanted = wanted_by(self.root, name)
        return (
            f"Install `{name}` in this environment{f' ({wanted})' if wanted else ''}, or remove the setting."
        )


_PLAIN = {
    CauseKind.SYNTAX_ERROR: "Mend the syntax.",
    CauseKind.IMPORT_CYCLE: "Move this import into the function that uses it, or what it takes elsewhere.",
    CauseKind.RAISED: "Raise this when the code is used, not when it is imported; or skip the module.",
    CauseKind.WRONG_CALL: "Pass what the function takes.",
    CauseKind.WRONG_TYPE: "Give the operation operands that have it.",
    CauseKind.REFUSED_ATTRIBUTE: "Set only what the object lets code set, or make a new one.",
    CauseKind.CLASS_CONFLICT: "Change the bases of the class, their order, or its slots and fields.",
    CauseKind.SKIP_OUTSIDE: "Pass allow_module_level=True.",
    CauseKind.MARK_ON_FIXTURE: "Remove the mark: it has never had an effect on a fixture.",
    CauseKind.FIXTURE: "Change the fixture as the message says.",
    CauseKind.PARAMETRIZE: "Let the names and values of parametrize fit the test.",
    CauseKind.TEST_CLASS: "Set `__test__ = False` in the class, or rename it: it is taken for a test class.",
    CauseKind.FILE_MISMATCH: "Rename one of the files, or add `__init__.py` to their folders.",
    CauseKind.CONFTEST: "Move it to the conftest at the root.",
    CauseKind.CONFIGURATION: "Change the configuration as the message says.",
    CauseKind.MISSING_PLUGIN: "Install the plugin in this environment, or remove the setting.",
}
