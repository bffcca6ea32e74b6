"""One small project, and the one import in it whose deferral is judged."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

BASE = {
    "main.py": "import app.cli\n\nprint(app.cli.run())\n",
    "app/__init__.py": "",
    "app/cli.py": "from app.heavy import work\n\n\ndef run():\n    return work()\n",
    "app/heavy.py": 'import app.part\n\n\ndef work():\n    return "done"\n',
    "app/part.py": "",
}
"""What every program begins with: `main` runs `app.cli`, which may load `app.heavy` and `app.part` later."""
FACTS = "import app.cli\nfrom app import facts\n\nprint(sorted(facts.FOUND))\nprint(app.cli.run())\n"
"""A `main` that shows what was registered before the deferred part is used."""


@dataclass(frozen=True)
class Program:
    """A project that `python main.py` runs."""

    name: str
    rule: str
    """The safety rule that it shows; empty where a deferral changes nothing."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Besides those that every program has, and instead of them."""
    path: str = "app/cli.py"
    """Where the import stands that is deferred."""
    bound: str = "work"
    """The local name that it binds; `*` for a star import."""
    command: tuple[str, ...] = ("main.py",)
    """What is run, as arguments of the interpreter."""
    lazy: bool = False
    """Only `lazy import` (3.15) shows the change, not an import that is moved into functions."""

    @property
    def tree(self) -> dict[str, str]:
        """All files by path."""
        found = {path: textwrap.dedent(text).lstrip("\n") for path, text in {**BASE, **self.files}.items()}
        body = textwrap.indent(found["main.py"], "    ")
        return {**found, "main.py": f'if __name__ == "__main__":\n{body}'}

    @property
    def entry(self) -> str:
        """The module that is judged: where the import stands."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def part(text: str, **more: str) -> dict[str, str]:
    """Make the files of a program whose `app/part.py` is given; `main` and other modules of `app` by name."""
    return {"app/part.py": text, **{_path(name): other for name, other in more.items()}}


def _path(name: str) -> str:
    return "main.py" if name == "main" else f"app/{name}.py"
