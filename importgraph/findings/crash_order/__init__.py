"""Which module of a cycle fails when it is imported first."""
