"""Answers kept from run to run, and the stamps that say whether they still hold."""
