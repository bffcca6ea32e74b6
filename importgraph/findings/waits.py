"""Imports that wait: a sleep, a connection, a thread joined, a program run, while a module is imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from importgraph.facts.model import Flow, Step, StepKind
from importgraph.findings.entry_points import EntryKind, EntryPoint
from importgraph.findings.loads import loads
from importgraph.findings.model import Evidence
from importgraph.findings.side_effects import external_name
from importgraph.findings.test_code import is_test_code
from importgraph.graph.calls import CallFinder, Place
from importgraph.graph.resolve import Resolver
from importgraph.graph.views import closure, modules_of
from importgraph.snapshot import Snapshot, once_per_snapshot

_CLIENTS = ("requests", "httpx")
_DRIVERS = ("psycopg", "psycopg2", "pymysql", "MySQLdb", "pyodbc", "oracledb", "asyncpg")
_REDIS = ("redis.Redis()", "redis.StrictRedis()")
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_WAITS: Final[Mapping[str, tuple[str, ...]]] = {
    "sleeps": ("time.sleep", "gevent.sleep", "eventlet.sleep"),
    "waits for a connection": (
        "socket.create_connection",
        "socket.socket().connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "urllib.request.urlopen",
        "http.client.HTTPConnection().request",
        "http.client.HTTPSConnection().request",
        "smtplib.SMTP",
        "ftplib.FTP",
        *(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS),
        *(f"requests.Session().{verb}" for verb in _VERBS),
        *(f"httpx.Client().{verb}" for verb in _VERBS),
        "urllib3.PoolManager().request",
        *(f"{driver}.connect" for driver in _DRIVERS),
        "mysql.connector.connect",
        "snowflake.connector.connect",
        "pika.BlockingConnection",
        "kafka.KafkaProducer",
        "kafka.KafkaConsumer",
        "kafka.KafkaAdminClient",
        "cassandra.cluster.Cluster().connect",
        "paramiko.SSHClient().connect",
        "kazoo.client.KazooClient().start",
        *(
            f"redis.{name}().{verb}"
            for name in ("Redis", "StrictRedis")
            for verb in ("ping", "get", "set", "info")
        ),
        "pymongo.MongoClient().server_info",
        "pymongo.MongoClient().admin.command",
    ),
    "waits for a thread": (
        "threading.Thread().join",
        "threading.Event().wait",
        "threading.Barrier().wait",
        "queue.Queue().get",
        "multiprocessing.Process().join",
        "concurrent.futures.wait",
        "concurrent.futures.ThreadPoolExecutor().submit().result",
    ),
    "waits for a lock": (
        "fcntl.flock",
        "fcntl.lockf",
        "filelock.FileLock().acquire",
        "filelock.FileLock().__enter__",
        "portalocker.lock",
        "threading.Lock().acquire",
        "threading.RLock().acquire",
        "threading.Semaphore().acquire",
    ),
    "waits for a program": (
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "getoutput")),
        "subprocess.Popen().wait",
        "subprocess.Popen().communicate",
        "os.system",
        "os.waitpid",
    ),
    "waits for the keyboard": ("input",),
}
_KIND_OF: Final = {call: kind for kind, calls in _WAITS.items() for call in calls}
_ORDER: Final = list(_WAITS)
_MOST_CALLS = 400
"""Functions that one module's import is followed into."""
_BY_ANOTHER = {"threading.Lock().acquire", "threading.RLock().acquire", "threading.Semaphore().acquire"}
"""Waits only where another thread holds it."""


class Wait(Evidence, frozen=True):
    """A call that waits for something while a module is imported."""

    kind: str
    """What it does, such as `sleeps`."""
    call: str
    path: str
    line: int
    module: str
    """The module whose import runs it."""
    called_from: str
    """The place in that module where the function around it is called; empty where it stands in the body."""
    certain: bool
    """It runs whenever the module is imported; else below a condition, or where something failed."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wait, with the entry points that meet it."""

    wait: Wait
    entries: tuple[EntryPoint, ...]
    """The most important first."""


@once_per_snapshot
def find_waits(snapshot: Snapshot) -> tuple[Waiting, ...]:
    """Find what waits while an entry point is loaded.

    Returns:
        One for each line: those that always run first, then by what is waited for, then by place.
    """
    met: dict[str, list[EntryPoint]] = {}
    for view, load in loads(snapshot):
        for name in modules_of(closure(view, [load.entry.node])):
            is_program = load.entry.kind is EntryKind.SCRIPT and name == load.entry.module
            if name in snapshot.graph.facts and not is_program:  # what a program does is no import
                met.setdefault(name, []).append(load.entry)
    finder = CallFinder(snapshot.resolver)
    found: dict[tuple[str, int], Waiting] = {}
    for name, entries in sorted(met.items()):
        for wait in _waits_of(finder, snapshot, name):
            found.setdefault((wait.path, wait.line), Waiting(wait, tuple(entries)))
    return tuple(sorted(found.values(), key=_rank))


def _rank(one: Waiting) -> tuple[bool, bool, int, str, int]:
    wait = one.wait
    return not wait.certain, is_test_code(wait.path), _ORDER.index(wait.kind), wait.path, wait.line


def _waits_of(finder: CallFinder, snapshot: Snapshot, module: str) -> Iterator[Wait]:
    """Yield what waits in a module's body, and in the functions that the body runs."""
    start = Place(module)
    seen = {start}
    work = [(start, "", True)]
    while work and len(seen) < _MOST_CALLS:
        place, called_from, certain = work.pop()
        path = snapshot.graph.modules[place.module].path
        for step in _body(finder.resolver, place):
            if step.flow & Flow.DEAD or not _is_active(finder.resolver, place, step):
                continue
            sure = certain and not step.flow & (Flow.HANDLER | Flow.CONDITIONAL)
            if step.kind is StepKind.CALL:
                call = _full_name(finder.resolver, place, step)
                if call in _KIND_OF:
                    sure = sure and call not in _BY_ANOTHER
                    yield Wait(_KIND_OF[call], call, path, step.line, module, called_from, sure)
            for callee in finder.run_by(place, step):
                if callee not in seen:
                    seen.add(callee)
                    work.append((callee, called_from or f"{path}:{step.line}", sure))


def _body(resolver: Resolver, place: Place) -> tuple[Step, ...]:
    facts = resolver.facts[place.module]
    return facts.body if place.function < 0 else facts.functions[place.function].body


def _is_active(resolver: Resolver, place: Place, step: Step) -> bool:
    names = resolver.names(place.module)
    return names is not None and names.active(step.when)


def _full_name(resolver: Resolver, place: Place, step: Step) -> str:
    """Return the full name of what a step calls outside the tree, through names bound in the same body."""
    root, dot, rest = step.name.partition(".")
    known = external_name(resolver, place.module, step.name)
    if known or not dot:
        return known or (step.name if step.name == "input" else "")
    for other in _body(resolver, place):
        if other.kind is StepKind.BIND and other.name == root and other.line <= step.line and other.value:
            known = external_name(resolver, place.module, other.value)
    return f"{known}.{rest}" if known else ""
