"""What Python does when a module is imported, on values that are known, outside the tree, or unknown."""
