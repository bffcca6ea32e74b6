"""Which tests there are and which of them matter, from text alone."""
