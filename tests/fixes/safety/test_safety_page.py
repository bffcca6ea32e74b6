"""The page of safety rules is made from the programs, and current."""

import importlib.util
from pathlib import Path

from behaviour.programs import CHANGING
from behaviour.rules import RULES

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "safety_page.py"


def test_each_rule_is_shown_by_a_program():
    assert {program.rule for program in CHANGING} == set(RULES)


def test_the_page_is_current():
    spec = importlib.util.spec_from_file_location("safety_page", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text(encoding="utf-8") == script.page()
