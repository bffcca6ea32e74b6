"""The parameters of tests: what marks, fixtures and hooks give, their ids and order."""
