"""The HTML report on a local address, made anew while files change."""
