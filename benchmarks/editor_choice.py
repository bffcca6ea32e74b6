"""Decide which editor rewrites source: the position-based one, or libcst. Development score on the corpora.

    python benchmarks/editor_choice.py [--libcst PYTHON] [--files N]

Each file of the corpora is read by both. Ours then defers every import that its text lets it defer, one at a time:
the result has to parse, every line that is not the edit's has to be byte-identical, no name may be unbound that was
bound before, and a second application has to find nothing to do. Writes results/editor_choice.md.
"""

import argparse
import ast
import builtins
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from importgraph.fixes.model import DeferImport, Form  # noqa: E402 -- found through the path above
from importgraph.fixes.rewriting.rewrite import Refused, rewrite  # noqa: E402
from importgraph.fixes.texts.parsed import parsed  # noqa: E402
from importgraph.fixes.texts.use_sites import find_use_sites  # noqa: E402

LIBCST = """
import json, sys, time, libcst
found = {"read": 0, "refused": 0, "changed": 0}
start = time.process_time()
for path in sys.stdin.read().splitlines():
    data = open(path, "rb").read()
    try:
        found["read"] += 1
        found["changed"] += libcst.parse_module(data).bytes != data
    except Exception:
        found["refused"] += 1
found["seconds"] = time.process_time() - start
print(json.dumps(found))
"""
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def edits_of(tree: ast.Module) -> list[DeferImport]:
    """Return an edit for each imported name that no text rule keeps where it is."""
    found = []
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "module", "") == "__future__":
            continue
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            if alias.name == "*":
                continue
            one = (
                ast.Import([alias])
                if isinstance(node, ast.Import)
                else ast.ImportFrom(node.module, [alias], node.level)
            )
            sites = find_use_sites(tree, bound, lazy_annotations=False)
            if sites.at_import or sites.rebound or sites.one_liners or not sites.functions:
                continue
            functions = tuple(dict.fromkeys(name for name, _ in sites.functions))
            found.append(DeferImport("m.py", node.lineno, ast.unparse(one), bound, Form.FUNCTIONS, functions))
    return found


def unbound(tree: ast.Module) -> set[str]:
    """Return names that are read somewhere and bound nowhere."""
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    bound |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)} | set(dir(builtins))
    bound |= {
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    bound |= {a.asname or a.name.partition(".")[0] for a in ast.walk(tree) if isinstance(a, ast.alias)}
    bound |= {
        n.name
        for n in ast.walk(tree)
        if isinstance(n, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and n.name
    }
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - bound


def judge(text: str, tree: ast.Module, edit: DeferImport) -> str:
    after = rewrite(text, [edit])
    if isinstance(after, Refused):
        return "refused with a reason"
    found = parsed(after)
    if found.broken is not None:
        return "DOES NOT PARSE"
    if unbound(found.tree) - unbound(tree):
        return "UNBINDS A NAME"
    head = edit.statement.split(" import ")[0].split(" as ")[0]
    old, new = (Counter(LINE.findall(side)) for side in (text, after))
    lost = [line for line in old - new if not _is_of(line, edit)]
    block = {"", "if TYPE_CHECKING:"}  # what keeps the name for type checkers
    more = [
        line
        for line in new - old
        if not _is_of(line, edit) and head not in line and line.strip() not in block
    ]
    if lost or more:
        return "CHANGES ANOTHER LINE"
    return "applied" if isinstance(rewrite(after, [edit]), Refused) else "NOT STABLE"


def _is_of(line: str, edit: DeferImport) -> bool:
    """Tell whether a line is of an import statement, or of its parentheses."""
    word = edit.statement.rpartition(" import ")[2].partition(" as ")[0].removeprefix("import ")
    return bool(re.search(rf"\b{re.escape(word)}\b", line)) or line.strip() in {"(", ")"} or "import" in line


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--libcst", default=sys.executable, help="an interpreter that has libcst")
    parser.add_argument("--files", type=int, default=2500)
    options = parser.parse_args()
    paths = sorted((HERE.parent / ".corpora").glob("*-[0-9]*/**/*.py"))
    paths = sorted(random.Random(1).sample(paths, min(options.files, len(paths))))
    done = subprocess.run(
        [options.libcst, "-c", LIBCST],
        input="\n".join(map(str, paths)),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = json.loads(done.stdout)
    start, ours, counts = time.process_time(), Counter(), Counter()
    texts = [path.read_bytes() for path in paths]
    for data in texts:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            ours["not UTF-8"] += 1
            continue
        found = parsed(text)
        ours["refused" if found.broken is not None else "read"] += 1
        ours["changed"] += rewrite(text, []) != text if found.broken is None else 0
    seconds = time.process_time() - start
    for data in texts:
        text = data.decode("utf-8", "replace")
        found = parsed(text)
        for edit in edits_of(found.tree) if found.broken is None else ():
            counts[judge(text, found.tree, edit)] += 1
    lines = [
        "# Which editor: positions of the syntax tree, or libcst\n",
        f"Development score: {len(paths):,} files of the corpora (a fixed sample), processor time.\n",
        "| | positions | libcst |\n| --- | --- | --- |",
        f"| files refused | {ours['refused'] + ours['not UTF-8']} | {theirs['refused']} |",
        f"| files changed by no edit | {ours['changed']} | {theirs['changed']} |",
        f"| seconds to read all of them | {seconds:.1f} | {theirs['seconds']:.1f} |",
        "\nEvery import that the text lets be deferred into functions, one at a time, by positions:\n",
        "| outcome | edits |\n| --- | --- |",
        *(f"| {name} | {count:,} |" for name, count in counts.most_common()),
    ]
    (HERE / "results" / "editor_choice.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
