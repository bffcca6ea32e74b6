"""The state of a make-believe interpreter: `sys.modules`, namespaces, and a journal to go back."""

from dataclasses import dataclass, field

from importgraph.evaluation.values.journal import Journal


@dataclass(eq=False, slots=True)
class ModuleObject:
    """A module object; a module that is imported again after a failure is another object."""

    name: str
    namespace: "dict[str, Value]" = field(default_factory=dict)
    """By bound name the module or function it stands for, or None for any other value.

    Names with dots are attributes of classes (`Class.name`).
    """


@dataclass(frozen=True, slots=True)
class FunctionObject:
    """A function, with the module object that holds its globals."""

    module: ModuleObject
    index: int
    """In the facts of its module."""


Value = ModuleObject | FunctionObject | None


class World:
    """Modules that are absent, loading or loaded. Every change can be taken back."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleObject] = {}
        """`sys.modules`."""
        self.latest: dict[str, ModuleObject] = {}
        """The newest object of each module, those that failed included."""
        self.loading: dict[ModuleObject, bool] = {}
        """The modules that are being executed."""
        self.journal = Journal()

    # -- modules --------------------------------------------------------------------------------

    def begin(self, name: str) -> ModuleObject:
        """Put a new, empty module into `sys.modules`."""
        module = ModuleObject(name)
        self.journal.put(self.modules, name, module)
        self.journal.put(self.latest, name, module)
        self.journal.put(self.loading, module, True)
        return module

    def fail(self, module: ModuleObject) -> None:
        """Take a module out of `sys.modules`; the submodules it has finished stay."""
        self.journal.drop(self.loading, module)
        self.journal.drop(self.modules, module.name)

    def finish(self, module: ModuleObject) -> None:
        """Mark a module as loaded, and make it an attribute of its package."""
        self.journal.drop(self.loading, module)
        package, _, last = module.name.rpartition(".")
        around = self.modules.get(package)
        if around is not None:
            self.journal.put(around.namespace, last, module)
