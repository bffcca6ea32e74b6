"""The icicle: valid XML, escaped, with widths that add up."""

import xml.etree.ElementTree as ET

import msgspec
import pytest

from importgraph.measurements.model import ImportEvent, ImportProfile, ModuleTiming
from importgraph.outputs.pictures import icicle

NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}


def module(name, self_us, cumulative_us, loaded_by="__main__", **more):
    return ModuleTiming(
        name=name,
        self_us=self_us,
        cumulative_us=cumulative_us,
        retained_us=self_us,
        loaded_by=loaded_by,
        **more,
    )


def profile(*modules, **more):
    total = sum(m.self_us for m in modules)
    return ImportProfile(
        entry="app<&>", kind="module", python="3.12.1", total_us=total, spread_us=0, modules=modules, **more
    )


SAMPLE = profile(
    module("app<&>", 2_000, 100_000, order=0),
    module("pandas", 60_000, 90_000, "app<&>", order=1, group="external", distribution="pandas"),
    module("numpy", 30_000, 30_000, "pandas", order=2, group="external", distribution="numpy"),
    module("json", 7_990, 7_990, "app<&>", order=3, group="standard"),
    module("tiny", 10, 10, "app<&>", order=4),
    imports=(
        ImportEvent(
            importer="app", imported="pandas", modules=("pandas",), path="app.py", line=3, loaded=True
        ),
    ),
    runs_us=(100_000, 120_000),
    cold_us=500_000,
)


def bars(svg):
    root = ET.fromstring(svg)
    found = {}
    for group in root.findall("svg:g", NAMESPACE):
        title = group.find("svg:title", NAMESPACE)
        rect = group.find("svg:rect", NAMESPACE)
        found[title.text.split(" (")[0].split("\n")[0]] = (
            float(rect.get("x")),
            float(rect.get("width")),
            title.text,
        )
    return found


def test_widths_are_times_and_children_stand_inside_their_parents():
    found = bars(icicle.render(SAMPLE))
    full = icicle.WIDTH - 2 * icicle.MARGIN
    assert abs(found["pandas"][1] - full * 0.9) < 1
    assert abs(found["numpy"][1] - full * 0.3) < 1
    assert found["numpy"][0] >= found["pandas"][0]
    assert found["json"][0] >= found["pandas"][0] + found["pandas"][1]


def test_tooltips_name_the_line_that_loaded_it():
    text = bars(icicle.render(SAMPLE))["pandas"][2]
    assert "90.0 ms with everything" in text
    assert "60.0 ms its own code" in text
    assert "app.py:3" in text


def test_title_unit_and_legend():
    svg = icicle.render(SAMPLE)
    words = [element.text for element in ET.fromstring(svg).findall("svg:text", NAMESPACE)]
    assert words[0] == "Where the 100 ms of importing app<&> go"
    assert "best of 2 runs" in words[2]
    assert "500 ms with cold bytecode" in words[2]
    assert {"pandas 60.0 ms", "numpy 30.0 ms", "standard library 7.99 ms"} & set(words) >= {"pandas 60.0 ms"}
    assert any(word.endswith(" ms") and word[0].isdigit() for word in words)


def test_modules_too_narrow_to_see_become_one_bar():
    small = [module(f"s{n}", 50, 50, "app", order=n + 1) for n in range(40)]
    found = bars(icicle.render(profile(module("app", 100_000, 102_000, order=0), *small)))
    assert "40 small imports, 2.0 ms: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11" in found
    assert "s0" not in found


def test_an_empty_and_a_partial_profile():
    assert "0.00 ms" in icicle.render(profile())
    assert "partial" in icicle.render(profile(module("a", 5, 5), complete=False))


def test_it_is_the_same_every_time():
    assert icicle.render(SAMPLE) == icicle.render(SAMPLE)


def test_the_garbage_collector_has_a_bar_of_its_own():
    sample = profile(module("app<&>", 6_000, 6_000), collector_us=4_000, collections=3)
    sample = msgspec.structs.replace(sample, total_us=10_000)
    found = bars(icicle.render(sample))
    assert found["garbage collector"][1] == pytest.approx(0.4 * (icicle.WIDTH - 2 * icicle.MARGIN), abs=1)
    assert "not importing" not in icicle.render(sample)
