"""What the other commands answer, a module for each."""
