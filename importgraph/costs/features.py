"""The parts of a module that make its import cost time, counted from its facts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from importgraph.costs.class_kinds import ClassKind, kinds_of
from importgraph.costs.known_calls import known_calls
from importgraph.facts.model import ModuleFacts, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFeatures:
    """Counts of what an import of one module does, without the modules it imports. Sizes are in bytes."""

    source: int = 0
    """1 for a module read from Python source or its bytecode: its file is found, opened and run."""
    package: int = 0
    """1 for a package: its folder is looked through."""
    compiled: int = 0
    """1 for a compiled extension: its library is opened and linked."""
    compiled_bytes: int = 0
    builtin: int = 0
    """1 for a module that is part of the interpreter."""
    namespace: int = 0
    """1 for a folder without `__init__.py`."""
    code_bytes: int = 0
    """Source without docstrings."""
    text_bytes: int = 0
    """Docstrings."""
    functions: int = 0
    """Functions and lambdas: a code object each."""
    stored: int = 0
    """Statements in them."""
    run: int = 0
    """Statements of module and class bodies."""
    imports: int = 0
    """Names imported where importing executes."""
    calls: int = 0
    subscripts: int = 0
    elements: int = 0
    """Elements of lists, tuples, sets and dictionaries written out."""
    loops: int = 0
    annotations: int = 0
    decorators: int = 0
    """Of functions at module and class level."""
    patterns: int = 0
    pattern_bytes: int = 0
    classes: int = 0
    """All kinds; what follows comes on top."""
    abstract: int = 0
    """Classes of `ABCMeta`, protocols and generic classes."""
    metaclasses: int = 0
    """Classes of another named metaclass."""
    class_decorators: int = 0
    """Other decorators of classes than those of dataclasses."""
    dataclasses: int = 0
    dataclass_fields: int = 0
    enums: int = 0
    enum_members: int = 0
    tuples: int = 0
    """Named tuples and typed dictionaries."""
    models: int = 0
    """Classes of pydantic and its kind, which build a schema."""
    model_fields: int = 0
    entry_point_scans: int = 0
    """Calls that look through the metadata of everything installed."""
    metadata_reads: int = 0
    """Calls that read the metadata of one distribution."""
    certificate_loads: int = 0


def features_of(facts: ModuleFacts, *, package: bool = False) -> CostFeatures:
    """Count what importing a module does.

    Args:
        facts: What its text says.
        package: Whether it is the `__init__.py` of a package.
    """
    work = facts.work
    outer = [function for function in facts.functions if "<locals>" not in function.qualname]
    return CostFeatures(
        source=1,
        package=int(package),
        code_bytes=max(work.size - work.text_size, 0),
        text_bytes=work.text_size,
        functions=len(facts.functions),
        stored=work.stored,
        run=work.run,
        imports=sum(step.kind is StepKind.IMPORT for step in facts.body),
        calls=work.calls,
        subscripts=work.subscripts,
        elements=work.elements,
        loops=work.loops,
        annotations=work.annotations,
        decorators=sum(len(function.decorators) for function in outer),
        patterns=work.patterns,
        pattern_bytes=work.pattern_size,
        **_counts(facts),
    )


def _counts(facts: ModuleFacts) -> Mapping[str, int]:
    counts = Counter({call.value: number for call, number in known_calls(facts).items()})
    outer = [
        (found, fields, kind)
        for found, fields, kind in zip(facts.classes, facts.work.fields, kinds_of(facts.classes), strict=True)
        if "<locals>" not in found.qualname
    ]
    for found, fields, kind in outer:
        counts["classes"] += 1
        counts["class_decorators"] += len(found.decorators)
        match kind:
            case ClassKind.PLAIN:
                continue
            case ClassKind.DATACLASS:
                counts.update(dataclasses=1, dataclass_fields=fields + _assigned(found.attributes, fields))
                counts["class_decorators"] -= 1
            case ClassKind.ENUM:
                counts.update(enums=1, enum_members=len(found.attributes))
            case ClassKind.MODEL:
                counts.update(models=1, model_fields=max(fields, len(found.attributes)))
            case _:
                counts[kind.value] += 1
    return counts


def _assigned(attributes: tuple[tuple[str, str], ...], fields: int) -> int:
    """Count the fields that old attrs classes assign (`x = attr.ib()`) where nothing is annotated."""
    return 0 if fields else sum(chain.endswith("()") for _, chain in attributes)


def compiled_features(size: int) -> CostFeatures:
    """Describe a compiled extension by the size of its file in bytes."""
    return CostFeatures(compiled=1, compiled_bytes=size)


BUILTIN = CostFeatures(builtin=1)
"""A module that is part of the interpreter, or frozen into it."""
NAMESPACE = CostFeatures(namespace=1)
"""A folder without `__init__.py`."""
