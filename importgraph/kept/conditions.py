"""What kept things depend on, as files and folders, and whether these are as they were.

Built-in modules alone are imported here.
"""

from importgraph.file_states import content_digest, is_settled, listing_digest, listing_status, status_at

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from importgraph.file_states import Status
    from importgraph.reads import Note, Reads

    Listing = tuple[str, Status, bytes, bool]
    """A folder, its times, a digest of its names, and whether its times alone vouch for them."""


def is_same(note: "Note") -> bool:
    """Tell whether what was asked of a path is answered as it was."""
    path, follow, status, digest = note
    return status_at(path, follow=follow) == status and (not digest or content_digest(path) == digest)


def lists_same(listing: "Listing") -> bool:
    """Tell whether a folder holds the names it held."""
    path, status, digest, vouches = listing
    return (vouches and listing_status(path) == status) or listing_digest(path)[0] == digest


def listings(reads: "Reads") -> "list[Listing]":
    """Return the folders that a run listed."""
    return [
        (path, status, digest, is_settled(status, reads.began_ns)) for path, status, digest in reads.folders()
    ]
