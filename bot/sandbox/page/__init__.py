"""The embedded Discord in a browser: one page on the loopback address, live, for the people who act in it."""

from bot.sandbox.page.server import NotTaken, Page, PortTaken

__all__ = ["NotTaken", "Page", "PortTaken"]
