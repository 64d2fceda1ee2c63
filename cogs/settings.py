"""`/settings`: one panel for what a server decides for all of its discussions."""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons, modes
from bot.discussion.filtering import Filtering
from bot.discussion.servers import ServerLanguages, ServerSettings
from bot.language import Language, ngettext
from bot.language import gettext as _
from bot.model import ChannelId, Filter, Mode, RoleId, Server
from cogs import answers, events, filters
from cogs.interactive import Interactive
from cogs.routes import pressed

MOST_ROLES = 10

_LANGUAGES = {Language.ENGLISH: "English", Language.UKRAINIAN: "Українська"}
_AS_DISCORD = "discord"

Items = list[discord.ui.Item[discord.ui.View]]


class SettingsPanel(Interactive):
    """The command and the selects of its panel; what each server speaks is noted on the way."""

    def __init__(
        self,
        bot: commands.Bot,
        *,
        settings: ServerSettings,
        filtering: Filtering,
        languages: ServerLanguages,
    ) -> None:
        super().__init__(bot)
        self._settings = settings
        self._filtering = filtering
        self._languages = languages
        self.routes = (
            pressed(buttons.SETTING, self._chosen),
            pressed(buttons.SETTINGS, self._back),
        )

    @app_commands.command(name="settings", description="Settings for all discussions in this server.")
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: discord.Interaction) -> None:
        """Show the panel."""
        await answers.defer(interaction)
        await self._show(interaction)

    async def _chosen(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        changed = _read(found["name"], answers.chosen(interaction))
        await self._settings.change(answers.viewer(interaction), **changed)
        await self._show(interaction)

    async def _back(self, interaction: discord.Interaction, _found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        await self._show(interaction)

    async def _show(self, interaction: discord.Interaction) -> None:
        guild, _member = answers.asker(interaction)
        who = answers.viewer(interaction)
        before, server = await self._settings.review(
            who,
            channels={ChannelId(each.id) for each in guild.channels},
            roles={RoleId(each.id) for each in guild.roles},
        )
        found = await self._filtering.filters(who)
        content = "\n".join([*_lost(before, server), *_told(guild, server, found)])
        await answers.answer(interaction, content, buttons=_selects(guild, server, found))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note what a new server speaks."""
        await self._languages.note(events.locales([guild]))

    @commands.Cog.listener()
    async def on_guild_update(self, _before: discord.Guild, after: discord.Guild) -> None:
        """Note what a server speaks from now on."""
        await self._languages.note(events.locales([after]))


def _read(name: str, values: list[str]) -> dict[str, object]:
    """What a select's values change, by the names of `Server`."""
    match name:
        case "log":
            return {"log_channel_id": ChannelId(int(values[0])) if values else None}
        case "roles":
            return {"moderator_roles": frozenset(RoleId(int(each)) for each in values)}
        case "mode":
            return {"mode": Mode(values[0])}
        case _:
            return {"language": None if values[0] == _AS_DISCORD else Language(values[0])}


def _told(guild: discord.Guild, server: Server, found: Sequence[Filter]) -> list[str]:
    """The settings in words, a line for each."""
    standing = None if server.log_channel_id is None else guild.get_channel(server.log_channel_id)
    roles = ", ".join(f"<@&{each}>" for each in sorted(server.moderator_roles))
    language = _LANGUAGES[server.language] if server.language else _("as Discord has it for this server")
    return [
        f"**{_('Settings of this server')}**",
        _("Log of moderation: {channel}").format(channel=_place(standing) if standing else _("nowhere")),
        _("Moderators besides those with Manage Messages: {roles}").format(roles=roles or _("nobody")),
        f"{_(modes.NAMES[server.mode])}.",
        _("Language of what stands in the channels: {language}").format(language=language),
        f"-# {_('What is posted already changes its language with the next /article update.')}",
        _("Filters for what members write:"),
        *filters.lines(found),
    ]


def _lost(before: Server, after: Server) -> list[str]:
    """What of the settings was deleted in Discord: said once, since it is no longer among them."""
    told = []
    if before.log_channel_id != after.log_channel_id:
        told.append(_("The log's channel was deleted. Choose another one if moderation is to be logged."))
    if gone := len(before.moderator_roles - after.moderator_roles):
        told.append(
            ngettext(
                "{number} role that could moderate was deleted.",
                "{number} roles that could moderate were deleted.",
                gone,
            ).format(number=gone)
        )
    return told


def _place(channel: discord.abc.GuildChannel) -> str:
    granted = channel.permissions_for(channel.guild.me)
    if not (granted.view_channel and granted.send_messages):
        return _("{channel}, where I may not write: give me View Channel and Send Messages there").format(
            channel=channel.mention
        )
    return channel.mention


def _selects(guild: discord.Guild, server: Server, found: Sequence[Filter]) -> Items:
    """As many rows as Discord allows below one message; a screen reader calls each select by its placeholder."""
    log = server.log_channel_id
    channel: discord.ui.ChannelSelect[discord.ui.View] = discord.ui.ChannelSelect(
        custom_id=buttons.SETTING("log"),
        placeholder=_("Where moderation is logged"),
        channel_types=[discord.ChannelType.text],
        min_values=0,
        default_values=[discord.Object(log)] if log else [],
    )
    roles: discord.ui.RoleSelect[discord.ui.View] = discord.ui.RoleSelect(
        custom_id=buttons.SETTING("roles"),
        placeholder=_("Roles that may moderate"),
        min_values=0,
        max_values=MOST_ROLES,
        default_values=[discord.Object(each) for each in sorted(server.moderator_roles)],
    )
    mode: discord.ui.Select[discord.ui.View] = discord.ui.Select(
        custom_id=buttons.SETTING("mode"),
        placeholder=_("Whose comments wait for a moderator"),
        options=[
            discord.SelectOption(label=_(label), value=each, default=each is server.mode)
            for each, label in modes.NAMES.items()
        ],
    )
    language: discord.ui.Select[discord.ui.View] = discord.ui.Select(
        custom_id=buttons.SETTING("language"),
        placeholder=_("Language of what stands in the channels"),
        options=[
            discord.SelectOption(
                label=_("Language: as Discord has it"), value=_AS_DISCORD, default=server.language is None
            ),
            *(
                discord.SelectOption(label=label, value=each, default=each is server.language)
                for each, label in _LANGUAGES.items()
            ),
        ],
    )
    return [channel, roles, mode, language, filters.chooser(found)]
