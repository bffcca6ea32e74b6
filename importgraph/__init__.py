"""Find out why importing code is slow, tangled and fragmented, and what to change first."""

__version__ = "0.1.0"
