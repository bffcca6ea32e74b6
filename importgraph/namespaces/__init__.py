"""Bodies of modules run on values, as far as collecting tests asks for them; nothing is imported."""
