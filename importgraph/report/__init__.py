"""The report as one HTML page that opens from disk: its data, and the page around them."""
