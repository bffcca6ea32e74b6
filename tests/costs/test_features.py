from textwrap import dedent

from importgraph.costs.features import CostFeatures, compiled_features, features_of
from importgraph.facts.parse import parse_module


def features(text: str, *, package: bool = False) -> CostFeatures:
    return features_of(parse_module(dedent(text).encode()).facts, package=package)


def test_an_empty_file_is_found_and_opened_and_nothing_else():
    assert features("") == CostFeatures(source=1)
    assert features("", package=True) == CostFeatures(source=1, package=1)


def test_docstrings_stand_apart_from_code():
    found = features('"""Docs."""\nx = 1\n')
    assert found.text_bytes == 5
    assert found.code_bytes == len('"""Docs."""\nx = 1\n') - 5


def test_fields_and_members_count_by_kind_of_class():
    found = features(
        """
        @dataclass
        class Point:
            x: int
            y: int = 0
        class Color(Enum):
            RED = 1
            GREEN = 2
        class User(BaseModel):
            name: str
        @attr.s
        class Old:
            x = attr.ib()
            limit = 3
        """
    )
    assert (found.dataclasses, found.dataclass_fields) == (2, 3)
    assert (found.enums, found.enum_members) == (1, 2)
    assert (found.models, found.model_fields) == (1, 1)
    assert (found.classes, found.class_decorators) == (4, 0)


def test_what_stands_in_functions_is_stored_and_not_run():
    found = features(
        """
        def f():
            @dataclass
            class Inner:
                x: int
            import os
            return lambda: os
        """
    )
    assert (found.functions, found.stored, found.classes, found.dataclasses) == (2, 4, 0, 0)
    assert (found.run, found.imports) == (1, 0)


def test_imports_that_only_type_checkers_see_do_not_count():
    found = features(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a, b\nfrom c import d, e\n"
    )
    assert found.imports == 3


def test_a_compiled_module_is_known_by_its_size():
    assert compiled_features(4096) == CostFeatures(compiled=1, compiled_bytes=4096)
