"""What a project declares to need; see `importgraph.environment.declared`."""

from importgraph.environment.declared import absent_distributions, groups_of

__all__ = ["absent_distributions", "groups_of"]
