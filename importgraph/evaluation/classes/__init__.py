"""How classes are made, what their instances are, and what attributes answer."""
