"""Whether deferring imports changes anything but time."""
