"""The embedded Discord: a small server of our own that speaks the part of Discord's API a bot uses.

`Sandbox` serves one world over the loopback address; people act in it through `Person`. It does not import
discord.py: the bot under test brings that, unmodified.
"""

from bot.sandbox.answers import Answer, NoAnswer
from bot.sandbox.clock import Clock
from bot.sandbox.errors import Refused
from bot.sandbox.faults import Act, Fault, Schedule
from bot.sandbox.limits import RateLimits
from bot.sandbox.objects import Application, Channel, Message, Thread
from bot.sandbox.people import Person
from bot.sandbox.permissions import Permissions
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.servers import Server

__all__ = [
    "Act",
    "Answer",
    "Application",
    "Channel",
    "Clock",
    "Fault",
    "Message",
    "NoAnswer",
    "Permissions",
    "Person",
    "RateLimits",
    "Refused",
    "Sandbox",
    "Schedule",
    "Server",
    "Thread",
]
