"""What statements do, and how each ends."""
