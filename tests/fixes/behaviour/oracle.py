"""What Python does: a program is run as it is, and with its import deferred mechanically by ourselves.

The deferral knows nothing of safety: the statement goes from where it stands, and each function that mentions
the name begins with it; where no function of a package does, the package answers for the name. None of our
product's code is used.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviour.program import Program

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_SECONDS = 20


@dataclass(frozen=True)
class Run:
    """What is seen of a run."""

    output: str
    status: int
    error: str
    """The last line of the error stream."""


def run(root: Path, command: Sequence[str], interpreter: Sequence[str] = (sys.executable,)) -> Run:
    """Run a program in its folder, without site-packages."""
    environment = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*interpreter, "-S", *command], cwd=root, env=environment, check=False, capture_output=True, text=True,
        timeout=_SECONDS,
    )  # fmt: skip
    return Run(done.stdout, done.returncode, done.stderr.strip().rpartition("\n")[2])


def same(one: Run, other: Run) -> bool:
    """Tell whether two runs do the same; the text of an error counts only where both fail."""
    failed = one.status and other.status
    return (one.output, one.status) == (other.output, other.status) and (
        not failed or one.error == other.error
    )


def in_functions(program: Program) -> dict[str, str]:
    """Return the files of a program with its import moved into the functions that use the name."""
    tree = ast.parse(program.tree[program.path])
    statement = ast.unparse(_take(tree, program.bound))
    names = {program.bound} if program.bound != "*" else {"work"}
    found = list(_using(tree, names))
    for function in found:
        at = int(ast.get_docstring(function, clean=False) is not None)
        function.body[at:at] = ast.parse(statement).body
    if not found and program.path.endswith("__init__.py"):
        answer = f"def __getattr__(name):\n    if name == {program.bound!r}:\n        {statement}\n        return {program.bound}\n    raise AttributeError(name)\n"
        tree.body += ast.parse(answer).body
    return {**program.tree, program.path: ast.unparse(ast.fix_missing_locations(tree)) + "\n"}


def declared_lazy(program: Program) -> dict[str, str]:
    """Return the files of a program with its import declared `lazy` (3.15)."""
    text = program.tree[program.path]
    node = next(one for one in _imports(ast.parse(text)) if any(_binds(a, program.bound) for a in one.names))
    lines = text.splitlines(keepends=True)
    line = lines[node.lineno - 1]
    lines[node.lineno - 1] = f"{line[: node.col_offset]}lazy {line[node.col_offset :]}"
    return {**program.tree, program.path: "".join(lines)}


def _binds(alias: ast.alias, name: str) -> bool:
    return name in {alias.asname or alias.name, alias.asname or alias.name.partition(".")[0]}


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def _take(tree: ast.Module, name: str) -> ast.Import | ast.ImportFrom:
    """Remove the import of a name; return it as a statement of its own."""
    for parent in ast.walk(tree):
        for body in (getattr(parent, field, None) for field in ("body", "orelse", "finalbody")):
            for at, node in enumerate(body if isinstance(body, list) else ()):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    alias = next((one for one in node.names if _binds(one, name)), None)
                    if alias is not None:
                        rest = [one for one in node.names if one is not alias]
                        alone = (
                            ast.ImportFrom(node.module, [alias], node.level)
                            if isinstance(node, ast.ImportFrom)
                            else ast.Import([alias])
                        )
                        body[at] = (
                            ast.Pass()
                            if not rest
                            else type(node)(**{**dict(ast.iter_fields(node)), "names": rest})
                        )
                        return alone
    raise LookupError(name)


def _using(tree: ast.AST, names: set[str]) -> Iterator[_Function]:
    """Yield the outermost functions that mention one of some names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, _Function):
            inside = (inner for statement in node.body for inner in ast.walk(statement))
            if any(isinstance(inner, ast.Name) and inner.id in names for inner in inside):
                yield node
        else:
            yield from _using(node, names)


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return root
