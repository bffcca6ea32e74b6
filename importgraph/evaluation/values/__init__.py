"""What a name may hold: values, scopes, the journal that takes changes back, the limits of a run."""
