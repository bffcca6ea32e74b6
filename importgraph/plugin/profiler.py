"""The hooks of ``--importgraph-profile``: they divide collection time into spans, and report them."""
# ruff: noqa: SLF001 -- conftest files are imported by a method of pytest's that has no hook

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from importgraph.plugin.hook_timing import HookTimes
from importgraph.plugin.process import since_process_began_ns
from importgraph.plugin.rewriting import Rewriting
from importgraph.plugin.seen import Seen, build_report
from importgraph.plugin.stopwatch import Readings, Span, Stopwatch
from importgraph.plugin.tracing import Tracer

clock = time.perf_counter_ns
WORKER_KEY = "importgraph_profile"


class Profiler:
    """Profiles collection from its construction until collection ends, and reports when the session ends.

    Args:
        config: The session's configuration.
        file: Where the report is saved as JSON.
    """

    def __init__(self, config: pytest.Config, file: Path | None) -> None:
        self.config, self.file = config, file
        self.startup_ns = since_process_began_ns()
        self.begun = clock()
        self.folder = Path(tempfile.mkdtemp(prefix="importgraph-"))
        self.tracer = Tracer(self.folder / "trace")
        self.rewriting = Rewriting(self.tracer.clock)
        self.stopwatch = Stopwatch(self.tracer.clock, self._readings, lambda: self.tracer.busy)
        self.hooks = HookTimes(config.pluginmanager, str(config.rootpath), self.stopwatch)
        self.configuring: Span | None = self.stopwatch.enter("configuration")
        self.prepared_ns = clock() - self.begun
        self.ended = self.lost_ns = self.garbage_ns = self.collections = 0
        self.tests: Counter[str] = Counter()
        self.deselected = self.errors = 0
        self.workers: list[dict[str, Any]] = []
        self.report: dict[str, Any] | None = None
        self.problem = ""
        self.notes: list[str] = []
        self._watch_conftests()
        config.add_cleanup(self._leave_nothing)  # called also when the session fails before it is configured

    def _readings(self) -> Readings:
        return Readings(self.tracer.lost, self.tracer.imported, self.rewriting.spent)

    def _watch_conftests(self) -> None:
        manager: Any = self.config.pluginmanager
        real = getattr(manager, "_importconftest", None)
        if real is None:
            self.notes.append("conftest files are part of configuration: this pytest has no _importconftest")
            return

        def import_conftest(path: Any, *rest: Any, **named: Any) -> Any:
            with self.stopwatch.span("conftest files", file=str(path)):
                return real(path, *rest, **named)

        manager._importconftest = import_conftest

    def pytest_plugin_registered(self, plugin: Any) -> None:
        """Time the hooks of each plugin, also of those registered before."""
        if not self.ended:
            self.hooks.watch(plugin)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self) -> Generator[None, Any, Any]:
        """Divide configuration from collection, and stop watching after it."""
        self.stopwatch.leave(self.configuring)
        collecting = self.stopwatch.enter("rest")
        try:
            return (yield)
        finally:
            self.stopwatch.leave(collecting)
            self._stop()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Charge what a collector does to its file, or to the search for files."""
        in_file = not isinstance(collector, (pytest.Session, pytest.Directory))
        part, file = ("files", str(collector.path)) if in_file else ("finding files", "")
        with self.stopwatch.span(part, file):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_generate_tests(self) -> Generator[None, Any, Any]:
        """Charge parametrisation."""
        with self.stopwatch.span("parametrisation"):
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self) -> Generator[None, Any, Any]:
        """Charge selection and ordering."""
        with self.stopwatch.span("selection and order"):
            return (yield)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Count errors."""
        self.errors += report.failed

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Count what -k, -m and plugins took away."""
        self.deselected += len(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the tests of each file."""
        self.tests.update(str(item.path) for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what an xdist worker saw."""
        found = getattr(node, "workeroutput", None) or {}
        self.workers.append(found.get(WORKER_KEY) or {"worker": node.gateway.id, "lost": True})

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Build the report, or hand it to xdist's controller."""
        self._stop()
        self.report = build_report(self._seen())
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output[WORKER_KEY] = self.report | {"worker": self.config.workerinput["workerid"]}  # type: ignore[attr-defined]
        elif self.file is not None:
            self._save(self.file)

    def _seen(self) -> Seen:
        return Seen(
            root=Path(self.config.rootpath),
            record=self.folder / "trace",
            shares=self.stopwatch.shares,
            total_ns=self.ended - self.begun,
            lost_ns=self.lost_ns,
            garbage_ns=self.garbage_ns,
            collections=self.collections,
            run_ns=clock() - self.begun,
            startup_ns=self.startup_ns,
            tests=dict(self.tests),
            deselected=self.deselected,
            errors=self.errors,
            collect_only=bool(self.config.option.collectonly),
            rewriting=self.rewriting,
            workers=self.workers,
            notes=tuple(self.notes),
            controller=self.config.pluginmanager.hasplugin("dsession"),
        )

    def _save(self, file: Path) -> None:
        import json

        text = json.dumps(self.report, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        try:
            file.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            self.problem = f"the profile was not saved: {error}"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the report."""
        if self.report is None:
            return
        from importgraph.plugin.summary import summary
        from importgraph.quoting import visible

        terminalreporter.section("importgraph: where collection time went")
        for line in summary(self.report):
            terminalreporter.line(visible(line))
        if self.problem:
            terminalreporter.line(visible(f"importgraph: {self.problem}"), red=True)
        elif self.file is not None:
            terminalreporter.line(f"saved: {self.file}")

    def _leave_nothing(self) -> None:
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _stop(self) -> None:
        if self.ended:
            return
        self.stopwatch.leave(self.configuring)
        self.ended, self.lost_ns = clock(), self.tracer.lost + self.prepared_ns
        self.garbage_ns, self.collections = self.tracer.collecting, self.tracer.collections
        self.rewriting.stop()
        self.tracer.stop()
        self.hooks.stop()
        vars(self.config.pluginmanager).pop("_importconftest", None)
