"""Bytecode that is there, missing, stale, or never written."""

import importlib.util
import os
import py_compile
import sys
from pathlib import Path

import pytest

from importgraph.measurements.bytecode import bytecode_file, bytecode_state, examine
from importgraph.measurements.interpreter import Interpreter
from importgraph.measurements.model import ModuleTiming

TAG = sys.implementation.cache_tag
MAGIC = importlib.util.MAGIC_NUMBER.hex()
INTERPRETER = Interpreter("3", TAG, MAGIC, (), (), {}, f"{TAG}-pytest-9.0.0")


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "module.py"
    path.write_text("x = 1\n")
    return path


def compiled(source: Path, mode=py_compile.PycInvalidationMode.TIMESTAMP) -> Path:
    return Path(py_compile.compile(str(source), invalidation_mode=mode))


def test_the_place_is_where_python_puts_it(source):
    assert bytecode_file(source, TAG, None) == Path(
        importlib.util.cache_from_source(str(source), optimization="")
    )
    assert bytecode_file(Path("/a/b/m.py"), "t", "/cache") == Path("/cache/a/b/m.t.pyc")


def test_states(source):
    place = bytecode_file(source, TAG, None)
    assert bytecode_state(source, place, MAGIC) == "missing"
    assert compiled(source) == place
    assert bytecode_state(source, place, MAGIC) == "valid"
    assert bytecode_state(source, place, "00000000") == "stale"
    os.utime(source, (1, 1))
    assert bytecode_state(source, place, MAGIC) == "stale"
    compiled(source, py_compile.PycInvalidationMode.CHECKED_HASH)
    assert bytecode_state(source, place, MAGIC) == "valid"


def timing(path: str, how: str = "bytecode", cold: int | None = 900) -> ModuleTiming:
    return ModuleTiming(
        name="m", self_us=100, cumulative_us=0, retained_us=0, path=path, how=how, cold_us=cold
    )


@pytest.mark.usefixtures("source")
def test_the_loss_is_cold_minus_warm(tmp_path):
    advice = examine([timing("module.py"), timing("module.py")], INTERPRETER, {}, tmp_path)
    assert [(a.reason, a.modules, a.lost_us) for a in advice] == [("missing", 2, 1600)]
    assert examine([timing("module.py", cold=None)], INTERPRETER, {}, tmp_path)[0].lost_us is None


def test_a_switch_is_named_as_the_reason(source, tmp_path):
    env = {"PYTHONDONTWRITEBYTECODE": "1"}
    advice = examine([timing("module.py")], INTERPRETER, env, tmp_path)
    assert advice[0].reason == "switched_off"
    assert "PYTHONDONTWRITEBYTECODE" in advice[0].message
    compiled(source)
    assert examine([timing("module.py")], INTERPRETER, env, tmp_path) == ()


def test_pytest_has_files_of_its_own(source, tmp_path):
    compiled(source)
    assert (
        examine([timing("module.py", how="rewritten source")], INTERPRETER, {}, tmp_path)[0].reason
        == "pytest_missing"
    )


def test_extensions_and_builtins_have_no_bytecode(tmp_path):
    modules = [
        timing("x.so", how="extension"),
        ModuleTiming(name="sys", self_us=1, cumulative_us=1, retained_us=1),
    ]
    assert examine(modules, INTERPRETER, {}, tmp_path) == ()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
@pytest.mark.usefixtures("source")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o555)
    try:
        assert examine([timing("module.py")], INTERPRETER, {}, tmp_path)[0].reason == "read_only"
    finally:
        tmp_path.chmod(0o755)
