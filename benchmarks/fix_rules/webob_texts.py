"""Text and bytes: what the calls of `webob.compat` are taken to, for benchmarks/fix_packages.py."""


def to_text(value, *, encoding="latin-1", errors="strict"):
    """Return text, decoding bytes."""
    return value.decode(encoding, errors) if isinstance(value, bytes) else value


def to_bytes(value, *, encoding="latin-1", errors="strict"):
    """Return bytes, encoding text."""
    return value.encode(encoding, errors) if isinstance(value, str) else value
