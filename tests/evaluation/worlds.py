"""A policy over texts in memory, with every module run when it is imported, as Python does."""

import ast
import textwrap
from dataclasses import dataclass, field

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.protocol import Policy, Presence, Source, Supply, Surroundings


@dataclass
class World(Policy):
    files: dict
    installed: dict = field(default_factory=dict)
    surroundings: Surroundings = field(default_factory=lambda: Surroundings((3, 12), "linux", variables={}))
    assumes_unset: bool = False
    external: list = field(default_factory=list)

    def find(self, name, importer):
        return name if self._path(name) else None

    def _path(self, name):
        base = name.replace(".", "/")
        return next((p for p in (f"{base}/__init__.py", f"{base}.py") if p in self.files), "")

    def presence(self, name, importer):
        top = name.partition(".")[0]
        if self._path(top):
            return Presence.MISSING
        return self.installed.get(top, Presence.THERE)

    def source(self, module):
        path = self._path(module)
        is_package = path.endswith("__init__.py")
        tree = ast.parse(textwrap.dedent(self.files[path]))
        return Source(tree, module if is_package else module.rpartition(".")[0], path, is_package)

    def executes(self, module):
        return True

    def listed_lazily(self, module, name):
        return None

    def binds(self, module, name):
        return False

    def supply(self, module, name):
        return Supply()

    def judged(self, raised):
        return raised

    def ends(self, raised):
        return True

    def waits(self, module, statement):
        return False

    def follows(self, function, arguments):
        return True

    def files_in(self, folder):
        prefix = f"{folder}/" if folder else ""
        inside = {path[len(prefix) :].partition("/")[0] for path in self.files if path.startswith(prefix)}
        return tuple(sorted(inside)) or None

    def changes(self, holder, what):
        pass

    def calls_external(self, name, arguments):
        self.external.append(name)


def run(name, files, **more):
    """Run a module and return the machine and its namespace."""
    machine = Machine(World(files, **more))
    return machine, machine.run_module(name).namespace


class CautiousWorld(World):
    """A client to which only what is sure counts."""

    cautious = True

    def path(self, module):
        return self._path(module)

    def outside_value(self, name):
        return None


def failure(text, **files):
    """Return what the import of a text surely raises, or None."""
    texts = {"main.py": text, **{f"{name}.py": inner for name, inner in files.items()}}
    world = CautiousWorld({path: textwrap.dedent(inner) for path, inner in texts.items()})
    world.installed["perhaps"] = Presence.UNDECIDED
    module = Machine(world).run_module("main")
    return module.status.get("failed")
