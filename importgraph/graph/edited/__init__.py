"""A kept graph, and how edited files change it."""
