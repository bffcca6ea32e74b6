"""Which files name what a project starts, and how the commands in them are found."""

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch

from importgraph.facts.start_commands import Place, Start, starts_of, starts_of_words
from importgraph.facts.start_declared import read_entry_points, read_pyproject, read_setup_cfg, read_setup_py

_Reader = Callable[[str, str], Iterator[Start]]


def reader_of(name: str, path: str) -> _Reader | None:
    """Return what reads a file, by its name and, for files of CI, by the folder it stands in."""
    if name.endswith((".yml", ".yaml")) and ("/workflows/" in path or ".circleci/" in path):
        return read_ci
    return next((reader for pattern, reader in _READERS if fnmatch(name, pattern)), None)


def read_dockerfile(text: str, path: str) -> Iterator[Start]:
    """Read CMD and ENTRYPOINT, in their shell and their JSON form."""
    for line, instruction in _joined(text):
        word, _, rest = instruction.strip().partition(" ")
        if word.upper() in {"CMD", "ENTRYPOINT"}:
            yield from _shell_or_list(rest.strip(), Place(path, line, "the Dockerfile"))


def read_procfile(text: str, path: str) -> Iterator[Start]:
    """Read the command of each process type."""
    for line, content in enumerate(text.splitlines(), 1):
        _, colon, command = content.partition(":")
        if colon and not content.lstrip().startswith("#"):
            yield from starts_of(command, Place(path, line, "the Procfile"))


def read_compose(text: str, path: str) -> Iterator[Start]:
    """Read `command:` and `entrypoint:`, on one line, as a folded block or as a list."""
    yield from _commands_in_yaml(text, path, "the compose file", ("command", "entrypoint"))


def read_makefile(text: str, path: str) -> Iterator[Start]:
    """Read the recipes."""
    for line, content in _joined(text):
        if content[:1] in {"\t", " "}:
            yield from starts_of(content.strip().lstrip("@-"), Place(path, line, "the Makefile"))


def read_ci(text: str, path: str) -> Iterator[Start]:
    """Read the lines of scripts in files of CI; each line is taken for a command."""
    for line, content in _joined(text):
        command = _YAML_PREFIX.sub("", content).strip().strip("'\"")
        yield from starts_of(command, Place(path, line, "CI"))


def read_tox(text: str, path: str) -> Iterator[Start]:
    """Read the commands of all environments."""
    inside = False
    for line, content in _joined(text):
        key = re.match(r"(\w+)\s*=\s*(.*)", content)
        if key is not None or content.startswith("["):
            inside = key is not None and key[1].startswith("commands")
        if inside:
            command = key[2] if key is not None else content
            yield from starts_of(command.strip().lstrip("-"), Place(path, line, "tox"))


def read_nox(text: str, path: str) -> Iterator[Start]:
    """Read `session.run("python", …)` calls whose arguments are literal strings."""
    for found in _SESSION_RUN.finditer(text):
        words = [match[1] or match[2] for match in _LITERAL.finditer(found[1])]
        line = text.count("\n", 0, found.start()) + 1
        yield from starts_of_words(words, Place(path, line, "nox"))


def read_serverless(text: str, path: str) -> Iterator[Start]:
    """Read `handler:` of functions: `folder/module.function`."""
    for line, content in enumerate(text.splitlines(), 1):
        found = _HANDLER.match(content)
        if found is not None:
            module, _, function = found[1].rpartition(".")
            yield Start(
                module.strip("./").replace("/", "."), "serverless function", found[1], path, line, function
            )


def read_uwsgi(text: str, path: str) -> Iterator[Start]:
    """Read `module = a:b` and `wsgi-file = path`."""
    for line, content in enumerate(text.splitlines(), 1):
        found = re.match(r"\s*(?:module|wsgi-file|wsgi)\s*=\s*([\w.:/]+)\s*$", content)
        if found is not None:
            yield from starts_of_words(["uwsgi", "--module", found[1]], Place(path, line, "uwsgi"))


