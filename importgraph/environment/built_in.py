"""Which modules are part of an interpreter itself.

The same module (`math`, `unicodedata`) is compiled into one Python and a file in another, so the folders of
the target decide: a compiled module of the standard library without a file there is built in.
"""

import os
from collections.abc import Iterable

_ALWAYS = """
_abc _ast _codecs _collections _frozen_importlib _frozen_importlib_external _functools _imp _io _locale
_operator _signal _sre _stat _string _symtable
_thread _tracemalloc _warnings _weakref atexit builtins errno faulthandler gc itertools marshal
sys time
""".split()  # noqa: SIM905 -- a table
"""Part of every CPython."""
_ALWAYS_POSIX = "posix pwd".split()  # noqa: SIM905
_ALWAYS_WINDOWS = "nt winreg msvcrt _winapi".split()  # noqa: SIM905
_SINCE = {
    "_tokenize": (3, 10), "_typing": (3, 11), "_sha2": (3, 12), "_interpchannels": (3, 13),
    "_interpqueues": (3, 13), "_interpreters": (3, 13), "_suggestions": (3, 13), "_sysconfig": (3, 13),
    "_hmac": (3, 14), "_remote_debugging": (3, 14), "_types": (3, 14), "_wmi": (3, 12), "_zstd": (3, 14),
}  # fmt: skip
_COMPILED = """
_asyncio _bisect _blake2 _bz2 _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw
_contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree _gdbm _hashlib
_heapq _hmac _interpchannels _interpqueues _interpreters _json _lsprof _lzma _md5 _multibytecodec
_multiprocessing _opcode _overlapped _pickle _posixshmem _posixsubprocess _queue _random _remote_debugging
_scproxy _sha1 _sha2 _sha256 _sha3 _sha512 _socket _sqlite3 _ssl _statistics _struct _suggestions _sysconfig
_tkinter _types _tokenize _typing _uuid _wmi _zoneinfo _zstd array audioop binascii cmath fcntl grp math mmap
nis ossaudiodev
parser pyexpat readline resource select spwd syslog termios unicodedata winsound xxlimited zlib
""".split()  # noqa: SIM905
"""Compiled modules that some builds hold as a file, and others in the interpreter."""
_OPTIONAL = frozenset(
    """
    _bz2 _crypt _ctypes _curses _curses_panel _dbm _gdbm _hashlib _lzma _scproxy _sqlite3 _ssl _tkinter _uuid
    _wmi _zstd _overlapped nis ossaudiodev parser readline spwd winsound xxlimited
    """.split()  # noqa: SIM905
)
"""Those that a build with files lacks where it has none: what they need was not there when it was built."""
_WINDOWS_ONLY = frozenset({"_overlapped", "_wmi", "winsound"})
_POSIX_ONLY = frozenset(
    """
    _crypt _curses _curses_panel _dbm _gdbm _posixshmem _posixsubprocess fcntl grp nis ossaudiodev readline
    resource spwd syslog termios
    """.split()  # noqa: SIM905
)
_FEW = 12
"""A build with fewer compiled files than this has put them into the interpreter."""
_ABSENT_FROM = {
    "parser": (3, 10), "_sha256": (3, 12), "_sha512": (3, 12), "_crypt": (3, 13), "audioop": (3, 13),
    "nis": (3, 13), "ossaudiodev": (3, 13), "spwd": (3, 13),
}  # fmt: skip


def built_in_modules(
    standard: Iterable[str], version: tuple[int, int], platform: str = "linux"
) -> frozenset[str]:
    """Return the modules that an interpreter holds itself.

    Args:
        standard: The folders of its standard library. Without any, each module that may be built in is.
        version: Its version.
        platform: Its `sys.platform`.
    """
    files = {name.partition(".")[0] for folder in standard for name in _compiled_files(folder)}
    windows = platform == "win32"
    always = {*_ALWAYS, *(_ALWAYS_WINDOWS if windows else _ALWAYS_POSIX)}
    wrong = _POSIX_ONLY if windows else _WINDOWS_ONLY
    absent = wrong if len(files) < _FEW else wrong | _OPTIONAL
    found = {name for name in _COMPILED if name not in files and name not in absent}
    return frozenset(name for name in always | found if _is_of(name, version)) - files


def _is_of(name: str, version: tuple[int, int]) -> bool:
    return _SINCE.get(name, (3, 0)) <= version < _ABSENT_FROM.get(name, (4, 0))


def _compiled_files(folder: str) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if name.endswith((".so", ".pyd", ".dylib"))]  # noqa: PTH208
    except OSError:
        return []
