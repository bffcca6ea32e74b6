"""Entry points: what `importlib.metadata` and `pkg_resources` say that installed distributions declare."""

from collections.abc import Callable, Mapping, Sequence

from importgraph.environment.entry_points import EntryPoint
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.records import Native, Record
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, sequence, unwrap, wrap

_WITH_GROUPS = (3, 12)
"""Before this version, what is asked for without conditions can be read like a dictionary of groups."""
_UNKNOWN = Unknown("the entry points of what is installed")


def _one(interpreter: Interpreter, point: EntryPoint) -> Record:
    module, _, attribute = (part.strip() for part in point.value.partition(":"))

    def load(_arguments: Arguments) -> Result:
        found = interpreter.import_name(module, interpreter.place, computed=True)
        for name in attribute.split(".") if attribute else ():
            if isinstance(found, Raised):
                break
            found = found.attribute(interpreter, name)
        return found

    texts = {"name": point.name, "value": point.value, "group": point.group}
    texts.update({"module": module, "attr": attribute, "module_name": module})
    fields: dict[str, Value] = {name: wrap(text) for name, text in texts.items()}
    fields["dist"] = Record("Distribution", {"name": Constant(point.distribution)})
    return Record("EntryPoint", fields | {name: Native(name, load) for name in ("load", "resolve")})


def _several(interpreter: Interpreter, points: Sequence[EntryPoint], *, with_groups: bool) -> Record:
    """Make what `entry_points()` gives, or a selection of it."""

    def select(arguments: Arguments) -> Result:
        wanted = {key: unwrap(value) for key, value in arguments.keywords.items()}
        if NOT_PLAIN in wanted.values() or arguments.open:
            return _UNKNOWN
        chosen = [one for one in points if all(getattr(one, k, None) == v for k, v in wanted.items())]
        return _several(interpreter, chosen, with_groups=False)

    def get(arguments: Arguments) -> Result:
        key = unwrap(arguments.get(0) or NONE)
        if not isinstance(key, str):
            return _UNKNOWN
        chosen = [one for one in points if key == (one.group if with_groups else one.name)]
        if not chosen:
            return arguments.get(1, "default") or Raised("KeyError", repr(key), name=repr(key))
        items = tuple(_one(interpreter, one) for one in chosen)
        return sequence("list", items) if with_groups else items[0]

    def get_or_none(arguments: Arguments) -> Result:
        return get(Arguments((*arguments.positional, NONE), arguments.keywords))

    groups = wrap(sorted({one.group for one in points}))
    fields: dict[str, Value] = {"select": Native("select", select), "__getitem__": Native("get", get)}
    fields |= {"names": wrap(sorted({one.name for one in points})), "groups": groups}
    if with_groups:
        fields["get"] = Native("get", get_or_none)
        items = groups.elements(interpreter)
    else:
        items = tuple(_one(interpreter, one) for one in points)
    return Record("EntryPoints", fields, items, is_whole=True)


def _entry_points(interpreter: Interpreter, arguments: Arguments) -> Result:
    points = interpreter.policy.entry_points()
    if points is None:
        return _UNKNOWN
    old = interpreter.policy.surroundings.version < _WITH_GROUPS
    everything = _several(interpreter, points, with_groups=old and not arguments.keywords)
    return everything.fields["select"].call(interpreter, arguments) if arguments.keywords else everything


def _iterated(interpreter: Interpreter, arguments: Arguments) -> Result:
    """Answer `pkg_resources.iter_entry_points(group, name=None)`."""
    points = interpreter.policy.entry_points()
    group = unwrap(arguments.get(0, "group") or NONE)
    name = unwrap(arguments.get(1, "name") or NONE)
    if points is None or not isinstance(group, str) or name is NOT_PLAIN:
        return _UNKNOWN
    chosen = [one for one in points if one.group == group and name in {None, one.name}]
    return sequence("list", tuple(_one(interpreter, one) for one in chosen))


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "importlib.metadata.entry_points": _entry_points,
    "importlib_metadata.entry_points": _entry_points,
    "pkg_resources.iter_entry_points": _iterated,
}
