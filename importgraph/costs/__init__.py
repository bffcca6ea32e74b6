"""What importing a module costs, as far as its text tells: counts of its parts, and what each part weighs."""
