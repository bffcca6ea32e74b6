"""What a reader of a profile sees first, and the table of work done at import."""

from rich.console import Console

from importgraph.measurements.model import Effect, ImportProfile, ModuleTiming
from importgraph.outputs.answers.profile_text import print_profile


def shown(**changes) -> str:
    module = ModuleTiming(
        name="app", self_us=8_000, cumulative_us=8_000, retained_us=8_000, path="app.py", how="bytecode"
    )
    settings = {"entry": "app", "kind": "module", "python": "3.12.1", "total_us": 10_000, "spread_us": 0}
    settings |= {"runs_us": (10_000, 12_000), "modules": (module,), **changes}
    console = Console(width=160)
    with console.capture() as capture:
        print_profile(ImportProfile(**settings), console)
    return capture.get()


def effect(detail, line=3):
    return Effect(module="app", kind="read", detail=detail, path="app.py", line=line, retained_us=8_000)


def test_the_garbage_collector_is_spoken_of_where_it_matters():
    text = shown(collector_us=2_000, collections=12)
    assert "Garbage collector: 2.0 ms in 12 pauses" in text.splitlines()[1]
    assert "Garbage collector" not in shown(collector_us=90, collections=1)


def test_what_one_line_does_again_and_again_is_one_row():
    text = shown(effects=(effect("one.txt"), effect("two.txt"), effect("three.txt"), effect("x.txt", 9)))
    assert "Work done while importing: read 4 (table below)." in text
    (row,) = [line for line in text.splitlines() if "one.txt and 2 more" in line]
    assert row.split()[-3:-1] == ["ms", "app.py:3"]
    assert "two.txt" not in text
    assert "x.txt" in text
