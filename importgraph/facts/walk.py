"""One walk over a syntax tree that records imports and what each body does when it runs."""

import ast
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from importgraph.facts import conditions as tests
from importgraph.facts.calls import literal_arguments, loop_values, special_call
from importgraph.facts.chains import chain, push_children
from importgraph.facts.model import (
    Class,
    Condition,
    Definition,
    Dynamic,
    Flow,
    Function,
    Guard,
    Import,
    Origin,
    Scope,
    Step,
    StepKind,
)


class Context(NamedTuple):
    """What stands around a statement."""

    scope: Scope = Scope.MODULE
    guards: tuple[Guard, ...] = ()
    when: tuple[int, ...] = ()
    tried: int = -1
    handles: int = -1
    flow: int = 0
    function: int = -1
    owner: str = ""
    """Qualified name of the class or function around, with a dot at the end."""
    live: bool = True
    """False where nothing runs at import (type checking, `__main__`, `if False`)."""


class Pending(NamedTuple):
    """A function whose body is walked after everything around it."""

    index: int
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    qualname: str
    context: Context
    opaque: frozenset[str]
    """Local names of the enclosing functions: calling them says nothing."""


class Walk:
    """The recorder: fills lists while it walks; `parse.py` freezes them."""

    def __init__(self, lazy_lines: frozenset[int], future_annotations: bool) -> None:
        self.imports: list[Import] = []
        self.conditions: list[Condition] = []
        self.functions: list[Function | None] = []
        self.classes: list[Class] = []
        self.definitions: list[Definition] = []
        self.dynamic: list[Dynamic] = []
        self.hazards: set[str] = set()
        self.type_only: set[str] = set()
        self.strings: dict[str, tuple[str, ...]] = {}
        self.loops: dict[str, str] = {}
        self._class_names: set[str] = set()
        self.names = tests.Names({"TYPE_CHECKING"}, {})
        self._condition_index: dict[Condition, int] = {}
        self._lazy_lines = lazy_lines
        self._future_annotations = future_annotations
        self._tries = 0
        self._pending: list[Pending] = []
        self._import_bound: frozenset[str] = frozenset()
        self._begin_body(frozenset())

    # -- bodies ---------------------------------------------------------------------------------

    def _begin_body(self, opaque: frozenset[str]) -> None:
        self.steps: list[Step] = []
        self._seen: set[tuple[StepKind, str, str]] = set()
        self._opaque = opaque
        self._stores: set[str] = set()
        self._typed: set[str] = set()
        self._uses: set[str] = set()
        self._yields = False
        self._in_function = False

    def module(self, tree: ast.Module) -> tuple[Step, ...]:
        """Walk a module body, then the bodies of all functions in it."""
        self.statements(tree.body, Context())
        steps = tuple(self.steps)
        self._import_bound = frozenset(
            i.bound for i in self.imports if i.scope is Scope.MODULE and i.bound
        )
        position = 0
        while position < len(self._pending):
            self._function_body(self._pending[position])
            position += 1
        return steps

    def _function_body(self, pending: Pending) -> None:
        node = pending.node
        self._begin_body(pending.opaque)
        self._in_function = True
        parameters = _parameters(node.args)
        self._stores.update(parameters)
        start = len(self._pending)
        context = pending.context
        if isinstance(node, ast.Lambda):
            self._scan(node.body, context)
        else:
            self.statements(node.body, context)
        opaque = frozenset(self._stores - self._typed) | pending.opaque
        for place in range(start, len(self._pending)):
            self._pending[place] = self._pending[place]._replace(opaque=opaque)
        body = tuple(step for step in self.steps if step.kind is not StepKind.CALL or _root(step.name) not in opaque)
        self.functions[pending.index] = Function(
            qualname=pending.qualname,
            line=node.lineno,
            end_line=node.end_lineno or node.lineno,
            decorators=tuple(chain(d) for d in getattr(node, "decorator_list", ())),
            deferred=isinstance(node, ast.AsyncFunctionDef),
            generator=self._yields,
            parameters=parameters,
            body=body,
            uses=tuple(sorted(self._uses)),
        )

    def _later(self, node: Any, qualname: str, context: Context) -> int:
        index = len(self.functions)
        self.functions.append(None)
        guards = tuple(g for g in context.guards if g is not Guard.OPTIONAL)
        inner = Context(Scope.FUNCTION, guards, context.when, function=index, owner=f"{qualname}.<locals>.")
        self._pending.append(Pending(index, node, qualname, inner, frozenset()))
        return index

    # -- recording ------------------------------------------------------------------------------

    def _step(self, kind: StepKind, name: str, context: Context, line: int, value: str = "", index: int = -1) -> None:
        if context.live:
            self.steps.append(Step(kind, name, value, line, index, context.flow, context.when))

    def _once(self, kind: StepKind, name: str, context: Context, line: int, value: str = "") -> None:
        """Record a use or call the first time it is seen in this body on this flow."""
        if context.scope is Scope.CLASS and self._class_names and context.owner + _root(name) in self._class_names:
            name = context.owner + name
        key = (kind, name, value)
        if key not in self._seen:
            if not context.flow and not context.when and context.live:
                self._seen.add(key)
            self._step(kind, name, context, line, value)

    def _use(self, name: str, context: Context, line: int) -> None:
        if not self._in_function:
            self._once(StepKind.USE, name, context, line)
        elif _root(name) in self._import_bound:
            self._uses.add(name)

    def _bind(self, name: str, context: Context, node: ast.AST, value: str = "") -> None:
        """Record a binding in the current body; in a class body it is an attribute, not a module name."""
        line: int = getattr(node, "lineno", 0)
        if self._in_function:
            self._stores.add(name)
            if value:
                self._typed.add(name)
                self._step(StepKind.BIND, name, context, line, value)
            return
        self._step(StepKind.BIND, context.owner + name, context, line, value)
        if context.scope is Scope.CLASS:
            self._class_names.add(context.owner + name)
        if context.scope is Scope.MODULE:
            end = getattr(node, "end_lineno", line)
            self._add_definition(name, "constant", line, end or line, context)

    def _add_definition(self, name: str, kind: str, line: int, end_line: int, context: Context) -> None:
        if Guard.TYPE_CHECKING in context.guards:
            self.type_only.add(name)
        else:
            self.definitions.append(Definition(name, kind, line, end_line))

    def add_import(self, found: Import, context: Context) -> None:
        """Record an import and the step that runs it."""
        self.imports.append(found)
        self._step(StepKind.IMPORT, found.bound, context, found.line, index=len(self.imports) - 1)
        if self._in_function and found.bound:
            self._typed.add(found.bound)
            self._stores.add(found.bound)

    def make_import(self, context: Context, place: ast.AST, **fields: Any) -> Import:
        """Make an import that carries what stands around it."""
        return Import(
            line=place.lineno,  # type: ignore[attr-defined]
            column=place.col_offset + 1,  # type: ignore[attr-defined]
            scope=context.scope,
            guards=context.guards,
            when=context.when,
            function=context.function,
            tried=context.tried,
            handles=context.handles,
            conditional=bool(context.flow & Flow.CONDITIONAL),
            **fields,
        )

    # -- statements -----------------------------------------------------------------------------

    def statements(self, body: Iterable[ast.stmt], context: Context) -> None:
        """Walk statements in order."""
        for statement in body:
            handler = _HANDLERS.get(type(statement))
            if handler is None:
                self._scan(statement, context)
            else:
                handler(self, statement, context)
                if self._in_function and type(statement) is ast.If and _may_leave(statement):
                    context = context._replace(flow=context.flow | Flow.CONDITIONAL)

    def _import(self, node: ast.Import, context: Context) -> None:
        lazy = node.lineno in self._lazy_lines or bool(getattr(node, "is_lazy", False))
        for alias in node.names:
            if alias.name == "typing" and alias.asname:
                self.names.type_checking.add(f"{alias.asname}.TYPE_CHECKING")
            made = self.make_import(
                context, alias, module=alias.name, level=0, name=None, alias=alias.asname, lazy=lazy, origin=Origin.STATEMENT
            )
            self.add_import(made, context)

    def _import_from(self, node: ast.ImportFrom, context: Context) -> None:
        lazy = node.lineno in self._lazy_lines or bool(getattr(node, "is_lazy", False))
        module = node.module or ""
        for alias in node.names:
            if alias.name == "TYPE_CHECKING" and alias.asname:
                self.names.type_checking.add(alias.asname)
            made = self.make_import(
                context,
                alias,
                module=module,
                level=node.level,
                name=alias.name,
                alias=alias.asname,
                lazy=lazy,
                origin=Origin.STATEMENT,
            )
            self.add_import(made, context)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, context: Context) -> None:
        for decorator in node.decorator_list:
            self._scan(decorator, context)
            self._call_of(decorator, context)
        arguments = node.args
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self._scan(default, context)
        if not self._future_annotations:
            annotated = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            within = context._replace(flow=context.flow | Flow.ANNOTATION)
            for note in [*(a.annotation for a in annotated if a is not None), node.returns]:
                if note is not None:
                    self._scan(note, within)
        index = self._later(node, context.owner + node.name, context)
        self._step(StepKind.FUNCTION, context.owner + node.name, context, node.lineno, index=index)
        self._stores.add(node.name)
        self._typed.add(node.name)
        if context.scope is Scope.CLASS:
            self._class_names.add(context.owner + node.name)
        self._define(node, "function", context)
        if node.name == "__del__" and context.scope is Scope.CLASS:
            self.hazards.add("__del__")

    def _class(self, node: ast.ClassDef, context: Context) -> None:
        metaclass = ""
        for base in node.bases:
            self._scan(base, context)
        for keyword in node.keywords:
            self._scan(keyword.value, context)
            if keyword.arg == "metaclass":
                metaclass = chain(keyword.value)
        for decorator in node.decorator_list:
            self._scan(decorator, context)
        qualname = context.owner + node.name
        index = len(self.classes)
        inside = context._replace(scope=Scope.CLASS, owner=f"{qualname}.")
        attributes = tuple(_class_attributes(node.body))
        self.classes.append(
            Class(
                qualname=qualname,
                line=node.lineno,
                end_line=node.end_lineno or node.lineno,
                bases=tuple(chain(base) for base in node.bases),
                metaclass=metaclass,
                decorators=tuple(chain(d) for d in node.decorator_list),
                attributes=attributes,
            )
        )
        if self._in_function:
            self._local_class_body(node, inside)
        else:
            self.statements(node.body, inside)
        self._step(StepKind.CLASS, qualname, context, node.lineno, index=index)
        for decorator in node.decorator_list:
            self._call_of(decorator, context)
        self._stores.add(node.name)
        self._typed.add(node.name)
        self._define(node, "class", context)

    def _local_class_body(self, node: ast.ClassDef, inside: Context) -> None:
        """Walk the body of a class in a function: what it binds are not locals of the function."""
        stores, typed = set(self._stores), set(self._typed)
        self.statements(node.body, inside)
        self._stores, self._typed = stores, typed

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, kind: str, context: Context) -> None:
        if context.scope is Scope.MODULE:
            self._add_definition(node.name, kind, node.lineno, node.end_lineno or node.lineno, context)

    def _call_of(self, decorator: ast.expr, context: Context) -> None:
        name = chain(decorator)
        if name:
            self._once(StepKind.CALL, name, context, decorator.lineno)  # what it returned, where it is a call

    def _if(self, node: ast.If, context: Context) -> None:
        self._scan(node.test, context)
        body, other = tests.read_test(node.test, self.names)
        self.statements(node.body, self._branch(body, context))
        self.statements(node.orelse, self._branch(other, context))

    def _branch(self, test: tests.Test, context: Context) -> Context:
        if test.never:
            return context._replace(live=False, flow=context.flow | Flow.DEAD)
        if test.always:
            return context
        if not test.known:
            return context._replace(flow=context.flow | Flow.CONDITIONAL)
        guards = context.guards
        if test.guard is not None and test.guard not in guards:
            guards = (*guards, test.guard)
        live = context.live and test.guard not in {Guard.TYPE_CHECKING, Guard.MAIN}
        when = (*context.when, *(self._condition(c) for c in test.conditions))
        return context._replace(guards=guards, live=live, when=when)

    def _condition(self, condition: Condition) -> int:
        if condition not in self._condition_index:
            self._condition_index[condition] = len(self.conditions)
            self.conditions.append(condition)
        return self._condition_index[condition]

    def _try(self, node: Any, context: Context) -> None:
        caught = {name for handler in node.handlers if not _reraises(handler) for name in _caught(handler)}
        handled = {name for handler in node.handlers for name in _caught(handler)}
        number, self._tries = self._tries, self._tries + 1
        body = self._tried(context, number, caught, handled)
        self.statements(node.body, body)
        for handler in node.handlers:
            imports = bool(_caught(handler) & _IMPORT_ERRORS)
            inside = context._replace(flow=context.flow | Flow.HANDLER)
            if imports:
                inside = inside._replace(guards=_with(context.guards, Guard.OPTIONAL), handles=number)
            if handler.type is not None:
                self._scan(handler.type, context._replace(flow=context.flow | Flow.HANDLER))
            if handler.name:
                self._stores.add(handler.name)
            self.statements(handler.body, inside)
        self.statements(node.orelse, context)
        self.statements(node.finalbody, context)

    def _tried(self, context: Context, number: int, caught: set[str], handled: set[str]) -> Context:
        flow = context.flow
        if caught & _IMPORT_ERRORS:
            flow |= Flow.CATCHES_IMPORT
            context = context._replace(guards=_with(context.guards, Guard.OPTIONAL))
        if caught & _ATTRIBUTE_ERRORS:
            flow |= Flow.CATCHES_ATTRIBUTE
        if handled & _IMPORT_ERRORS:
            context = context._replace(tried=number)
        return context._replace(flow=flow)

    def _with(self, node: Any, context: Context) -> None:
        inside = context
        for item in node.items:
            expression = item.context_expr
            self._scan(expression, context)
            text = chain(expression)
            if text.rpartition(".")[2] in _CATCHING_CONTEXTS:
                caught = {chain(argument).rpartition(".")[2] for argument in expression.args}
                number, self._tries = self._tries, self._tries + 1
                inside = self._tried(inside, number, caught, caught)
            elif text:
                self._once(StepKind.CALL, f"{text}.__enter__", context, node.lineno)
            if item.optional_vars is not None:
                self._assign_target(item.optional_vars, inside, node, "")
        self.statements(node.body, inside)

    def _loop(self, node: Any, context: Context) -> None:
        inside = context if self._in_function else context._replace(flow=context.flow | Flow.CONDITIONAL)
        if isinstance(node, ast.While):
            self._scan(node.test, context)
        else:
            self._scan(node.iter, context)
            self._assign_target(node.target, context, node, "")
            if isinstance(node.target, ast.Name):
                self.loops[node.target.id] = loop_values(node.iter)
        self.statements(node.body, inside)
        self.statements(node.orelse, context)

    def _match(self, node: ast.Match, context: Context) -> None:
        self._scan(node.subject, context)
        inside = context._replace(flow=context.flow | Flow.CONDITIONAL)
        for case in node.cases:
            self._scan(case.pattern, inside)
            if case.guard is not None:
                self._scan(case.guard, inside)
            self.statements(case.body, inside)

    def _assign(self, node: ast.Assign, context: Context) -> None:
        self._scan(node.value, context)
        value = chain(node.value)
        for target in node.targets:
            self._assign_target(target, context, node, value)
        if not self._in_function and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self._constant(context.owner + node.targets[0].id, node.value)
            if context.scope is Scope.MODULE:
                self._named_test(node.targets[0].id, node.value)

    def _constant(self, name: str, value: ast.expr) -> None:
        """Remember a short list of literal strings: it may name modules that a loop imports."""
        texts = loop_values(value)
        if texts.startswith("="):
            self.strings[name] = tuple(texts[1:].split("|"))

    def _named_test(self, name: str, value: ast.expr) -> None:
        """Remember `PY311 = sys.version_info >= (3, 11)` and `TYPE_CHECKING = False`."""
        test, _ = tests.read_test(value, self.names)
        if test.conditions:
            self.names.tests[name] = test
        elif test.guard is Guard.TYPE_CHECKING:
            self.names.type_checking.add(name)

    def _assign_target(self, target: ast.expr, context: Context, node: ast.AST, value: str) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, context, node, value)
        elif isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self._assign_target(element, context, node, "")
        elif isinstance(target, ast.Starred):
            self._assign_target(target.value, context, node, "")
        else:
            text = chain(target)
            if text and value and text.count(".") == 1 and "(" not in text:
                self._step(StepKind.BIND, text, context, node.lineno, value)  # type: ignore[attr-defined]
            self._scan(target, context)

    def _annotated(self, node: ast.AnnAssign, context: Context) -> None:
        if not self._future_annotations and not self._in_function:
            self._scan(node.annotation, context._replace(flow=context.flow | Flow.ANNOTATION))
        if node.value is not None:
            self._scan(node.value, context)
            self._assign_target(node.target, context, node, chain(node.value))
        elif not isinstance(node.target, ast.Name):
            self._scan(node.target, context)

    def _return(self, node: ast.Return, context: Context) -> None:
        if node.value is not None:
            self._scan(node.value, context)
            text = chain(node.value)
            if text:
                self._step(StepKind.RETURN, "", context, node.lineno, text)

    def _delete(self, node: ast.Delete, context: Context) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._step(StepKind.DELETE, context.owner + target.id, context, node.lineno)
            else:
                self._scan(target, context)

    def _type_alias(self, node: Any, context: Context) -> None:
        """`type X = …` binds X and evaluates nothing (PEP 695)."""
        self._bind(node.name.id, context, node)

    def _global(self, node: ast.Global | ast.Nonlocal, _context: Context) -> None:
        self.hazards.update(f"global {name}" for name in node.names if isinstance(node, ast.Global))

    # -- expressions ----------------------------------------------------------------------------

    def _scan(self, root: ast.AST, context: Context) -> None:  # noqa: C901, PLR0912 -- the hot loop, kept flat
        stack: list[ast.AST] = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is ast.Name:
                if type(node.ctx) is ast.Load:  # type: ignore[attr-defined]
                    self._use(node.id, context, node.lineno)  # type: ignore[attr-defined]
                else:
                    self._stores.add(node.id)  # type: ignore[attr-defined]
            elif kind is ast.Constant:
                continue
            elif kind is ast.Attribute:
                text = chain(node)
                if text and "(" not in text:
                    self._use(text, context, node.lineno)  # type: ignore[attr-defined]
                else:
                    stack.append(node.value)  # type: ignore[attr-defined]
            elif kind is ast.Call:
                self._call(node, context, stack)  # type: ignore[arg-type]
            elif kind is ast.Lambda:
                self._later(node, f"{context.owner}<lambda>", context)
                stack.extend(d for d in node.args.defaults)  # type: ignore[attr-defined]
            elif kind is ast.NamedExpr:
                self._bind(node.target.id, context, node, chain(node.value))  # type: ignore[attr-defined]
                stack.append(node.value)  # type: ignore[attr-defined]
            else:
                if kind is ast.Yield or kind is ast.YieldFrom:
                    self._yields = True
                push_children(node, stack)

    def _call(self, node: ast.Call, context: Context, stack: list[ast.AST]) -> None:
        name = chain(node.func)
        if name:
            special_call(self, node, name, context)
            self._once(StepKind.CALL, name, context, node.lineno, literal_arguments(node))
            if self._in_function:
                self._use(name.partition("(")[0], context, node.lineno)
        if not name or "(" in name:
            stack.append(node.func)
        for keyword in reversed(node.keywords):
            stack.append(keyword.value)
        stack.extend(reversed(node.args))


