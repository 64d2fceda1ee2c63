"""Oped without a Discord account: the embedded Discord, the real bot beside it, and something to see."""
