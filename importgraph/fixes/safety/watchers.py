"""Which files of a tree would notice, by their text, that a module is loaded later.

One pass over all texts notes which files hold which telling words; only those are looked at closely. Tests
and blocks that run as a script count like everything else, since they run in the same process.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from importgraph.fixes.model import Reason
from importgraph.graph.model import Kind
from importgraph.names import parent
from importgraph.snapshot import Snapshot

_MODULES = b"sys.modules"
_SUBCLASSES = b"__subclasses__"
_HOOKS = (b"meta_path", b"path_hooks", b"__import__")
_PATHS = (b"sys.path", b"__path__")
_ENVIRONMENT = (b"environ", b"setenv", b"putenv", b"load_dotenv")
_SET = re.compile(
    r"environb?\[[^\]\n]*\]\s*=(?!=)|environb?\.(?:update|setdefault|pop|clear)\(|environb?\s*\|?=(?!=)|del\s+os\.environ"
    r"|\bun?set_?env\(|\bsetenv\(|\bdelenv\(|\bputenv\(|\bload_dotenv\b|patch\.dict\(\s*[\"']?os\.environ"
)
_ATTRIBUTES = (b"hasattr(", b"getattr(")
_TABLE = re.compile(rb"from\s+sys\s+import\s[^\n]*\bmodules\b")
_TESTS = {Kind.TEST, Kind.CONFTEST}
_KEY = r"""(?:["'](?P<{0}>[\w.]+)["']|__name__|[\w.()]+\.__module__|__package__)"""
_LOOK = re.compile(
    rf"sys\.modules(?:\[|\.get\(|\.pop\(|\.setdefault\()\s*{_KEY.format('one')}|{_KEY.format('two')}\s+(?:not\s+)?in\s+sys\.modules"
)
_ASKED = re.compile(r"""(?:has|get)attr\(\s*(?:\w+\.)*(\w+)\s*,\s*["'](\w+)["']""")
_QUOTED = re.compile(r"""["']([\w.]+)["']""")
_HOOKED = re.compile(
    r"meta_path(?:\.(?:insert|append|extend|clear|pop|remove|reverse|sort)\(|\[[^\]]*\]\s*=(?!=)|\s*\+?=(?!=))|path_hooks(?:\.\w+\(|\s*=(?!=))"
    r"|(?:builtins|__builtins__)\.__import__\s*=(?!=)|setattr\(\s*\w*builtins\w*\s*,\s*[\"']__import__"
)
_NARROWED = re.compile(
    r"\bsys\.path\.clear\(|\bsys\.path(?:\[:\])?\s*=\s*\[(?![^\n]*\bsys\.path\b)|\bdel\s+sys\.path\[:?\]"
    r"|\b__path__(?:\[:\])?\s*=\s*\[(?![^\n]*__path__)"
)
_ASKS = re.compile(r"([\w.()\[\]]*)\.__subclasses__\b")
_OWN = {"cls", "self", "type(self)", "self.__class__", "mcs", "klass", "super()"}
_FILES = re.compile(
    r"""["']([\w./-]+\.py)["']|(?:os\.(?:rename|replace)|shutil\.(?:move|rmtree))\(\s*["']([\w./-]+?)/?["']"""
)
_REMOVING = re.compile(
    r"(?:os\.(?:remove|unlink|rename|replace)|shutil\.(?:move|rmtree)|\bunlink|\.rename|\.replace)\("
)
_BINDS = re.compile(r"\s*(?:self\.)?(\w+)\s*(?::[^=\n]+)?=(?!=)")
_REMOVES = (b"os.remove(", b"unlink(", b"rmtree(", b"os.rename(", b"os.replace(", b"shutil.move(")
_TELLING = (
    (b"sys.", (_MODULES, b"sys.path")),
    (b"attr(", _ATTRIBUTES),
    (b"env", _ENVIRONMENT),
    (b"os.re", (b"os.remove(", b"os.rename(", b"os.replace(")),
    *((word, (word,)) for word in (_SUBCLASSES, *_HOOKS, b"__path__")),
    *((word, (word,)) for word in (b"unlink(", b"rmtree(", b"shutil.move(")),
)
"""The telling words, each with others by a part that they share: where a text has not that, it has none."""


@dataclass(frozen=True)
class Watchers:
    """Answers for one tree, with memory."""

    snapshot: Snapshot

    @cached_property
    def _found(self) -> Mapping[str, frozenset[bytes]]:
        """By module, the telling words in its text; modules without any are left out."""
        found = {}
        for name, module in self.snapshot.graph.modules.items():
            data = self.snapshot.read_bytes(module.path) if module.path.endswith(".py") else b""
            words = {word for part, some in _TELLING if part in data for word in some if word in data}
            if _MODULES not in words and b"modules" in data and _TABLE.search(data):
                words.add(_TABLE.pattern)
            if words:
                found[name] = frozenset(words)
        return found

    def _with(self, *words: bytes) -> Iterator[tuple[str, str]]:
        """Yield the modules whose text holds one of some words, with the text."""
        for name, found in self._found.items():
            if not found.isdisjoint(words):
                yield name, self._text(name)

    def _text(self, module: str) -> str:
        return self.snapshot.read_text(self._path(module))

    def _path(self, module: str) -> str:
        return self.snapshot.graph.modules[module].path

    def _kind(self, module: str) -> Kind:
        return self.snapshot.graph.modules[module].kind

    def of_loading(self, removed: Collection[str]) -> Iterator[Reason]:
        """Yield who would notice that modules are not loaded, one reason of each kind.

        Args:
            removed: The modules that would be loaded later or never.
        """
        for name, looked_for in self._tables.items():
            if name not in removed and (looked_for is None or not looked_for.isdisjoint(removed)):
                text = f"`{name}` looks at which modules are loaded"
                known = looked_for is not None
                yield Reason("looks at loaded modules", text, self._path(name), known=known)
                break
        for name, (pattern, what) in self._hooks.items():
            if name not in removed:
                line = line_of(self._text(name), pattern)
                yield Reason("watches imports", f"`{name}` {what}", self._path(name), line)
                break
        yield from self._of_subclasses(removed)
        yield from self._of_removal(removed)
        for module in sorted(removed):
            asked = self._asked.get((parent(module).rpartition(".")[2], module.rpartition(".")[2]))
            if asked is not None and asked[0] not in removed and module in self.snapshot.graph.modules:
                name, line = asked
                text = f"`{name}` asks a package for `{module}` by its name"
                yield Reason("looks at loaded modules", text, self._path(name), line)
                break

    def _of_removal(self, removed: Collection[str]) -> Iterator[Reason]:
        """Yield who names the file of a module where files are removed or moved."""
        paths = {self._path(name): name for name in removed if name in self.snapshot.graph.modules}
        for name, text in self._with(*_REMOVES) if paths else ():
            for found in _FILES.finditer(text) if name not in removed else ():
                module = _named_file(text, found, paths)
                if module:
                    line = text.count("\n", 0, found.start()) + 1
                    what = f"`{name}` may remove or move the file of `{module}`"
                    yield Reason("changes where modules are found", what, self._path(name), line)
                    return

    @cached_property
    def _tables(self) -> Mapping[str, frozenset[str] | None]:
        """By module that reads `sys.modules`, the keys it looks for; None where it may look at all."""
        found: dict[str, frozenset[str] | None] = {}
        for name, text in self._with(_MODULES, _TABLE.pattern):
            looks = list(_LOOK.finditer(text))
            keys = {match.group("one") or match.group("two") or name for match in looks}
            all_of_them = len(looks) < text.count("sys.modules") or _MODULES not in self._found[name]
            if all_of_them and self._kind(name) in _TESTS:
                keys |= set(_QUOTED.findall(text))
            found[name] = None if all_of_them and self._kind(name) not in _TESTS else frozenset(keys)
        return found

    @cached_property
    def _asked(self) -> Mapping[tuple[str, str], tuple[str, int]]:
        """By what `hasattr` and `getattr` are given, the module and the line where they are."""
        found: dict[tuple[str, str], tuple[str, int]] = {}
        for name, text in self._with(*_ATTRIBUTES):
            for match in _ASKED.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                found.setdefault((match.group(1), match.group(2)), (name, line))
        return found

    @cached_property
    def _hooks(self) -> Mapping[str, tuple[re.Pattern[str], str]]:
        """By module that watches imports or narrows where modules are found, how."""
        found = {}
        for name, text in self._with(*_HOOKS, *_PATHS):
            if _HOOKED.search(text):
                found[name] = (_HOOKED, "puts itself between import statements and modules")
            elif self._kind(name) not in _TESTS and _NARROWED.search(text):
                found[name] = (_NARROWED, "changes where modules are found")
        return found

    @cached_property
    def sets_environment(self) -> str:
        """The first module that changes environment variables, empty for none."""
        return next((name for name, text in self._with(*_ENVIRONMENT) if _SET.search(text)), "")

    # -- subclasses -------------------------------------------------------------------------------------

    def _of_subclasses(self, removed: Collection[str]) -> Iterator[Reason]:
        made = self._bases_below(removed)
        for name, (asked, line) in self._askers.items():
            if not asked or not asked.isdisjoint(made):
                text = f"`{name}` asks a class for its subclasses"
                yield Reason("asks for subclasses", text, self._path(name), line)
                return

    @cached_property
    def _askers(self) -> Mapping[str, tuple[frozenset[str], int]]:
        """By module that calls `__subclasses__`, the names of the classes asked (none: any) and the line."""
        found = {}
        for name, text in self._with(_SUBCLASSES):
            asked: set[str] = set()
            facts = self.snapshot.graph.facts.get(name)
            for match in _ASKS.finditer(text):
                receiver = match.group(1)
                line = text.count("\n", 0, match.start()) + 1
                around = [c for c in facts.classes if c.line <= line <= c.end_line] if facts else []
                if receiver in _OWN and around:
                    asked.add(around[-1].qualname.rpartition(".")[2])
                elif receiver.replace(".", "").isidentifier() and receiver.rpartition(".")[2][:1].isupper():
                    asked.add(receiver.rpartition(".")[2])
                else:
                    asked.clear()
                    break
            found[name] = (frozenset(asked), line_of(text, _ASKS))
        return found

    def _bases_below(self, removed: Collection[str]) -> frozenset[str]:
        """Return the names of all classes above those that some modules make."""
        facts = self.snapshot.graph.facts
        work = [base for name in removed if name in facts for c in facts[name].classes for base in c.bases]
        found: set[str] = set()
        while work:
            name = work.pop().rpartition(".")[2].partition("(")[0].partition("[")[0]
            if name not in found:
                found.add(name)
                work += self._bases.get(name, ())
        return frozenset(found)

    @cached_property
    def _bases(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for facts in self.snapshot.graph.facts.values():
            for made in facts.classes:
                last = made.qualname.rpartition(".")[2]
                found[last] = (*found.get(last, ()), *made.bases)
        return found


def line_of(text: str, pattern: re.Pattern[str]) -> int:
    """Return the line of the first match of a pattern, 0 where there is none."""
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found is not None else 0


def _named_file(text: str, found: re.Match[str], paths: Mapping[str, str]) -> str:
    """Return the module whose file a text names where it may be removed; empty where there is none.

    A name without a folder is that of many files: it counts where a call that removes or moves is given it.
    """
    file, folder = (one.removeprefix("./") if one else "" for one in found.groups())
    if file and "/" not in file and not _is_handed(text, found):
        return ""
    for path, module in paths.items():
        if (file and f"/{path}".endswith(f"/{file}")) or (folder and path.startswith(f"{folder}/")):
            return module
    return ""


def _is_handed(text: str, found: re.Match[str]) -> bool:
    """Tell whether a call that removes or moves stands around a name, or takes what its line binds."""
    begin = text.rfind("\n", 0, found.start()) + 1
    line = text[begin : text.find("\n", found.end()) if "\n" in text[found.end() :] else len(text)]
    bound = _BINDS.match(line)
    if bound is None:
        return _REMOVING.search(line) is not None
    name = re.escape(bound[1])
    return (
        re.search(rf"{_REMOVING.pattern}[^()\n]*\b{name}\b|\b{name}\.(?:unlink|rename|replace)\(", text)
        is not None
    )
