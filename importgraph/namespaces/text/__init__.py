"""What texts tell of the names of modules, without evaluating them."""
