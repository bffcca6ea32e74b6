"""Bytes into syntax trees: encodings, newer syntax, broken files, bodies left out."""
