"""Which distribution brings a module that is not installed here."""

from collections.abc import Collection, Mapping

from importgraph.environment.interpreter import normal_name
from importgraph.names import ancestors

_MODULES: Mapping[str, str] = {
    "yaml": "PyYAML", "PIL": "Pillow", "cv2": "opencv-python", "sklearn": "scikit-learn",
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil", "dotenv": "python-dotenv", "jwt": "PyJWT",
    "git": "GitPython", "attr": "attrs", "OpenSSL": "pyOpenSSL", "Crypto": "pycryptodome",
    "serial": "pyserial", "zmq": "pyzmq", "docx": "python-docx", "magic": "python-magic",
    "MySQLdb": "mysqlclient", "psycopg2": "psycopg2-binary", "google.protobuf": "protobuf",
    "pkg_resources": "setuptools", "skimage": "scikit-image", "usb": "pyusb", "hamcrest": "PyHamcrest",
    "osgeo": "GDAL", "rest_framework": "djangorestframework", "ruamel": "ruamel.yaml",
    "slugify": "python-slugify",
    "socks": "PySocks", "ldap": "python-ldap", "nacl": "PyNaCl", "markdown": "Markdown", "tlz": "toolz",
    "pythoncom": "pywin32", "win32api": "pywin32", "fitz": "PyMuPDF", "telegram": "python-telegram-bot",
}  # fmt: skip
"""Distributions whose modules have another name."""
_SHARED = {"google", "azure", "zope", "sphinxcontrib", "backports", "jaraco"}
"""Packages that many distributions bring parts of."""


def distribution_of(module: str) -> str | None:
    """Return the distribution that brings a module; None where many share its top-level package."""
    top = module.partition(".")[0]
    found = _MODULES.get(module) or _MODULES.get(top)
    return found or (None if top in _SHARED else top.replace("_", "-"))


def declared_distribution(module: str, declared: Collection[str]) -> str | None:
    """Return which of the distributions that a project declares brings a module; None where none is likely.

    Args:
        module: Its dotted name.
        declared: The distributions, by normal names.
    """
    known = distribution_of(module)
    wanted = [known] if known is not None else []
    wanted += reversed([*ancestors(module), module])
    top = module.partition(".")[0]
    wanted += [f"python-{top}", f"{top}-python", f"py{top}", f"{top}-binary", f"{top}-py"]
    return next((name for name in map(normal_name, wanted) if name in declared), None)
