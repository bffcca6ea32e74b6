"""How pytest imports a file: by its name from a folder put on `sys.path`, or from the file itself."""

import os
from pathlib import Path

from importgraph.evaluation.values.objects import Module
from importgraph.session.settings import Settings
from importgraph.simulation.causes import CauseKind, Step
from importgraph.simulation.failures import Failure, Skipped, anchored
from importgraph.simulation.session_imports import Loaded, SessionImports
from importgraph.text.module_names import base_and_name, name_below


class FileImports:
    """Imports test files and conftests as the import mode says.

    Args:
        settings: Those of pytest.
        imports: The `sys.modules` of the session.
    """

    def __init__(self, settings: Settings, imports: SessionImports) -> None:
        self.settings = settings
        self.imports = imports

    def load(self, path: str) -> Module | Failure | None:
        """Import a file as pytest does; return its module, why that fails, or None where there is none."""
        self.imports.policy.begin_file()
        base, name = base_and_name(path)
        search = self.imports.policy.search
        if self.settings.import_mode == "prepend" and search.path[:1] != [base]:
            search.path.insert(0, base)
        elif self.settings.import_mode == "append" and base not in (*search.path, *search.behind):
            search.behind.append(base)
        by_file = self.settings.import_mode == "importlib"
        module = self._by_file(path, base, name) if by_file else self.imports.load(name)
        if isinstance(module, Failure):
            return anchored(module, path)
        found = module if isinstance(module, Module) else self.imports.policy.others.get(name)
        place = found.path if found is not None else ""
        if place and place != path and not by_file:
            message = f"`{name}` is imported already, from another file of that name; neither is in a package"
            return Failure(
                "ImportPathMismatchError", CauseKind.FILE_MISMATCH, name, message, path, 1, (Step(path, 1),)
            )
        return module if isinstance(module, Module) else None

    def _by_file(self, path: str, base: str, name: str) -> Loaded:
        """Run a file under `importlib` mode, where `sys.path` stays as it is."""
        paths = self.imports.policy.search.path
        parent = name.rpartition(".")[0]
        if not parent:
            name = name_below(path, str(self.settings.rootdir))
            return self._make_parents(name, path) or self.imports.run_file(name, path, _own_folders(path))
        before = list(paths)
        paths.insert(0, base)
        found = self.imports.load(parent)
        paths[:] = before
        if not isinstance(found, Failure | Skipped):
            found = self.imports.run_file(name, path, _own_folders(path))
        paths[:] = [one for one in paths if one != base or one in before]
        return found

    def _make_parents(self, name: str, path: str) -> Failure | Skipped | None:
        """Make the folders around a file modules, as `_import_module_using_spec` does from the inside out."""
        parent, folder = name.rpartition(".")[0], os.path.dirname(path)
        made: list[tuple[str, str]] = []
        while parent:
            policy = self.imports.policy
            known = policy.specs.get(parent) if policy.loaded(parent) is not None else None
            if known is not None and known.folders:
                break
            made.append((parent, folder))
            parent, folder = parent.rpartition(".")[0], os.path.dirname(folder)
        for one, place in reversed(made):
            own = os.path.join(place, "__init__.py")
            found = self.imports.run_file(one, own if Path(own).is_file() else "", (place,))
            if isinstance(found, Failure | Skipped):
                return found
        return None


def _own_folders(path: str) -> tuple[str, ...]:
    """Return the `__path__` of a file that is run as a module."""
    return (os.path.dirname(path),) if os.path.basename(path) == "__init__.py" else ()
