"""The objects that pytest hands to hooks, as symbols: what their methods do and return."""

from typing import Any

from importgraph.evaluator.values import Inst, Unknown, copy_of_items


def call_session(owner: Inst, method: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a method of one of the objects pytest hands to hooks."""
    kind = owner.cls.name.rpartition(".")[2]
    if kind == "Parser":
        if method == "addoption":
            owner.kwargs.setdefault("calls", []).append((args, kwargs))
            return None
        return owner if method == "getgroup" else None
    if kind == "Config":
        return _config(owner, method, args, kwargs, line)
    if kind == "PluginManager" and method == "register":
        owner.kwargs["session"].plugins += args[:1] or list(kwargs.values())[:1]
        return None
    if kind == "Item" and method == "get_closest_marker" and "marks" in owner.kwargs and args:
        return next((mark for mark in owner.kwargs["marks"] if mark.name == args[0]), None)
    session = owner.kwargs.get("session")
    if kind == "ItemsCopy" or (kind == "Items" and method == "copy"):
        return _of_copy(owner, method, line)
    if session is None:
        return Unknown(f"the result of {kind}.{method}()", line)
    if kind == "Items" and method in {"reverse", "sort"}:
        session.reorders.append(f"{method}() on line {line}")
        return None
    if kind == "Items":
        session.harm.append(f"changes the list of items ({method} on line {line})")
        return Unknown("the result of a change", line)
    return Unknown(f"the result of item.{method}()", line)


def _of_copy(owner: Inst, method: str, line: int) -> Any:
    """Call a method of a list of all items: it holds them all while it is only put into another order."""
    if method == "copy":
        return copy_of_items(owner)
    if method not in {"sort", "reverse", "index", "count"}:
        owner.kwargs["session"] = None
    return Unknown(f"the result of .{method}()", line)


def _config(owner: Inst, method: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    given, defaults = owner.kwargs["__options__"]
    if method in {"getoption", "getvalue"} and args and isinstance(args[0], str):
        name = option_name(args[0])
        if name in given:
            return Unknown(f"option {args[0]}", line)
        if name in defaults:
            return defaults[name]
        if name in _OWN:
            return _OWN[name]
        return args[1] if len(args) > 1 else kwargs.get("default", Unknown(f"option {args[0]}", line))
    if method == "addinivalue_line":
        if args[:1] == ["markers"]:
            owner.kwargs.setdefault("markers", []).append(args[1] if len(args) > 1 else None)
        return None
    return Unknown(f"the result of config.{method}()", line)


_OWN: dict[str, Any] = {"doctestmodules": False, "doctest_modules": False, "collectonly": True, "co": True}


def option_name(name: str) -> str:
    """Return an option as pytest stores it."""
    return name.lstrip("-").replace("-", "_")
