"""Which calls of the standard library and of known packages have an effect, and of which kind."""

_CALLS: dict[str, tuple[str, ...]] = {
    "file": (
        "open",
        "os.mkdir",
        "os.makedirs",
        "os.remove",
        "os.unlink",
        "os.rename",
        "os.listdir",
        "os.walk",
        "os.scandir",
        "shutil.",
        "tempfile.",
        "glob.glob",
        "pathlib.Path().read_text",
        "pathlib.Path().read_bytes",
        "pathlib.Path().write_text",
        "pathlib.Path().mkdir",
        "json.load",
        "pickle.load",
    ),
    "network": (
        "socket.create_connection",
        "socket.socket().connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "urllib.request.urlopen",
        "requests.get",
        "requests.post",
        "requests.request",
        "httpx.get",
        "httpx.post",
        "redis.Redis",
        "redis.StrictRedis",
        "psycopg2.connect",
        "pymongo.MongoClient",
        "boto3.client",
        "boto3.resource",
        "sqlalchemy.create_engine",
        "sqlite3.connect",
    ),
    "process": ("subprocess.", "os.system", "os.popen", "os.fork", "os.exec", "multiprocessing.Process"),
    "thread": (
        "threading.Thread().start",
        "threading.Timer",
        "concurrent.futures.ThreadPoolExecutor",
        "_thread.start_new_thread",
        "asyncio.run",
        "asyncio.new_event_loop",
        "asyncio.get_event_loop",
    ),
    "environment": (
        "os.putenv",
        "os.environ.setdefault",
        "os.environ.update",
        "os.environ.pop",
        "os.chdir",
        "dotenv.load_dotenv",
    ),
    "interpreter": (
        "sys.path.append",
        "sys.path.insert",
        "sys.path.extend",
        "sys.setrecursionlimit",
        "signal.signal",
        "atexit.register",
        "warnings.filterwarnings",
        "warnings.simplefilter",
        "logging.basicConfig",
        "logging.config.dictConfig",
        "logging.config.fileConfig",
        "locale.setlocale",
        "codecs.register",
        "faulthandler.enable",
        "gc.disable",
        "gc.freeze",
        "random.seed",
        "numpy.random.seed",
        "multiprocessing.set_start_method",
        "matplotlib.use",
        "gevent.monkey.patch_all",
        "eventlet.monkey_patch",
    ),
}
_WHOLE = {name: kind for kind, known in reversed(_CALLS.items()) for name in known}
"""The kind of each call; of all calls of a module where the name ends with a dot."""
_OPENINGS = tuple(name for known in _CALLS.values() for name in known if name.endswith("."))


def kind_of(name: str) -> str:
    """Return the kind of effect that calling an external name has, or an empty string."""
    kind = _WHOLE.get(name, "")
    if not kind and name.startswith(_OPENINGS):
        kind = next(_WHOLE[opening] for opening in _OPENINGS if name.startswith(opening))
    return kind
