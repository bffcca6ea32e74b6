"""What known things outside the tree do: one registry, one file for each kind."""
