"""The text of -X importtime, both ways."""

import subprocess
import sys

from importgraph.measurements.importtime import parse_importtime, render_importtime
from importgraph.measurements.model import ImportProfile, ModuleTiming

TEXT = """import time: self [us] | cumulative | imported package
import time:       100 |        100 |     leaf
noise from the program
import time:        50 |        150 |   inner
import time:        -7 |         -7 |   odd
import time:        25 |        168 | outer
"""


def test_children_come_before_their_parents():
    found = parse_importtime(TEXT)
    assert [(t.name, t.parent, t.depth) for t in found] == [
        ("leaf", "inner", 2), ("inner", "outer", 1), ("odd", "outer", 1), ("outer", None, 0),
    ]  # fmt: skip
    assert [t.self_us for t in found] == [100, 50, -7, 25]


def test_real_output():
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import json.tool"],
        capture_output=True,
        text=True,
        check=True,
    )
    timings = parse_importtime(ran.stderr)
    found = {timing.name: timing for timing in timings}
    assert found["json.tool"].parent is None
    assert found["json.decoder"].parent == "json"
    assert sum(line.startswith("import time:") for line in ran.stderr.splitlines()) - 1 == len(timings)


def test_a_profile_reads_back():
    modules = (
        ModuleTiming(name="a", self_us=5, cumulative_us=12, retained_us=12, order=0),
        ModuleTiming(name="b", self_us=7, cumulative_us=7, retained_us=7, order=1, loaded_by="a"),
        ModuleTiming(name="t", self_us=9, cumulative_us=9, retained_us=9, order=2, thread=True),
    )
    profile = ImportProfile(
        entry="a", kind="module", python="3.12", total_us=13, spread_us=0, modules=modules
    )
    found = parse_importtime(render_importtime(profile))
    assert [(t.name, t.self_us, t.cumulative_us, t.parent) for t in found] == [
        ("b", 7, 7, "a"),
        ("a", 5, 12, None),
    ]
