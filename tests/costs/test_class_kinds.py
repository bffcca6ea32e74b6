from textwrap import dedent

from importgraph.costs.class_kinds import ClassKind, kinds_of
from importgraph.facts.parse import parse_module


def kinds(text: str) -> list[ClassKind]:
    return kinds_of(parse_module(dedent(text).encode()).facts.classes)


def test_a_class_without_anything_special_is_plain():
    assert kinds("class A: pass\nclass B(A): pass\nclass C(Other, object): pass\n") == [ClassKind.PLAIN] * 3


def test_bases_decide_however_they_are_imported():
    text = """
        class Color(enum.Enum): pass
        class Point(typing.NamedTuple): pass
        class User(pydantic.BaseModel): pass
        class Reader(Protocol): pass
        class Box(Generic[T]): pass
    """
    expected = [ClassKind.ENUM, ClassKind.TUPLE, ClassKind.MODEL, ClassKind.ABSTRACT, ClassKind.ABSTRACT]
    assert kinds(text) == expected


def test_decorators_decide_before_bases():
    text = """
        @dataclasses.dataclass(frozen=True)
        class A(ABC): pass
        @attr.s
        class B: pass
        @final
        class C: pass
    """
    assert kinds(text) == [ClassKind.DATACLASS, ClassKind.DATACLASS, ClassKind.PLAIN]


def test_a_base_of_the_same_file_passes_its_kind_on_but_not_its_decorator():
    text = """
        class Base(BaseModel): pass
        class Child(Base): pass
        @dataclass
        class Data: pass
        class More(Data): pass
    """
    assert kinds(text) == [ClassKind.MODEL, ClassKind.MODEL, ClassKind.DATACLASS, ClassKind.PLAIN]


def test_metaclasses_count_apart_from_abstract_ones():
    text = "class A(metaclass=abc.ABCMeta): pass\nclass B(metaclass=Registry): pass\n"
    assert kinds(text) == [ClassKind.ABSTRACT, ClassKind.METACLASS]
