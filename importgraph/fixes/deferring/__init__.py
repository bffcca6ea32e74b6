"""Which imports can be deferred, and what is loaded once they are."""
