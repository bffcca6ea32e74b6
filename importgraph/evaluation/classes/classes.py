"""Classes: how they are made, what they inherit, and how attributes are found in them and their instances."""

import ast
from collections.abc import Sequence as Many

from importgraph.evaluation.classes import enumerations, named_tuples, typing_classes
from importgraph.evaluation.classes.class_conflicts import conflict, refuses_keywords
from importgraph.evaluation.expressions.call_expressions import read_arguments
from importgraph.evaluation.lineage import in_lineage, opened
from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Bound, Class, Function, Instance, Wrapped
from importgraph.evaluation.values.outcome import Ending
from importgraph.evaluation.values.scope import Frame
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, new_state, settled
from importgraph.evaluation.values.values import Constant, sequence, table


def make_class(interpreter: Interpreter, node: ast.ClassDef) -> Result:
    """Run a class statement: bases, metaclass, body, and the hooks of both."""
    given = read_arguments(interpreter, node.bases, node.keywords)
    if isinstance(given, Raised):
        return given
    outer = interpreter.frame
    namespace = new_state()
    around = outer if outer.function is not None or outer.is_class else None
    frame = Frame(
        outer.module, namespace, outer.activation, outer.certain, around,
        qualname=f"{outer.qualname}{node.name}.", is_class=True,
    )  # fmt: skip
    interpreter.enter(frame)
    outcome = interpreter.execute(node.body)
    interpreter.leave()
    if outcome.ending is Ending.RAISE and outcome.raised is not None and outcome.certain:
        return outcome.raised
    bases = tuple(settled(base) for base in given.positional)
    if any(isinstance(base, Instance) for base in bases):
        return Unknown("a class that the type of its base makes")  # as zope's interfaces are
    named = given.keywords.get("metaclass")
    metaclass = settled(named) if named is not None else inherited_metaclass(bases)
    for raised in frame.possible:
        outer.may_raise(raised)
    interpreter.at(node)
    cls = Class(outer.module, frame.qualname[:-1], bases, namespace, metaclass, node)
    if given.open:
        opened(interpreter, cls)
    else:
        failed = conflict(cls, metaclass if named is not None else None)
        if failed is None and interpreter.policy.cautious:
            failed = (
                enumerations.refused(interpreter, cls)
                or named_tuples.of_class(interpreter, cls)
                or typing_classes.refused(interpreter, cls, given)
            )
        if failed is not None:
            return failed
    for value in list(namespace.values()):
        for function in _functions_of(value):
            function.state.setdefault("__class__", cls)
    return interpreter.hooked(cls, given)


def _functions_of(value: object) -> Many[Function]:
    if isinstance(value, Wrapped):
        return _functions_of(value.function)
    return (value,) if isinstance(value, Function) else ()


def inherited_metaclass(bases: Many[Value]) -> Value | None:
    """Return the metaclass of the first base that has one of its own."""
    for base in bases:
        if isinstance(base, Class) and base.metaclass is not None:
            return base.metaclass
    return None


def hooked(interpreter: Interpreter, cls: Class, given: Arguments) -> Result:
    """Run what a metaclass, the bases and the attributes do when a class is made (PEP 487)."""
    keywords = {key: value for key, value in given.keywords.items() if key != "metaclass"}
    told = Arguments((), keywords, given.open)
    if isinstance(cls.metaclass, Class):
        handed_on = _made_by_metaclass(interpreter, cls, cls.metaclass, told)
        if isinstance(handed_on, Raised):
            return handed_on
        told = handed_on
    failed = _set_names(interpreter, cls)
    if failed is not None:
        return failed
    for base in interpreter.lineage(cls)[1:]:
        if isinstance(base, Class) and "__init_subclass__" in base.namespace:
            hook_function = base.namespace["__init_subclass__"]
            inner = hook_function.function if isinstance(hook_function, Wrapped) else hook_function
            result = inner.call(interpreter, told.behind(cls))
            return result if isinstance(result, Raised) else cls
    if told.keywords and not told.open and refuses_keywords(cls):
        message = f"{cls.qualname}.__init_subclass__() takes no keyword arguments"
        return Raised("TypeError", message, about=cls, cause="wrong-call")
    return cls


def _made_by_metaclass(
    interpreter: Interpreter, cls: Class, metaclass: Class, told: Arguments
) -> Arguments | Raised:
    """Run the hooks of a metaclass; return what `__init_subclass__` is then told."""
    name = Constant(cls.qualname.rpartition(".")[2])
    bound = {key: value for key, value in cls.namespace.items() if isinstance(key, str)}
    names = table(bound)
    parts = (name, sequence("tuple", cls.bases), names)
    handed_on = told
    for hook, first in (("__prepare__", metaclass), ("__new__", metaclass), ("__init__", cls)):
        method = in_lineage(interpreter, metaclass, hook)
        if not isinstance(method, Function | Wrapped):
            continue
        inner = method.function if isinstance(method, Wrapped) else method
        given: tuple[Value, ...] = (first, *parts)
        if hook == "__prepare__":  # before there is a namespace, and on the metaclass as it is
            is_bound = isinstance(method, Wrapped) and method.kind == "classmethod"
            given = given[0 if is_bound else 1 : 3]
        result = inner.call(interpreter, told.behind(*given))
        if isinstance(result, Raised):
            return result
        if hook == "__new__":  # what it tells `type.__new__` is for it to say
            handed_on = Arguments(open=True)
            for key in [key for key, value in names.items.items() if bound.get(key) is not value]:
                interpreter.journal.put(cls.namespace, key, names.items[key])
            if names.is_open:
                opened(interpreter, cls)
    return handed_on


def _set_names(interpreter: Interpreter, cls: Class) -> Raised | None:
    """Tell the attributes of a class their names (`__set_name__`)."""
    for key, value in list(cls.namespace.items()):
        if not isinstance(value, Instance) or in_lineage(interpreter, value.cls, "__set_name__") is None:
            continue  # it is looked up in the type alone, so the constructor need not have run
        setter = value.attribute(interpreter, "__set_name__")
        result = (
            setter.call(interpreter, Arguments((cls, Constant(key)))) if isinstance(setter, Bound) else None
        )
        if isinstance(result, Raised):
            return result
    return None
