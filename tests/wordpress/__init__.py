"""A real WordPress on loopback takes what Oped exports, and gives it back; `python -m tests.wordpress`."""
