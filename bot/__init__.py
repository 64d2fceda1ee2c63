"""Oped: an article and its comment section, on Discord."""
