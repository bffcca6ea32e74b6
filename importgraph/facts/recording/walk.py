"""One walk over a syntax tree that records imports and what each body does when it runs."""

import ast

from importgraph.facts.model import Function, Scope, Step, StepKind, encoded_steps
from importgraph.facts.recording.chains import chain
from importgraph.facts.recording.doubts import has_repeated
from importgraph.facts.recording.expressions import scan
from importgraph.facts.recording.recorder import Context, Pending, Recorder, root_of
from importgraph.facts.recording.statements import statements


def walk_module(recorder: Recorder, tree: ast.Module) -> tuple[Step, ...]:
    """Walk a module body, then the bodies of all functions in it.

    Returns:
        The steps of the module body; everything else is in the recorder.
    """
    statements(recorder, tree.body, Context())
    steps = tuple(recorder.steps)
    imported = (item.bound for item in recorder.imports if item.scope is Scope.MODULE)
    recorder.import_bound = frozenset(name for name in imported if name)
    for pending in recorder.pending:  # grows meanwhile: functions in functions are put at its end
        _function_body(recorder, pending)
    return steps


def _function_body(recorder: Recorder, pending: Pending) -> None:
    node = pending.node
    recorder.begin_body(in_function=True, asynchronous=isinstance(node, ast.AsyncFunctionDef))
    parameters = _parameters(node.args)
    recorder.doubtful |= has_repeated(parameters)
    recorder.stores.update(parameters)
    start = len(recorder.pending)
    if isinstance(node, ast.Lambda):
        scan(recorder, node.body, pending.context)
        decorators: tuple[str, ...] = ()
    else:
        statements(recorder, node.body, pending.context)
        decorators = tuple(chain(decorator) for decorator in node.decorator_list)
        if _is_method(pending.qualname) and parameters and "staticmethod" not in decorators:
            recorder.typed.add(parameters[0])
    recorder.doubtful |= recorder.asynchronous and recorder.yields and recorder.returns_value
    opaque = frozenset(recorder.stores - recorder.typed) | pending.opaque
    for position in range(start, len(recorder.pending)):
        recorder.pending[position] = recorder.pending[position]._replace(opaque=opaque)
    recorder.functions[pending.number] = Function(
        qualname=pending.qualname,
        line=node.lineno,
        end_line=node.end_lineno or node.lineno,
        decorators=decorators,
        deferred=isinstance(node, ast.AsyncFunctionDef),
        generator=recorder.yields,
        parameters=parameters,
        steps=encoded_steps(_telling(recorder.steps, opaque)),
        uses=tuple(sorted(recorder.uses)),
    )


def _is_method(qualname: str) -> bool:
    owner = qualname.rpartition(".")[0]
    return bool(owner) and not owner.endswith("<locals>")


def _telling(steps: list[Step], opaque: frozenset[str]) -> tuple[Step, ...]:
    """Leave out the calls of names that text does not explain."""
    if not opaque:
        return tuple(steps)
    call = StepKind.CALL
    return tuple([step for step in steps if step.kind is not call or root_of(step.name) not in opaque])


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if arguments.vararg is not None:
        plain.append(arguments.vararg)
    if arguments.kwarg is not None:
        plain.append(arguments.kwarg)
    return tuple([argument.arg for argument in plain])
