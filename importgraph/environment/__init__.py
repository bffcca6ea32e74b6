"""What is installed for a project, read from folders: no interpreter is started, nothing is imported."""
