"""What building a wheel does beside packing: the compiled reader of facts, where it is asked for.

A plain wheel is pure and needs no compiler. With `IMPORTGRAPH_NATIVE=1` it holds the reader, for one platform
and all Pythons from 3.11 on; an editable installation compiles it in place if a compiler is there.
"""

import os
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Compile the reader of facts beside its sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the reader to what is built, if it is wanted."""
        is_wanted = bool(os.environ.get("IMPORTGRAPH_NATIVE"))
        if not is_wanted and version != "editable":
            return
        sys.path.insert(0, self.root)
        folder = Path(self.root, "importgraph", "facts")
        try:
            from importgraph.errors import UsageError
            from importgraph.facts.build_reader import build
            from importgraph.facts.native_sources import NAME
        finally:
            del sys.path[0]
        try:
            build(folder)
        except UsageError as error:
            if is_wanted:
                raise
            self.app.display_info(f"Without the compiled reader, which is only slower: {error}")
            return
        if is_wanted:
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
            build_data["pure_python"] = False
            build_data["tag"] = f"cp311-abi3-{platform}"
            build_data["artifacts"].append(f"importgraph/facts/{NAME}")
