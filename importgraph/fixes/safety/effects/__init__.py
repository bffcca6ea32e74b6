"""What importing modules does besides binding names: a client of the evaluator."""
