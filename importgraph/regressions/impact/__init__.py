"""Which tests the changes since a revision can reach: both sides of them, and each test alone."""
