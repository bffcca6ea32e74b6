"""What imports of modules outside the tree load, and what they cost."""
