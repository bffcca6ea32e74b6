"""Import each named module in a fresh fork of a bare interpreter and say what that loaded.

    python -P -s benchmarks/pristine.py PACKAGE < names

The harness of benchmarks/truth.py, run by the interpreter that has the package installed. It imports
nothing that the interpreter had not loaded at its own start, apart from the built-in `_signal`, so the fork
a module is imported in is as good as a new process. The first line on standard output lists everything
loaded before the first fork. Then follows one line for each name, in order: the `repr` of `(name, loaded,
aliases, error, places)`.
"""

import _signal
import os
import sys

TIMEOUT = 30


def describe(package: str) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """Return the package's own modules in `sys.modules`, its entries that are second names, and odd places.

    Odd places are the files of modules whose names say another one: a `__path__` was computed.
    An alias maps its key to the name in the module's spec. An object without a spec (celery replaces its
    modules by lazy ones) counts as the module when its `__name__` is the key.
    """
    loaded, aliases, places = [], {}, {}
    for key, module in list(sys.modules.items()):
        if key == package or key.startswith(package + "."):
            content = getattr(module, "__dict__", {})
            name = getattr(content.get("__spec__"), "name", None) or content.get("__name__", "")
            if name == key:
                loaded.append(key)
                origin = str(getattr(content.get("__spec__"), "origin", None))
                plain = key.replace(".", "/")
                if origin.endswith(".py") and not origin.endswith((f"{plain}.py", f"{plain}/__init__.py")):
                    places[key] = origin
            else:
                aliases[key] = str(name)
    return sorted(loaded), aliases, places


def attempt(package: str, name: str) -> tuple[str, list[str], dict[str, str], str, dict[str, str]]:
    try:
        __import__(name)
    except BaseException as error:  # noqa: BLE001 - whatever a module raises is its result
        return name, [], {}, f"{type(error).__name__}: {error}", {}
    loaded, aliases, places = describe(package)
    return name, loaded, aliases, "", places


def in_fork(package: str, name: str) -> bytes:
    """Return the line for one module; a child that dies or hangs becomes an error like any other."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _signal.alarm(TIMEOUT)
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        remaining = memoryview((ascii(attempt(package, name)) + "\n").encode())
        while remaining:
            remaining = remaining[os.write(writing, remaining) :]
        os._exit(0)
    os.close(writing)
    line = b"".join(iter(lambda: os.read(reading, 1 << 16), b""))
    os.close(reading)
    status = os.waitpid(child, 0)[1]
    if line.endswith(b"\n"):
        return line
    signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    reason = f"no result after {TIMEOUT} s" if signal == _signal.SIGALRM else f"died with status {status}"
    return (ascii((name, [], {}, reason, {})) + "\n").encode()


def main() -> None:
    package = sys.argv[1]
    names = sys.stdin.read().split("\n")
    lines = [(ascii(sorted(sys.modules)) + "\n").encode()]
    for name in filter(None, names):
        lines.append(in_fork(package, name))
        while lines:
            line = lines.pop(0)
            while line:
                line = line[os.write(1, line) :]


if __name__ == "__main__":
    main()
