"""Write docs/safety.md: each safety rule with a program that shows it.

    python benchmarks/safety_page.py            write the page
    python benchmarks/safety_page.py --check    only tell whether it is current

The programs are those of tests/fixes/behaviour, which the tests run as they are and with an import deferred.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests" / "fixes")]

from behaviour.program import BASE, Program  # noqa: E402
from behaviour.programs import CHANGING, HARMLESS  # noqa: E402
from behaviour.rules import RULES  # noqa: E402

PAGE = ROOT / "docs" / "safety.md"
_HEAD = f"""\
# When a deferral is called safe

Made by `benchmarks/safety_page.py` from the programs that the tests run; do not edit.

A proposal to defer an import is *safe* if text shows that only time changes: none of the rules below
speaks against it. What is known to speak against it makes it *unsafe*; what cannot be decided makes it
*review*, never safe. Everything that would be loaded later is evaluated, with all the functions that its
statements call.

{len(CHANGING)} programs show what the rules protect; each is run as it is and with its import deferred, and
behaves differently. None of them is called safe. {len(HARMLESS)} more behave the same, and are called safe.

Taken for granted: folders on the search path do not lose files while a program runs; a program is not started
with a relative folder on it; libraries are judged by their text, and the standard library by lists of names.
A library whose statements cannot all be followed is judged by the names it mentions.
"""


def page() -> str:
    """Return the text of the page."""
    parts = [_HEAD]
    for rule, meaning in RULES.items():
        programs = [program for program in CHANGING if program.rule == rule]
        parts += [f"## {rule[0].upper()}{rule[1:]}\n", f"{meaning}\n", *_shown(programs[0])]
        if programs[1:]:
            more = "; ".join(program.name.removeprefix(f"{rule}: ") for program in programs[1:])
            parts.append(f"Other programs: {more}.\n")
    names = "; ".join(program.name for program in HARMLESS)
    parts.append(f"## No rule speaks against it\n\nCalled safe: {names}.\n")
    return "\n".join(parts)


def _shown(program: Program) -> list[str]:
    """Return the files of a program that matter, and which import is deferred."""
    tree = program.tree
    shown = [path for path in sorted(tree) if tree[path] and (path in program.files or path != "app/part.py")]
    plain = Program("", "").tree
    shown = [path for path in shown if path in program.files or tree[path] == plain.get(path)]
    lines = [f"Deferred is `{program.bound}` in `{program.path}` ({program.name}):\n"]
    lines += [
        f"```python\n# {path}\n{tree[path].rstrip()}\n```\n"
        for path in shown
        if path in {*BASE, *program.files}
    ]
    return lines


def main() -> int:
    text = page()
    if "--check" in sys.argv:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
