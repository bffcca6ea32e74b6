"""A small shop with the troubles that large ones have."""
