import sys

import pytest

from importgraph.environment.standard_names import has_standard_name


@pytest.mark.parametrize(
    ("module", "name", "version", "there"),
    [
        ("itertools", "batched", (3, 11), False),
        ("itertools", "batched", (3, 12), True),
        ("inspect", "getargspec", (3, 10), True),
        ("inspect", "getargspec", (3, 11), False),
        ("math", "nope", (3, 13), False),
        ("sys", "maxint", (3, 13), False),
        ("sys", "_called_from_test", (3, 13), None),
        ("sys", "monitoring", (3, 11), False),
        ("signal", "SIGNOPE", (3, 13), None),
        ("itertools", "batched", (3, 99), None),
        ("json", "loads", (3, 11), None),
    ],
)
def test_names_by_version(module, name, version, there):
    assert has_standard_name(module, name, version) is there


def test_what_this_python_has_is_known():
    assert all(has_standard_name("sys", name, sys.version_info[:2]) is not False for name in vars(sys))
