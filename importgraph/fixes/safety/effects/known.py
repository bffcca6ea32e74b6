"""What calls of the standard library do, as far as deferring a module is concerned.

A name with a dot at its end stands for all below it. `()` behind a name stands for what calling it gives.
What stands in no list is unknown. Source: the documentation and text of CPython 3.11 to 3.14.
"""

from functools import lru_cache

from importgraph.fixes.safety.visible_calls import UNKNOWN, VISIBLE

PROCESS = (
    *VISIBLE,
    *("builtins.print", "builtins.input", "builtins.breakpoint", "builtins.help", "warnings.warn"),
    *("warnings.warn_explicit", "warnings.showwarning", "warnings.catch_warnings", "sys.exit", "os._exit"),
    *("os.abort", "os.kill", "sys.stdout.", "sys.stderr.", "sys.stdin.", "traceback.print_exc"),
    *("logging.debug", "logging.info", "logging.warning", "logging.error", "logging.exception"),
    *("logging.critical", "logging.log", "logging.shutdown", "logging.root.", "logging.setLogRecordFactory"),
    *("weakref.finalize", "contextvars.ContextVar().set", "contextlib.redirect_stdout"),
    *("contextlib.redirect_stderr", "contextlib.chdir", "decimal.localcontext", "decimal.getcontext"),
    *("socket.", "ssl.", "http.", "urllib.request.", "smtplib.", "ftplib.", "select.", "selectors."),
    *("asyncio.get_event_loop", "asyncio.new_event_loop", "asyncio.create_task", "asyncio.ensure_future"),
    *("concurrent.futures.", "multiprocessing.", "sched.", "pty.", "tty.", "termios.", "curses."),
    *("os.mkfifo", "os.link", "os.symlink", "os.chmod", "os.chown", "os.utime", "os.truncate", "os.write"),
    *("os.replace", "os.removedirs", "os.renames", "os.open", "os.pipe", "os.dup", "os.exec", "os.spawn"),
    *("tempfile.mk", "tempfile.NamedTemporaryFile", "tempfile.TemporaryDirectory", "tempfile.TemporaryFile"),
    *("sys.set", "sys._", "sys.displayhook", "sys.excepthook", "sys.audit", "sys.call_tracing"),
    *("sys.path.", "sys.meta_path.", "sys.path_hooks.", "sys.modules.", "sys.warnoptions."),
    *("os.environ.", "os.environb.", "copyreg.", "codecs.register", "codecs.unregister", "gc."),
    *("mimetypes.", "gettext.", "locale.", "atexit.", "signal.", "faulthandler.", "tracemalloc."),
    *("importlib.reload", "importlib.invalidate_caches", "pkgutil.", "site.", "threading.main_thread"),
    *("threading.excepthook", "threading.settrace", "threading.setprofile", "threading._register_atexit"),
    *("linecache.", "readline.", "rlcompleter.", "cgitb.", "pdb.", "unittest.main", "doctest.testmod"),
    *("builtins.open", "io.open", "io.FileIO", "codecs.open", "tokenize.open", "fileinput.", "shelve."),
    *("dbm.", "sqlite3.connect", "sqlite3.register", "sqlite3.enable", "winreg.", "ctypes.util."),
    *("fcntl.", "msvcrt.", "syslog.", "resource.", "nturl2path.", "random.seed", "random.setstate"),
    *("time.sleep", "time.tzset", "os.set", "os.init", "os.nice", "os.fork", "os.wait", "os.popen"),
    *("calendar.setfirstweekday", "dis.dis", "pprint.pprint", "pprint.pp", "asyncio.set_"),
    *("tkinter.", "turtle.", "webbrowser.", "cProfile.", "profile.", "trace.", "bdb.", "code."),
    *("importlib.metadata.entry_points", "importlib.metadata.EntryPoint"),
)
"""Calls that change or show something of the process, or may."""
READS = (
    *("os.getenv", "os.getenvb", "os.environ.get", "os.environ.__getitem__", "os.environ.items"),
    *("os.environ.keys", "os.environ.values", "os.environ.copy", "os.environ.__contains__"),
    *("os.getcwd", "os.getcwdb", "os.getpid", "os.getppid", "os.getlogin", "os.getuid", "os.umask"),
    *("os.listdir", "os.scandir", "os.walk", "os.stat", "os.lstat", "os.access", "os.cpu_count"),
    *("os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.islink", "os.path.getsize"),
    *("os.path.getmtime", "os.path.samefile", "os.path.expanduser", "os.path.expandvars"),
    *("os.path.abspath", "os.path.realpath", "os.path.relpath", "os.path.lexists", "os.get_terminal_size"),
    *("glob.", "shutil.which", "shutil.get_terminal_size", "shutil.disk_usage", "tempfile.gettempdir"),
    *(
        "pathlib.Path.cwd",
        "pathlib.Path.home",
    ),
    *("time.", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"),
    *("datetime.date.today", "random.", "secrets.", "uuid.uuid1", "uuid.getnode", "getpass.getuser"),
    *("inspect.stack", "inspect.currentframe", "inspect.getouterframes", "traceback.extract_stack"),
    *("threading.current_thread", "threading.get_ident", "threading.enumerate", "threading.active_count"),
    *("sys.get", "sys.exc_info", "sys.is", "sys.argv.", "sys._getframe", "platform.node"),
    *("locale.getpreferredencoding", "locale.getlocale", "locale.getdefaultlocale", "locale.localeconv"),
    *("gc.get", "gc.isenabled", "warnings.filters", "mimetypes.guess_type", "logging.getLevelName"),
    *("logging.root", "logging.getLogger().isEnabledFor", "logging.getLogger().getEffectiveLevel"),
    *("logging.getLogger().hasHandlers", "logging.getLevelNamesMapping", "decimal.getcontext"),
    *("asyncio.get_running_loop", "asyncio.current_task", "contextvars.ContextVar().get"),
    *("contextvars.copy_context", "builtins.globals().", "importlib.util.find_spec", "socket.gethostname"),
    *("configparser.ConfigParser().read", "configparser.RawConfigParser().read", "argparse.ArgumentParser"),
    *("xml.etree.ElementTree.parse", "xml.etree.ElementTree.iterparse"),
    *(
        "argparse.ArgumentParser().parse_",
        "sysconfig.",
        "site.get",
        "pkgutil.get_data",
        "importlib.resources.",
    ),
)
"""Calls whose answer depends on what others do before. Looked at before the list above."""
PURE = (
    *("re.", "string.", "textwrap.", "math.", "cmath.", "operator.", "itertools.", "functools.", "enum."),
    *("collections.", "dataclasses.", "typing.", "typing_extensions.", "types.", "abc.", "copy.", "bisect."),
    *("decimal.", "fractions.", "numbers.", "statistics.", "datetime.", "zoneinfo.", "uuid.", "hashlib."),
    *("hmac.", "base64.", "binascii.", "struct.", "array.", "zlib.", "urllib.parse.", "html.", "keyword."),
    *("token.", "contextlib.", "contextvars.", "weakref.", "queue.", "heapq.", "graphlib.", "ipaddress."),
    *("calendar.", "colorsys.", "fnmatch.", "difflib.", "pprint.", "unicodedata.", "stringprep.", "shlex."),
    *("ast.", "inspect.", "json.dumps", "json.loads", "json.JSONEncoder", "json.JSONDecoder", "csv.Dialect"),
    *("pathlib.", "os.path.", "posixpath.", "ntpath.", "os.fspath", "os.fsencode", "os.fsdecode"),
    *("threading.Lock", "threading.RLock", "threading.local", "threading.Event", "threading.Condition"),
    *("threading.Semaphore", "threading.BoundedSemaphore", "threading.Barrier", "logging.getLogger"),
    *("logging.NullHandler", "logging.Formatter", "logging.Filter", "logging.LoggerAdapter"),
    *("argparse.ArgumentParser().add_", "argparse.ArgumentParser().set_defaults", "argparse.Namespace"),
    *("argparse.Action", "configparser.", "io.StringIO", "io.BytesIO"),
    *("asyncio.Lock", "asyncio.Event", "asyncio.Queue", "asyncio.Semaphore", "asyncio.Condition"),
    *("platform.system", "platform.python_", "platform.machine", "platform.architecture", "sys.intern"),
    *("sys.getsizeof", "sys.getdefaultencoding", "sys.getfilesystemencoding", "sys.getrefcount"),
    *("codecs.lookup", "codecs.getwriter", "codecs.getreader", "codecs.getincrementaldecoder", "codecs.BOM"),
    *("importlib.metadata.", "importlib.machinery.", "importlib.abc.", "xml.etree.ElementTree."),
    *("http.HTTPStatus", "http.HTTPMethod", "http.cookies.", "http.cookiejar.", "email."),
    *("concurrent.futures.Future", "concurrent.futures.Executor", "socket.AF_", "socket.SOCK_", "ssl.TLS"),
    *("unittest.", "doctest.", "string.Template", "random.Random", "random.SystemRandom", "locale.normalize"),
    *("errno.", "stat.", "opcode.", "dis.", "symtable.", "tokenize.", "traceback.format"),
    *("zipfile.ZipInfo", "marshal.", "selectors."),
    *("builtins.object", "builtins.id", "builtins.bytearray", "builtins.memoryview", "builtins.type"),
    *("builtins.dict", "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset"),
    *("builtins.str", "builtins.int", "builtins.float", "builtins.bytes", "builtins.bool"),
    *("builtins.complex", "builtins.property", "builtins.classmethod", "builtins.staticmethod"),
    *("builtins.range", "builtins.slice", "builtins.super", "builtins.BaseException", "builtins.Exception"),
    *("builtins.abs", "builtins.all", "builtins.any", "builtins.ascii", "builtins.bin", "builtins.chr"),
    *("builtins.divmod", "builtins.enumerate", "builtins.filter", "builtins.format", "builtins.hash"),
    *("builtins.hex", "builtins.isinstance", "builtins.issubclass", "builtins.iter", "builtins.len"),
    *("builtins.map", "builtins.max", "builtins.min", "builtins.next", "builtins.oct", "builtins.ord"),
    *("builtins.pow", "builtins.repr", "builtins.reversed", "builtins.round", "builtins.sorted"),
    *("builtins.sum", "builtins.zip", "builtins.callable", "builtins.globals", "builtins.locals"),
    *("builtins.getattr", "builtins.hasattr", "builtins.setattr", "builtins.delattr"),
    *("importlib.import_module", "builtins.__import__", "importlib.__import__"),
)
"""Calls that do nothing but make what they return, or change the first thing they are given."""
KEEPS = (
    *("functools.partial", "functools.wraps", "functools.update_wrapper", "functools.lru_cache"),
    *("functools.cache", "functools.cached_property", "functools.total_ordering", "functools.cmp_to_key"),
    *("functools.singledispatch", "abc.", "builtins.property", "builtins.classmethod", "contextvars."),
    *("builtins.staticmethod", "builtins.callable", "builtins.isinstance", "builtins.issubclass"),
    *("builtins.type", "builtins.id", "builtins.getattr", "builtins.hasattr", "builtins.setattr"),
    *("builtins.super", "builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset"),
    *("builtins.dict", "builtins.zip", "builtins.enumerate", "builtins.len", "builtins.iter"),
    *("builtins.next", "builtins.repr", "builtins.str", "builtins.hash", "builtins.bool", "builtins.any"),
    *("builtins.all", "builtins.map", "builtins.filter", "builtins.reversed", "functools.reduce"),
    *("dataclasses.", "enum.", "contextlib.", "typing.", "typing_extensions.", "collections.", "weakref."),
    *(
        "types.",
        "inspect.",
        "operator.",
        "copy.",
        "argparse.",
        "queue.",
        "builtins.object",
        "itertools.chain",
    ),
)
"""Calls that do not call what they are given, or whose model does so itself."""
STEADY = (
    *("re.", "typing.", "typing_extensions.", "collections.namedtuple", "decimal.Decimal", "fractions."),
    *("datetime.", "pathlib.", "uuid.", "struct.Struct", "string.", "enum.", "operator.", "zoneinfo."),
    *("types.MappingProxyType", "dataclasses.", "functools.partial", "urllib.parse.", "math.", "base64."),
    *("hashlib.", "ipaddress.", "builtins.", "logging.getLogger", "contextlib."),
)
"""What these make never changes, or is looked at elsewhere."""
ITERATORS = (
    *("builtins.iter", "builtins.map", "builtins.filter", "builtins.zip", "builtins.enumerate"),
    *("builtins.reversed", "itertools.", "csv.reader", "csv.DictReader", "re.finditer"),
    *("re.compile().finditer", "re.compile().scanner"),
)
"""What these make is used up by whoever looks at its elements."""
CHANGE_FIRST = (
    *("functools.total_ordering", "functools.update_wrapper", "functools.wraps()", "dataclasses.dataclass"),
    *("abc.update_abstractmethods", "typing.runtime_checkable", "typing.final", "typing.no_type_check"),
    *("typing.override", "typing.dataclass_transform()", "typing_extensions.runtime_checkable"),
    *("typing_extensions.final", "typing_extensions.override", "types.coroutine"),
)
"""Calls that change the class or function that they are given first."""
STABLE = frozenset(
    "sys." + name
    for name in (
        "version version_info platform maxsize byteorder implementation hexversion executable prefix "
        "base_prefix exec_prefix base_exec_prefix flags float_info int_info hash_info maxunicode "
        "builtin_module_names "
        "stdlib_module_names intern getsizeof api_version copyright abiflags thread_info exit "
        "getdefaultencoding getfilesystemencoding getrefcount float_repr_style"
    ).split()
)
"""Attributes of `sys` that nobody changes; all others are read anew each time."""
CHANGEABLE = frozenset(
    ["os.environ", "os.environb", "sys.argv", "sys.path", "sys.modules", "logging.root", "warnings.filters"]
)
LOUD = frozenset(
    ["this", "antigravity", "readline", "rlcompleter", "idlelib", "turtledemo", "cgitb", "lib2to3"]
)
"""Modules of the standard library whose import shows or changes something."""
EFFECT_UNKNOWN = (*UNKNOWN, "builtins.compile", "types.new_class", "types.prepare_class", "code.")


@lru_cache(maxsize=4096)
def sort_of(name: str) -> str:
    """Return what a call does: `process`, `reads`, `pure` or `unknown`; the longest entry counts."""
    last = name.rpartition(".")[2]
    if name.startswith("pathlib."):
        return "process" if last in _WRITING else "reads" if last in _READING else "pure"
    if name.startswith("logging.getLogger()"):
        return "reads" if last.startswith(("is", "get", "has")) and last != "getChild" else "process"
    for end in range(len(name), 2, -1):
        found = _SORTS.get(name[:end])
        if found is not None:
            return found
    return "unknown"


_WRITING = frozenset(
    "mkdir write_text write_bytes unlink rename rmdir touch symlink_to link_to hardlink_to replace chmod "
    "lchmod open copy move copy_into move_into".split()
)
_READING = frozenset(
    "cwd home exists is_file is_dir is_mount is_symlink is_socket is_fifo is_block_device is_char_device "
    "is_junction resolve absolute stat lstat iterdir glob rglob walk read_text read_bytes expanduser owner "
    "group samefile readlink".split()
)
_SORTS = {
    **dict.fromkeys(PURE, "pure"),
    **dict.fromkeys(PROCESS, "process"),
    **dict.fromkeys(READS, "reads"),
    **dict.fromkeys(EFFECT_UNKNOWN, "unknown"),
}


def matches(name: str, names: tuple[str, ...]) -> bool:
    """Tell whether a dotted name begins with one of some names."""
    return name.startswith(names)
