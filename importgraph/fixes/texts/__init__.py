"""What the text of a file shows of its names and statements."""
