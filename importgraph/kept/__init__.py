"""What is kept from one run to the next, with what it depends on."""
