"""Target interpreter to measurements: what importing really costs, taken in a subprocess."""
