"""What collection gives: node ids, and the files that text cannot decide."""

from msgspec import Struct

from importgraph.memory.answers import FileStamp


class Item(Struct, frozen=True, array_like=True, gc=False):
    """One test as pytest would list it."""

    id: str
    """The node id; the base id where `expands`."""
    path: str
    """The file, relative to pytest's rootdir, with `/`."""
    expands: bool = False
    """The parameters are known at run time only: pytest lists this id or `id[...]`, once or more."""
    keywords: tuple[str, ...] = ()
    """Names that `-k` looks at besides those in the id: marks and attributes of the function."""
    marks: tuple[str, ...] = ()
    """Names of the marks on the test and around it, each once."""
    uncertain: bool = False
    """Marks or attributes may be missing from the two fields above."""
    groups: tuple[tuple[int, str, str, str], ...] = ()
    """Parameters of more than function scope, which pytest groups tests by.

    (scope, argument, value, where).
    """
    perhaps: tuple[str, ...] | None = None
    """Where `uncertain`: the marks that may be missing; None for any."""
    place: int = 0
    """Where a hook puts it that sorts all items: smaller ones come first."""


class Dynamic(Struct, frozen=True, array_like=True, gc=False):
    """A file whose tests text cannot decide, or which pytest fails to collect."""

    path: str
    reason: str
    line: int = 0
    fails: bool = False
    """pytest surely reports an error for it, and no tests."""


class FileResult(Struct, frozen=True, array_like=True, gc=False):
    """The tests of one file in pytest's order, or the reason why they are not known."""

    path: str
    items: tuple[Item, ...]
    dynamic: Dynamic | None = None


class Context(Struct, frozen=True, array_like=True):
    """What a collection depends on besides the files of its results."""

    files: tuple[str, ...]
    folders: tuple[str, ...]
    variables: tuple[tuple[str, str | None], ...]
    stamps: tuple[FileStamp, ...] = ()
    """The stamps of some of those files, where they were taken already."""


class Collection(Struct, frozen=True):
    """The outcome of collecting a tree."""

    items: tuple[Item, ...]
    """In pytest's order."""
    dynamic: tuple[Dynamic, ...]
    """Sorted by path."""
    files: int
    """Test files looked at."""
    notes: tuple[str, ...] = ()
    """What the user should know."""
    depends: Context = Context((), (), ())
    failing: tuple[Dynamic, ...] = ()
    """Files that pytest surely fails to collect: exactly no tests. Sorted by path."""
