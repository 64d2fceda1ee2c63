"""What cogs have in common that answer to buttons, forms and message menus."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs import answers
from cogs.routes import Route, dispatch

MenuCallback = Callable[[discord.Interaction, discord.Message], Coroutine[Any, Any, None]]


class Interactive(commands.Cog):
    """A cog whose buttons and forms are found by their custom ids, and whose menus come and go with it."""

    routes: tuple[Route, ...] = ()
    menus: tuple[app_commands.ContextMenu, ...] = ()

    def __init__(self, bot: commands.Bot) -> None:
        self._bot = bot

    async def cog_load(self) -> None:
        """Add the message menus, which discord.py does not collect from a cog by itself."""
        for menu in self.menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Remove the message menus."""
        for menu in self.menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Follow a button or a form by its custom id."""
        await dispatch(interaction, self.routes)


def message_menu(name: str, callback: MenuCallback) -> app_commands.ContextMenu:
    """An entry in the menu of every message, in servers. discord.py allows five in all."""
    return app_commands.ContextMenu(
        name=name,
        callback=callback,
        allowed_contexts=answers.IN_SERVERS,
        allowed_installs=answers.BY_SERVERS,
    )
