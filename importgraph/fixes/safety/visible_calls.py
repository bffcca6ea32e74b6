"""Functions of the standard library whose call others see: they change the process, not the caller."""

VISIBLE = (
    *("atexit.register", "atexit.unregister", "signal.signal", "signal.setitimer", "signal.alarm"),
    *("warnings.filterwarnings", "warnings.simplefilter", "warnings.resetwarnings"),
    *("logging.basicConfig", "logging.setLoggerClass", "logging.setLogRecordFactory", "logging.config."),
    *("logging.addLevelName", "logging.captureWarnings", "logging.disable", "logging.getLogger()"),
    *("codecs.register", "codecs.register_error", "copyreg.pickle", "copyreg.constructor"),
    *("copyreg.add_extension", "locale.setlocale", "mimetypes.add_type", "mimetypes.init"),
    *("socket.setdefaulttimeout", "sys.setrecursionlimit", "sys.settrace", "sys.setprofile"),
    *("sys.setswitchinterval", "sys.addaudithook", "sys.set_asyncgen_hooks", "sys.setdlopenflags"),
    *("sys.path.append", "sys.path.insert", "sys.path.extend", "sys.path.remove", "sys.path.pop"),
    *("sys.meta_path.append", "sys.meta_path.insert", "sys.path_hooks.append", "sys.path_hooks.insert"),
    *("sys.modules.pop", "sys.modules.setdefault", "sys.modules.update", "sys.warnoptions.append"),
    *("os.environ.setdefault", "os.environ.update", "os.environ.pop", "os.environ.clear"),
    *("os.putenv", "os.unsetenv", "os.chdir", "os.umask", "os.register_at_fork", "os.nice", "os.setuid"),
    *("os.mkdir", "os.makedirs", "os.remove", "os.unlink", "os.rename", "os.rmdir", "shutil."),
    *("threading.Thread", "threading.Timer", "threading.setprofile", "threading.settrace", "_thread."),
    *("threading.stack_size", "multiprocessing.set_start_method", "multiprocessing.Process"),
    *("asyncio.set_event_loop_policy", "asyncio.set_event_loop", "asyncio.run"),
    *("urllib.request.install_opener", "random.seed", "decimal.setcontext", "gc.disable", "gc.enable"),
    *("gc.freeze", "gc.set_threshold", "gc.set_debug", "faulthandler.", "tracemalloc.start"),
    *("subprocess.", "os.system", "os.popen", "os.fork", "time.sleep", "importlib.reload"),
    *("webbrowser.register", "email.charset.add_charset", "email.charset.add_codec"),
    *("xml.etree.ElementTree.register_namespace", "sqlite3.register_adapter", "sqlite3.register_converter"),
    *("csv.register_dialect", "csv.field_size_limit", "zoneinfo.reset_tzpath", "readline.", "site."),
    *("multiprocessing.reduction.register", "resource.setrlimit"),
)
"""A name with a dot at its end stands for all below it; `()` for a call without arguments."""
UNKNOWN = ("builtins.exec", "builtins.eval", "ctypes.", "runpy.")
"""Calls whose effect no text shows."""
HARMLESS = {"typing_extensions", "attr", "attrs", "packaging"}
"""Libraries whose decorators, bases and helpers keep no account of who uses them."""
