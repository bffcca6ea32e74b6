"""What functions and objects of Python, its standard library and pytest do to what is collected."""
