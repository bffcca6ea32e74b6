"""The tests of a session: their names, parameters, ids and order."""
