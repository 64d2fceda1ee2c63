"""How fast Oped is, always as a ratio to something measured or computed in the same run: `make bench`."""