def read_gunicorn(text: str, path: str) -> Iterator[Start]:
    """Read `wsgi_app = "a:b"`."""
    for line, content in enumerate(text.splitlines(), 1):
        found = re.match(r"wsgi_app\s*=\s*['\"]([\w.:]+)['\"]", content)
        if found is not None:
            yield from starts_of_words(["gunicorn", found[1]], Place(path, line, "gunicorn"))


def read_manage(text: str, path: str) -> Iterator[Start]:
    """Take a `manage.py` of Django as a script that people run."""
    if "django" in text:
        yield Start(path, "manage.py", f"python {path}", path, 1, runs=True)


_READERS: tuple[tuple[str, _Reader], ...] = (
    ("pyproject.toml", read_pyproject),
    ("setup.cfg", read_setup_cfg),
    ("setup.py", read_setup_py),
    ("entry_points.txt", read_entry_points),
    ("Dockerfile*", read_dockerfile),
    ("Containerfile*", read_dockerfile),
    ("*.Dockerfile", read_dockerfile),
    ("*.dockerfile", read_dockerfile),
    ("Procfile*", read_procfile),
    ("*compose*.y*ml", read_compose),
    ("Makefile", read_makefile),
    ("makefile", read_makefile),
    ("GNUmakefile", read_makefile),
    ("justfile", read_makefile),
    ("Justfile", read_makefile),
    ("tox.ini", read_tox),
    ("noxfile.py", read_nox),
    ("serverless*.y*ml", read_serverless),
    (".gitlab-ci.y*ml", read_ci),
    ("azure-pipelines*.y*ml", read_ci),
    (".travis.yml", read_ci),
    ("uwsgi.ini", read_uwsgi),
    ("gunicorn*.py", read_gunicorn),
    ("manage.py", read_manage),
)
_YAML_PREFIX = re.compile(r"^\s*(?:-\s+)?(?:[\w-]+:\s*)?")
_SESSION_RUN = re.compile(r"\.run(?:_always)?\(((?:[^()]|\([^()]*\))*)\)")
_LITERAL = re.compile(r"\"([^\"\\]*)\"|'([^'\\]*)'")
_HANDLER = re.compile(r"\s*handler:\s*['\"]?([\w./]+\.\w+)['\"]?\s*(?:#.*)?$")
_YAML_ITEM = re.compile(r"\s*-\s+(.*)")


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines: what a backslash at the end continues is one, with the number of its first."""
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first or number
        if line.endswith("\\"):
            whole += line[:-1] + " "
            continue
        yield first, whole + line
        whole, first = "", 0
    if whole:
        yield first, whole


def _shell_or_list(value: str, place: Place) -> Iterator[Start]:
    if not value.startswith("["):
        yield from starts_of(value, place)
        return
    try:
        words = json.loads(value)
    except (ValueError, RecursionError):
        words = [match[1] or match[2] for match in _LITERAL.finditer(value)]
    if isinstance(words, list) and all(isinstance(word, str) for word in words):
        yield from starts_of_words(words, place)


def _commands_in_yaml(text: str, path: str, kind: str, keys: tuple[str, ...]) -> Iterator[Start]:
    lines = text.splitlines()
    pattern = re.compile(rf"(\s*)(?:{'|'.join(keys)}):\s*(.*)")
    for number, line in enumerate(lines, 1):
        found = pattern.match(line)
        if found is None:
            continue
        place = Place(path, number, kind)
        value = found[2].strip()
        below = _below(lines[number:], len(found[1]))
        items = [match[1].strip().strip("'\"") for match in map(_YAML_ITEM.match, below) if match is not None]
        if value and value[0] not in "|>":
            yield from _shell_or_list(value if value[0] == "[" else value.strip("'\""), place)
        elif items and not value:
            yield from starts_of_words(items, place)
        else:
            separator = "\n" if value.startswith("|") else " "
            yield from starts_of(separator.join(text.strip() for text in below), place)


def _below(lines: list[str], indent: int) -> list[str]:
    """Return the lines that belong to a key: indented further, or items at its own depth."""
    found = []
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth <= indent and not (depth == indent and line.lstrip().startswith("- ")):
            break
        found.append(line)
    return found
