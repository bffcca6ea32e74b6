"""Whether a module that the tree does not hold is made by the build: the text that says so."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from importgraph.facts.found import OtherFiles

_SETTINGS = (
    *("pyproject.toml", "setup.cfg", "setup.py", "meson.build", "CMakeLists.txt", "Cargo.toml", "Makefile"),
)
_TEXT = r"['\"]"
_MAKERS = (
    *(r"PYBIND11_MODULE\(\s*{}\b", r"PyInit_{}\b", r"\binit{}\s*\(void\)", r"NB_MODULE\(\s*{}\b"),
    *(r"BOOST_PYTHON_MODULE\(\s*{}\b", r"TORCH_LIBRARY\w*\(\s*{}\b", r"PYBIND11_PLUGIN\(\s*{}\b"),
    *(r"\bfn\s+{}\b", r"%module\s*(?:\([^)]*\))?\s*{}\b"),
    *(rf"extension_module\(\s*{_TEXT}{{}}{_TEXT}", r"\w*(?:add_module|add_library)\(\s*{}\b"),
    rf"Extension\(\s*(?:name\s*=\s*)?{_TEXT}(?:[\w.]+\.)?{{}}{_TEXT}",
    rf"add_extension\(\s*{_TEXT}{{}}{_TEXT}",
    *(r"pyo3\(\s*name\s*=\s*\"{}\"", r"\bpython module\s+{}\b", r"%Module\(\s*name\s*=\s*(?:[\w.]+\.)?{}\b"),
    rf"set_source\(\s*{_TEXT}(?:[\w.]+\.)?{{}}{_TEXT}",
)
"""What makes a module called `{}`: pybind11, C, nanobind, Boost, Torch, Rust, SWIG, meson, CMake, cffi…"""
_SOURCES = (".c", ".cc", ".cpp", ".cxx", ".rs", ".i", ".pyf", ".sip")
_PROTOCOLS = re.compile(r"(?P<stem>\w+?)_(?:pb2|pb2_grpc|grpc)\Z")
_GENERATED = {
    ".g4": re.compile(r"(?P<stem>\w+?)(?:Lexer|Parser|Listener|Visitor)\Z"),
    ".ui": re.compile(r"ui_(?P<stem>\w+)\Z"),
}
_FFI_SCRIPT = re.compile(r"build|ffi|setup", re.IGNORECASE)
_BUILD_SCRIPT = re.compile(r"build|setup|generat|codegen|version", re.IGNORECASE)
_NATIVE_WORDS = re.compile(
    r"Extension|ext_modules|extension_module|pybind11|nanobind|add_library|add_module|cffi|module-name|ext-modules"
)
_BUILD_SECTION = re.compile(
    r"(?i)build|setuptools|hatch|version|scm|pdm|poetry|scikit|maturin|meson|cython|cffi|proto|grpc|mypyc|ext[_-]"
)
_TARGET = re.compile(r"(?m)^[^\t#\n=]*:(?!=)|(?:>|\s-o)\s*\S+")
"""What a makefile makes: the targets of its rules, and what commands write to."""
_LONGEST = 2_000_000
"""Characters of a source that are searched: what names the module stands in any part of it."""


class BuildOutputs:
    """Tells of modules that no file of the tree holds whether a build makes them.

    The text of build settings and native sources is read, and only when asked; nothing is run.
    """

    def __init__(self, other: OtherFiles, scripts: Sequence[str], read_text: Callable[[str], str]) -> None:
        """Take the files that tell of a build, the Python files of the tree, and how to read a file."""
        self._other = other
        self._scripts = scripts
        self._read = read_text

    def maker(self, folder: str, rest: str) -> str:
        """Return what makes a module, in a few words, or nothing.

        Args:
            folder: The folder of the innermost package that is there.
            rest: The dotted name below that package.
        """
        parts = rest.split(".")
        for count in range(1, len(parts) + 1):
            path = "/".join((*([folder] if folder else []), *parts[:count]))
            found = self._of_path(path, parts[count - 1])
            if found:
                return found
        return ""

    def has_native_sources(self, folder: str) -> bool:
        """Tell whether sources of compiled modules stand in a folder."""
        return folder in self._native_folders

    @cached_property
    def _native_folders(self) -> frozenset[str]:
        native = (path for path in self._other.compiled if not path.endswith((".pyi", "meson.build")))
        return frozenset(path.rpartition("/")[0] for path in native)

    def _of_path(self, path: str, name: str) -> str:
        if f"{path}.pyi" in self._compiled or f"{path}/__init__.pyi" in self._compiled:
            return f"a compiled module with the stub {path}.pyi"
        from importgraph.facts.ignore_files import would_be_ignored

        for file in (f"{path}.py", f"{path}/__init__.py"):
            if would_be_ignored(file, self._other.ignore_files):
                return f"git ignores {file}"
        return self._generated(name) or self._told(path, name) or self._native(name)

    @cached_property
    def _compiled(self) -> frozenset[str]:
        return frozenset(self._other.compiled)

    def _generated(self, name: str) -> str:
        """Return the description that a compiler of protocols, grammars or forms turns into the module."""
        if (found := _PROTOCOLS.match(name)) is not None:
            source = self._named(f"{found['stem']}.proto")
            if source or "_pb2" in name:
                return f"protobuf makes it from {source}" if source else "protobuf makes modules of this name"
        for suffix, pattern in _GENERATED.items():
            found = pattern.match(name)
            source = self._named(f"{found['stem']}{suffix}") if found is not None else ""
            if source:
                return f"made from {source}"
        return ""

    def _named(self, last: str) -> str:
        return next((path for path in self._other.build if path.rpartition("/")[2] == last), "")

    def _told(self, path: str, name: str) -> str:
        """Return the build settings, in a folder above, that name the file or the module."""
        for settings, text in self._texts:
            folder = settings.rpartition("/")[0]
            if folder and not path.startswith(f"{folder}/"):
                continue
            inside = path.removeprefix(f"{folder}/") if folder else path
            if any(re.search(pattern, text) for pattern in _mentions(inside, name, text)):
                return f"{settings} names it"
        return ""

    @cached_property
    def _texts(self) -> tuple[tuple[str, str], ...]:
        settings = (path for path in self._other.build if path.rpartition("/")[2] in _SETTINGS)
        return tuple((path, _of_build(path, self._read(path))) for path in (*settings, *self._setup_files()))

    def _setup_files(self) -> Iterator[str]:
        """Yield `setup.py` files, and scripts beside the build settings whose names say that they build."""
        settings = (path for path in self._other.build if path.endswith(_SETTINGS))
        places = {"", *(path.rpartition("/")[0] for path in settings)}
        for path in self._scripts:
            folder, _, last = path.rpartition("/")
            if last == "setup.py" or (folder in places and _BUILD_SCRIPT.search(last)):
                yield path

    def _native(self, name: str) -> str:
        """Return the source or setting that makes a compiled module of a name, wherever it is."""
        swig = rf"%module\s*(?:\([^)]*\))?\s*{re.escape(name.lstrip('_'))}\b"  # makes `x.py` and `_x`
        pattern = re.compile("|".join([*(maker.format(re.escape(name)) for maker in _MAKERS), swig]))
        if (source := self._named(f"{name}.pyx")) != "":
            return f"Cython makes it from {source}"
        crate = re.compile(rf'^name\s*=\s*"{re.escape(name)}"', re.MULTILINE)
        for path, text in self._native_texts:
            is_crate = path.endswith("Cargo.toml")
            if name.lstrip("_") in text and (pattern.search(text) or (is_crate and crate.search(text))):
                return f"{path} makes it"
        return ""

    @cached_property
    def _native_texts(self) -> tuple[tuple[str, str], ...]:
        sources = (path for path in self._other.build if path.endswith(_SOURCES))
        builders = (path for path in self._scripts if _FFI_SCRIPT.search(path.rpartition("/")[2]))
        found = [(path, self._read(path)[:_LONGEST]) for path in (*sources, *builders)]
        return (*self._texts, *found)


def _of_build(path: str, text: str) -> str:
    """Return the part of a settings file that tells what a build makes, not what tools run or leave out."""
    if path.endswith("Makefile"):
        return "\n".join(found[0] for found in _TARGET.finditer(text))
    if not path.endswith(("pyproject.toml", "setup.cfg")):
        return text
    parts = re.split(r"(?m)^(?=\[)", text)
    return "".join(part for part in parts if _BUILD_SECTION.search(part.partition("\n")[0]))


def _mentions(path: str, name: str, text: str) -> Iterator[str]:
    """Yield patterns of the ways in which build settings name a file: its path, its name, its dotted name.

    Settings that make compiled modules may put a dotted name together, so the last part alone is enough.
    """
    yield rf"\b{re.escape(path)}\.py\b"
    yield rf"\b{re.escape('/'.join(path.split('/')[-2:]))}\.py\b"
    yield rf"['\"/]{re.escape(name)}\.py['\"]"
    if _NATIVE_WORDS.search(text) is None:
        return
    if name.startswith("_"):
        yield rf"(?<![\w.]){re.escape(name)}(?![\w.])"
    if "/" in path:
        dotted = re.escape(".".join(path.split("/")[-2:]))
        yield rf"['\"=\s](?:\w+\.)*{dotted}['\"\s:]"
