"""Command lines that start Python code: which module or script, and how it is entered."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec import Struct


class Start(Struct, frozen=True):
    """Something that a file of the project starts."""

    target: str
    """A dotted module, or the path of a script as written."""
    reason: str
    """What it is, such as `console script`."""
    label: str
    """What people type or call it."""
    path: str
    """The file that names it."""
    line: int
    function: str = ""
    """What is called or taken in it, as a chain of attributes."""
    runs: bool = False
    """It is run as a script, so its main block counts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command line stands."""

    path: str
    line: int
    kind: str
    """What the file is, such as `Dockerfile`."""


_PYTHON = re.compile(
    r"(?:.*/)?(?:python|pypy|py)[\d.]*(?:\.exe)?|\$[({]\w*(?:PYTHON|PY)\w*[)}]|\$\w*PYTHON\w*"
)
_PREFIXES = {
    *("exec", "sudo", "time", "nohup", "env", "nice", "tini", "dumb-init", "--"),
    *("poetry", "pipenv", "uv", "uvx", "rye", "pdm", "hatch", "run"),
}
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_OBJECT = re.compile(r"[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*(?:\(.*\))?)?")
_SEPARATORS = re.compile(r"&&|\|\||[;|&\n]")
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_SERVERS: Mapping[str, str] = {
    "uvicorn": "ASGI service",
    "hypercorn": "ASGI service",
    "daphne": "ASGI service",
    "granian": "ASGI service",
    "gunicorn": "WSGI service",
    "waitress-serve": "WSGI service",
    "uwsgi": "WSGI service",
    "dramatiq": "worker",
    "arq": "worker",
    "huey_consumer": "worker",
    "huey_consumer.py": "worker",
    "taskiq": "worker",
    "faust": "worker",
}
_OPTION_OF: Mapping[str, tuple[str, ...]] = {
    "celery": ("-A", "--app"),
    "faust": ("-A", "--app"),
    "flask": ("-A", "--app"),
    "uwsgi": ("-w", "--module", "--wsgi-file"),
    "fastapi": ("-e", "--entrypoint"),
}
_REASON_OF = {"celery": "Celery worker", "flask": "Flask service", "fastapi": "ASGI service"}
_RUNS_FILE = {"streamlit": "Streamlit service", "chainlit": "Chainlit service", "bokeh": "Bokeh service"}
_NO_START = {
    *(
        "pytest",
        "unittest",
        "doctest",
        "coverage",
        "tox",
        "nox",
        "mypy",
        "ruff",
        "black",
        "timeit",
        "cProfile",
    ),
    *("pip", "venv", "virtualenv", "ensurepip", "build", "twine", "compileall", "json.tool", "http.server"),
}
"""Modules of tools that are no program of the project's."""


def starts_of(command: str, place: Place) -> Iterator[Start]:
    """Yield what a shell command line starts; what it does not give literally is left out."""
    for part in _SEPARATORS.split(command):
        try:
            words = shlex.split(part, comments=True)
        except ValueError:  # an unclosed quote: the rest stands on another line
            words = part.split()
        yield from starts_of_words(words, place)


def starts_of_words(words: Sequence[str], place: Place) -> Iterator[Start]:
    """Yield what one command starts."""
    at = 0
    while at < len(words) and (words[at].lstrip("@-") in _PREFIXES or _ASSIGNMENT.fullmatch(words[at])):
        assigned = _ASSIGNMENT.fullmatch(words[at])
        if assigned is not None and assigned[1] == "FLASK_APP":
            yield from _object(assigned[2], "Flask service", place)
        at += 1
    if at == len(words):
        return
    program, rest = words[at].lstrip("@"), list(words[at + 1 :])
    if program in {"sh", "bash", "/bin/sh", "/bin/bash"} and "-c" in rest[:-1]:
        yield from starts_of(rest[rest.index("-c") + 1], place)
    elif _PYTHON.fullmatch(program):
        yield from _python(rest, place)
    else:
        yield from _program(program.rpartition("/")[2], rest, place)


def _python(rest: list[str], place: Place) -> Iterator[Start]:
    at = 0
    while at < len(rest) and rest[at].startswith("-") and rest[at] != "-m" and not rest[at].startswith("-m"):
        at += 2 if rest[at] in {"-W", "-X"} else 1
        if rest[at - 1] == "-c":
            return
    if at == len(rest):
        return
    word = rest[at]
    if word == "-m" and at + 1 < len(rest):
        yield from _module(rest[at + 1], rest[at + 2 :], place)
    elif word.endswith(".py"):
        yield Start(
            word.removeprefix("./"),
            f"script of {place.kind}",
            f"python {word}",
            place.path,
            place.line,
            runs=True,
        )


def _module(name: str, rest: list[str], place: Place) -> Iterator[Start]:
    if name in _SERVERS or name in _OPTION_OF or name in _RUNS_FILE:
        yield from _program(name, rest, place)
    elif name == "debugpy" and "-m" in rest[:-1]:
        at = rest.index("-m")
        yield from _module(rest[at + 1], rest[at + 2 :], place)
    elif _MODULE.fullmatch(name) and name not in _NO_START:
        yield Start(
            name, f"module run by {place.kind}", f"python -m {name}", place.path, place.line, runs=True
        )


def _program(name: str, rest: list[str], place: Place) -> Iterator[Start]:
    if name in _OPTION_OF:
        value = _option(rest, _OPTION_OF[name])
        if value:
            yield from _object(value, _REASON_OF.get(name) or _SERVERS[name], place, name)
            return
    if name in _SERVERS:
        objects = [word for word in rest if _OBJECT.fullmatch(word) and ("." in word or ":" in word)]
        exact = [word for word in objects if ":" in word][:1]
        for word in exact or objects or rest[-1:]:
            yield from _object(word, _SERVERS[name], place, name)
    elif name in _RUNS_FILE or name == "fastapi":
        for word in rest:
            if word.endswith(".py"):
                reason = _RUNS_FILE.get(name, "ASGI service")
                yield Start(word, reason, f"{name} {word}", place.path, place.line, runs=name != "fastapi")
                return


def _option(words: Sequence[str], names: Sequence[str]) -> str:
    for at, word in enumerate(words):
        for name in names:
            if word == name and at + 1 < len(words):
                return words[at + 1]
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
    return ""


def _object(text: str, reason: str, place: Place, program: str = "") -> Iterator[Start]:
    """Yield a service named `module:object`, `module` or `path.py`."""
    module, _, name = text.partition(":")
    label = f"{program} {text}".strip()
    if module.endswith(".py"):
        yield Start(module.removeprefix("./"), reason, label, place.path, place.line, name)
    elif _MODULE.fullmatch(module):
        yield Start(module, reason, label, place.path, place.line, name.partition("(")[0])
