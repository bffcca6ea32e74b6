"""Environments made of folders, as installers leave them; no interpreter is among them."""

import textwrap
from collections.abc import Mapping
from pathlib import Path


def write(root: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"))
    return root


def make_python(prefix: Path, files: Mapping[str, str] | None = None, version: str = "3.12") -> Path:
    """Lay out an installed Python, with files of its standard library."""
    library = f"lib/python{version}"
    write(prefix, {f"bin/python{version}": "", f"{library}/os.py": "", f"{library}/lib-dynload/.keep": ""})
    write(prefix / library, files or {})
    return prefix


def make_environment(
    folder: Path, files: Mapping[str, str] | None = None, *, home: Path | None = None, version: str = "3.12"
) -> Path:
    """Lay out a virtual environment, with files in its site-packages."""
    base = home if home is not None else make_python(folder.parent / "python", version=version)
    write(folder, {"pyvenv.cfg": f"home = {base}/bin\nversion = {version}.1\n", "bin/python": ""})
    site = folder / f"lib/python{version}/site-packages"
    site.mkdir(parents=True, exist_ok=True)
    write(site, files or {})
    return folder


def distribution(name: str, version: str, *paths: str) -> dict[str, str]:
    """Return the metadata files of an installed distribution with the given files."""
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    record = "".join(f"{path},,\n" for path in (*paths, f"{info}/METADATA", f"{info}/RECORD"))
    return {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nText\n",
        f"{info}/RECORD": record,
    }
