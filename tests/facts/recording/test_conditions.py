import ast

import pytest

from importgraph.facts.model import Guard
from importgraph.facts.recording.conditions import NEVER, Names, read_test
from importgraph.graph.model import Target
from importgraph.graph.targets import holds

LINUX = Target((3, 12), "linux")
WINDOWS = Target((3, 9), "win32")


def read(text, **names):
    node = ast.parse(text, mode="eval").body
    return read_test(node, Names({"TYPE_CHECKING", "TC"}, names))


def verdict(test, target):
    """Decide a branch: True, False or None where text and target do not."""
    if test.guard in {Guard.TYPE_CHECKING, Guard.MAIN} or test.never:
        return False
    if test.always:
        return True
    return all(holds(condition, target) for condition in test.conditions) if test.conditions else None


@pytest.mark.parametrize(
    ("text", "linux", "windows"),
    [
        ("TYPE_CHECKING", (False, True), (False, True)),
        ("typing.TYPE_CHECKING", (False, True), (False, True)),
        ("TC", (False, True), (False, True)),
        ("not TC", (True, False), (True, False)),
        ("TYPE_CHECKING is True", (False, True), (False, True)),
        ("TYPE_CHECKING is not True", (True, False), (True, False)),
        ("TYPE_CHECKING and other", (False, True), (False, True)),
        ("TYPE_CHECKING or other", (None, None), (None, None)),
        ("TYPE_CHECKING or False", (False, True), (False, True)),
        ("__name__ == '__main__'", (False, True), (False, True)),
        ("__name__ != '__main__'", (True, False), (True, False)),
        ("True", (True, False), (True, False)),
        ("0", (False, True), (False, True)),
        ("sys.version_info >= (3, 10)", (True, False), (False, True)),
        ("sys.version_info < (3, 12)", (False, True), (True, False)),
        ("sys.version_info > (3, 12)", (True, False), (False, True)),
        ("sys.version_info <= (3, 9)", (False, True), (False, True)),
        ("version_info[:2] == (3, 9)", (False, True), (True, False)),
        ("version_info[:2] != (3, 9)", (True, False), (False, True)),
        ("sys.version_info[0] >= 3", (True, False), (True, False)),
        ("sys.version_info[0] == 2", (False, True), (False, True)),
        ("sys.version_info.major < 3", (False, True), (False, True)),
        ("sys.version_info >= limit", (None, None), (None, None)),
        ("sys.version_info[1] > 3", (None, None), (None, None)),
        ("sys.platform == 'win32'", (False, True), (True, False)),
        ("sys.platform != 'win32'", (True, False), (False, True)),
        ("sys.platform in ('linux', 'darwin')", (True, False), (False, True)),
        ("sys.platform not in {'linux'}", (False, True), (True, False)),
        ("sys.platform.startswith('win')", (False, True), (True, False)),
        ("sys.platform.startswith(('win', 'cyg'))", (False, True), (True, False)),
        ("os.name == 'nt'", (False, True), (True, False)),
        ("platform.system() == 'Linux'", (True, False), (False, True)),
        ("sys.implementation.name == 'pypy'", (False, True), (False, True)),
        ("platform.python_implementation() == 'CPython'", (True, False), (True, False)),
        ("platform.python_implementation() == 'PyPy'", (False, True), (False, True)),
        ("os.environ.get('DEBUG')", (False, True), (False, True)),
        ("'DEBUG' in os.environ", (False, True), (False, True)),
        ("'DEBUG' not in os.environ", (True, False), (True, False)),
        ("os.getenv('A') or os.getenv('B')", (False, True), (False, True)),
        ("os.environ.get('A', 'yes')", (None, None), (None, None)),
        ("sys.version_info >= (3, 10) and sys.platform == 'linux'", (True, None), (False, None)),
        ("sys.version_info < (3, 10) or sys.platform == 'linux'", (None, False), (None, False)),
        ("PY312", (True, False), (False, True)),
        ("not PY312", (False, True), (True, False)),
        ("something()", (None, None), (None, None)),
        ("1 < x < 3", (None, None), (None, None)),
    ],
)
def test_what_a_test_means(text, linux, windows):
    known = read("sys.version_info >= (3, 12)")[0]
    body, other = read(text, PY312=known)
    assert (verdict(body, LINUX), verdict(other, LINUX)) == linux
    assert (verdict(body, WINDOWS), verdict(other, WINDOWS)) == windows


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ("TYPE_CHECKING", Guard.TYPE_CHECKING),
        ("sys.version_info >= (3, 10)", Guard.VERSION),
        ("sys.platform == 'win32'", Guard.PLATFORM),
        ("__name__ == '__main__'", Guard.MAIN),
        ("os.environ.get('X')", None),
        ("a", None),
    ],
)
def test_guards(text, guard):
    assert read(text)[0].guard is guard


def test_what_stands_below_if_false_never_holds():
    assert not holds(NEVER, LINUX)
