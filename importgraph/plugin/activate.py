"""Put in place the parts of the plugin that were asked for."""

from pathlib import Path
from typing import Any

import pytest

from importgraph.plugin.options import parse_options

ACTIVE = "importgraph-options"


def activate(config: pytest.Config, chosen: Any) -> None:
    """Register the parts, once in a session.

    Args:
        config: The session's configuration, not necessarily complete.
        chosen: The namespace that holds the options.

    Raises:
        pytest.UsageError: An option's value is wrong.
    """
    manager = config.pluginmanager
    if manager.hasplugin(ACTIVE):
        return
    options = parse_options(chosen, Path(config.invocation_params.dir))
    manager.register(options, ACTIVE)
    if options.most_seconds is not None or options.timeout is not None:
        from importgraph.plugin.limits import Limits

        manager.register(Limits(config, options.most_seconds, options.timeout), "importgraph-limits")
    if options.audit:
        from importgraph.plugin.audit import Audit

        manager.register(Audit(config), "importgraph-audit")
    if options.narrow:
        from importgraph.plugin.narrowing import Narrower

        manager.register(Narrower(config), "importgraph-narrow")
    if options.profile:
        from importgraph.plugin.profiler import Profiler

        manager.register(Profiler(config, options.profile_file), "importgraph-profile")