_CATCHING_CONTEXTS = {"suppress()", "raises()", "assertRaises()", "assertRaisesMessage()", "assertRaisesRegex()"}
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_ATTRIBUTE_ERRORS = {"AttributeError", "Exception", "BaseException"}


def _may_leave(statement: ast.If) -> bool:
    """Tell whether a branch may end the function, so that what follows runs only sometimes."""
    leaving = (ast.Return, ast.Raise)
    return any(isinstance(inner, leaving) for branch in (statement.body, statement.orelse) for inner in branch)


def _root(name: str) -> str:
    end = name.find(".")
    root = name if end == -1 else name[:end]
    end = root.find("(")
    return root if end == -1 else root[:end]


def _with(guards: tuple[Guard, ...], guard: Guard) -> tuple[Guard, ...]:
    return guards if guard in guards else (*guards, guard)


def _caught(handler: ast.ExceptHandler) -> set[str]:
    if handler.type is None:
        return {"BaseException"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {chain(kind).rpartition(".")[2] for kind in kinds}


def _reraises(handler: ast.ExceptHandler) -> bool:
    return bool(handler.body) and isinstance(handler.body[-1], ast.Raise)


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return tuple(a.arg for a in [*plain, arguments.vararg, arguments.kwarg] if a is not None)


def _class_attributes(body: Iterable[ast.stmt]) -> Iterable[tuple[str, str]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    if isinstance(target, ast.Name):
                        yield target.id, chain(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, chain(value)


_HANDLERS: dict[type[ast.stmt], Callable[[Walk, Any, Context], None]] = {
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import_from,
    ast.FunctionDef: Walk._function,
    ast.AsyncFunctionDef: Walk._function,
    ast.ClassDef: Walk._class,
    ast.If: Walk._if,
    ast.Try: Walk._try,
    ast.TryStar: Walk._try,
    ast.With: Walk._with,
    ast.AsyncWith: Walk._with,
    ast.For: Walk._loop,
    ast.AsyncFor: Walk._loop,
    ast.While: Walk._loop,
    ast.Match: Walk._match,
    ast.Assign: Walk._assign,
    ast.AnnAssign: Walk._annotated,
    ast.Return: Walk._return,
    ast.Delete: Walk._delete,
    ast.Global: Walk._global,
    ast.Nonlocal: Walk._global,
}
if sys.version_info >= (3, 12):
    _HANDLERS[ast.TypeAlias] = Walk._type_alias
