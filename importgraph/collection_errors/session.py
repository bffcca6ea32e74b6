"""A pytest session in simulation: conftests, then test files, in pytest's order, in one `sys.modules`."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from importgraph.collection_errors.configuration import (
    refused_at_end,
    refused_at_once,
    refused_later,
    warned_at_start,
)
from importgraph.collection_errors.conftest_hooks import Hooks
from importgraph.collection_errors.file_imports import FileImports
from importgraph.collection_errors.named_plugins import late_plugins, named_plugins
from importgraph.collection_errors.node_ids import absent_ids
from importgraph.collection_errors.plugins import Plugins
from importgraph.collection_errors.session_files import session_files
from importgraph.collection_errors.session_texts import SessionTexts, line_of
from importgraph.environment.interpreter import Environment
from importgraph.errors import ImportgraphError
from importgraph.evaluation.values.objects import Module
from importgraph.evaluation.values.value import Arguments, Value
from importgraph.failures import reason
from importgraph.session.conftests import Conftests, initial_folders
from importgraph.session.settings import Settings
from importgraph.simulation.causes import Step
from importgraph.simulation.failures import Failure, Skipped, behind
from importgraph.simulation.policy import SessionPolicy
from importgraph.simulation.session_imports import SessionImports
from importgraph.simulation.shapes import has_tests, shape_failure
from importgraph.simulation.test_arguments import Session as Parametrized
from importgraph.simulation.test_arguments import seen_fixtures
from importgraph.simulation.test_classes import uncollectable
from importgraph.text.module_names import base_and_name


@dataclass
class Session:
    """One simulated session.

    Args:
        settings: pytest's settings.
        environment: The interpreter.
        imports: Its `sys.modules`.
        conftests: Says which conftest files stand above a folder.
        plugins: Say what they register.
    """

    settings: Settings
    environment: Environment
    imports: SessionImports
    conftests: Conftests
    plugins: Plugins
    failures: dict[str, Failure] = field(default_factory=dict)
    """By test file, absolute."""
    files: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    """Test files that our own code failed on, with the reason."""
    aborted: Failure | None = None
    """Why pytest does not start."""
    ended: Failure | None = None
    """Why it ends with an error when it has collected."""
    stopped: Callable[[], bool] = bool
    """Asked before each test file: tells that those that are left are not to be looked at."""
    _lenient: frozenset[str] = frozenset()
    """Files whose failing imports pytest ignores."""
    _folders: dict[str, Failure | None] = field(default_factory=dict)
    """Of each folder: why its conftest fails."""
    _loaded: dict[str, Module | None] = field(default_factory=dict)
    """Conftests by their files."""
    _with_hooks: list[Module] = field(default_factory=list)
    """Conftests and plugins of the project, as they were loaded."""

    @property
    def _policy(self) -> SessionPolicy:
        return self.imports.policy

    def run(self, files: Sequence[str] | None = None) -> None:
        """Load the initial conftests, then test files.

        Args:
            files: Absolute paths; None: those that pytest finds.
        """
        policy = self._policy
        if files is None:
            self.files, self._lenient = session_files(self.settings, self.conftests, policy.sources)
        else:
            self.files = list(files)
        texts = self._texts
        policy.marks = replace(policy.marks, may_exist=texts.may_register)
        policy.variables.may_be_set = texts.may_set
        marks = policy.marks
        self.aborted = (
            refused_at_once(self.settings, self.plugins)
            or self._start_plugins()
            or self._start()
            or refused_later(self.settings, self.plugins, self._initial())
            or self._called("pytest_configure")
            or self._called("pytest_sessionstart")
        )
        if self.aborted is not None:
            self.failures = dict.fromkeys(self.files, self.aborted)
            return
        self.ended = refused_at_end(self.settings, self.plugins, self._texts.conftests)
        policy.marks = marks  # pytest forgets the warning filters that conftests set while it starts
        for number, file in enumerate(self.files):
            if self.stopped():
                self.files = self.files[:number]
                return
            try:
                failure = self._blocked(os.path.dirname(file)) or self._collect(file)
            except ImportgraphError:
                raise
            except Exception as error:  # noqa: BLE001 -- one file must not take the others down
                self.unread[file] = reason(error)
                continue
            if failure is not None and not (file in self._lenient and _is_import_error(failure)):
                self.failures[file] = failure
            if failure is not None and self._ends_at_once(failure):
                self.aborted = failure
                self.failures = dict.fromkeys(self.files, failure) | self.failures
                return
        absent = absent_ids(self.settings, self.conftests, self.imports, self._texts)
        self.ended = self.ended or next(absent, None) or self._refused_hooks()
        self.ended = self.ended or self._called("pytest_collection_modifyitems")

    def _ends_at_once(self, failure: Failure) -> bool:
        """Tell whether pytest does not take an exception for an error of one file, so that no test runs."""
        kinds = {failure.exception, *failure.bases}
        exits = self._policy.pytest_version >= _EXITS and not kinds.isdisjoint(_EXITING)
        return exits or failure.exception == "Exit"

    def _called(self, hook: str) -> Failure | None:
        """Call a hook in all modules of the project that have it; return the first failure."""
        found = (self._hooks.called(module, hook) for module in self._with_hooks)
        return next((one for one in found if one is not None), None)

    def _refused_hooks(self) -> Failure | None:
        """Return the first hook that nobody knows; pytest looks at them when it has collected."""
        if any(b"pytest_addhooks" in self._policy.sources.text(module.path) for module in self._with_hooks):
            return None
        found = (self._hooks.unknown(module) for module in self._with_hooks)
        return next((one for one in found if one is not None), None)

    def _registered_hooks(self, module: Module) -> Failure | None:
        """Take note of a module whose hooks pytest calls; return why it does not take them."""
        if not self._policy.search.is_project(module.path):
            return None
        self._with_hooks.append(module)
        return self._hooks.refused(module) or self._hooks.called(module, "pytest_addoption")

    @cached_property
    def _hooks(self) -> Hooks:
        return Hooks(self.plugins, self.imports, self._texts.local)

    def _start(self) -> Failure | None:
        """Load the conftests that pytest loads before it collects; a failure ends the session."""
        for conftest in self._initial():
            failure = self._load_conftest(conftest)
            if failure is not None:
                return failure
        return None

    def _start_plugins(self) -> Failure | None:
        """Import the installed plugins; one that fails ends the session."""
        for module in (*self.plugins.named, *self.plugins.installed):
            found = self.imports.load(module)
            if isinstance(found, Failure):
                return found if found.chain else self._without_plugin(found, module)
            refused = self._registered_hooks(found) if isinstance(found, Module) else None
            warning = "" if isinstance(found, Module) else self._hooks.warning(module)
            if refused is not None or warning:
                return refused or warned_at_start(self.settings, module, warning)
        return None

    def _without_plugin(self, failure: Failure, module: str) -> Failure:
        """Place the failure of a plugin that is not there where the settings name it."""
        place = str(self.settings.ini or self.settings.rootdir)
        text = self._policy.sources.text(place)
        return behind(failure, Step(place, line_of(text, module.encode())))

    def _initial(self) -> tuple[str, ...]:
        """Return the conftests that pytest loads before it collects, in its order."""
        folders = initial_folders(self.settings)
        return tuple(dict.fromkeys(path for folder in folders for path in self.conftests.chain(folder)))

    def _around(self, module: Module, path: str) -> Parametrized:
        """Return what the rest of the session says of the tests of a file."""

        def call(function: Value, arguments: Arguments) -> Value | Failure | None:
            found = self.imports.call(function, arguments)
            return None if isinstance(found, Skipped) else found

        settings, policy = self.settings, self._policy
        above = [self._loaded.get(one) for one in self.conftests.chain(os.path.dirname(path))]
        return Parametrized(
            strict_ids=settings.strict_ids,
            empty_fails=settings.values.get("empty_parameter_set_mark") == "fail_at_collect",
            named=(lambda _: True) if settings.usefixtures else self._texts.names,
            call=call,
            config=self._hooks.config,
            spaces=seen_fixtures(one.namespace for one in (module, *reversed(above)) if one is not None),
            filters=policy.marks.filters,
            pytest_version=policy.pytest_version,
        )

    @cached_property
    def _texts(self) -> SessionTexts:
        folders = dict.fromkeys(os.path.dirname(file) for file in self.files)
        conftests = tuple(dict.fromkeys(one for folder in folders for one in self.conftests.chain(folder)))
        return SessionTexts(self.settings, self.plugins, self._policy.sources, conftests)

    def _blocked(self, folder: str) -> Failure | None:
        """Return why nothing in a folder is collected: a conftest on the way down fails."""
        if folder not in self._folders:
            failure = None
            for conftest in self.conftests.chain(folder):
                failure = self._load_conftest(conftest)
                if failure is not None:
                    break
            self._folders[folder] = failure
        return self._folders[folder]

    def _load_conftest(self, path: str) -> Failure | None:
        if path in self._loaded:
            return None
        if base_and_name(path)[1] == "conftest":  # as `PytestPluginManager._importconftest` does
            self.imports.forget("conftest")
        failure = self._collect(path)
        if failure is None:
            module = next((one for one in self.imports.modules() if one.path == path), None)
            self._loaded[path] = module
            if module is not None:
                late = late_plugins(module, self.settings, self._policy.sources)
                failure = late or self._registered_hooks(module)
        return failure

    def _collect(self, path: str) -> Failure | None:
        """Import a file and look at it as pytest does; return why that fails."""
        module = FileImports(self.settings, self.imports).load(path)
        return self._looked_at(module, path) if isinstance(module, Module) else module

    def _looked_at(self, module: Module, path: str) -> Failure | None:
        """Return what pytest stumbles over in a module that it has imported."""
        wrong = self._named_plugins(module) or shape_failure(
            module, self.settings, self._around(module, path)
        )
        if wrong is not None or path.endswith("conftest.py"):
            return wrong
        return self._generating(module) or next(
            uncollectable(module, self.settings, self._policy.marks.filters), None
        )

    def _generating(self, module: Module) -> Failure | None:
        """Return why the hook of a test module that makes parameters surely fails for its tests."""
        if "pytest_generate_tests" not in module.namespace or not has_tests(module, self.settings):
            return None
        return self._hooks.called(module, "pytest_generate_tests")

    def _named_plugins(self, module: Module) -> Failure | None:
        """Import the plugins that a conftest or test file names."""
        for found in named_plugins(module, self.imports, self._texts.plugin_files):
            refused = found if isinstance(found, Failure) else self._registered_hooks(found)
            if refused is not None:
                return refused
        return None


_EXITS = (8, 2)
"""From this version of pytest on what exits while a file is collected ends the session."""
_EXITING = {"SystemExit", "KeyboardInterrupt"}


def _is_import_error(failure: Failure) -> bool:
    return failure.exception in {"ImportError", "ModuleNotFoundError"}
