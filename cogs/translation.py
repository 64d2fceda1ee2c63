"""Commands in each member's language: discord.py asks for every name and description once, when they are synced."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location

from bot.language import Language, gettext, language_of, speaking

_NAMES_STAY = {
    Location.command_name,
    Location.group_name,
    Location.parameter_name,
}
"""What people type and instructions name: the same in every language. The names of menus are read, not typed."""


class Translator(app_commands.Translator):
    """Looks descriptions, menus and choices up in the catalogues."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The text in a locale; None where it stays as it is."""
        language = language_of(str(locale))
        is_menu = isinstance(context.data, app_commands.ContextMenu)
        if language is Language.ENGLISH or (context.location in _NAMES_STAY and not is_menu):
            return None
        with speaking(language):
            translated = gettext(string.message)
        return None if translated == string.message else translated
