"""Git repositories, read without any of their configuration: nothing that a checkout can name is ever run."""
