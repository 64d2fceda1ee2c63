"""`/settings`: one panel for what a server decides for all of its discussions."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.servers import ServerLanguages, ServerSettings
from bot.language import Language, marked
from bot.language import gettext as _
from bot.model import ChannelId, GuildId, Mode, RoleId, Server
from cogs import answers
from cogs.interactive import Interactive
from cogs.routes import pressed

MOST_ROLES = 10

_MODES = {
    Mode.OPEN: marked("Comments appear at once"),
    Mode.FIRST_HELD: marked("A member's first comment waits for a moderator"),
    Mode.ALL_HELD: marked("Every comment waits for a moderator"),
}

_LANGUAGES = {Language.ENGLISH: "English", Language.UKRAINIAN: "Українська"}
_AS_DISCORD = "discord"

Items = list[discord.ui.Item[discord.ui.View]]


class SettingsPanel(Interactive):
    """The command and the selects of its panel; what each server speaks is noted on the way."""

    def __init__(self, bot: commands.Bot, *, settings: ServerSettings, languages: ServerLanguages) -> None:
        super().__init__(bot)
        self._settings = settings
        self._languages = languages
        self.routes = (pressed(buttons.SETTING, self._chosen),)

    @app_commands.command(name="settings", description="Settings for all discussions in this server.")
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: discord.Interaction) -> None:
        """Show the panel."""
        guild, _member = answers.asker(interaction)
        server = await self._settings.get(answers.viewer(interaction))
        await answers.answer(interaction, _told(guild, server), buttons=_selects(guild, server))

    async def _chosen(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        guild, _member = answers.asker(interaction)
        changed = _read(found["name"], answers.chosen(interaction))
        server = await self._settings.change(answers.viewer(interaction), **changed)
        await answers.answer(interaction, _told(guild, server), buttons=_selects(guild, server))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note what all servers speak."""
        await self._languages.note(
            {GuildId(each.id): str(each.preferred_locale) for each in self._bot.guilds}
        )

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note what a new server speaks."""
        await self._languages.note({GuildId(guild.id): str(guild.preferred_locale)})

    @commands.Cog.listener()
    async def on_guild_update(self, _before: discord.Guild, after: discord.Guild) -> None:
        """Note what a server speaks from now on."""
        await self._languages.note({GuildId(after.id): str(after.preferred_locale)})


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


def _told(guild: discord.Guild, server: Server) -> str:
    """The settings in words. What was deleted meanwhile is named as that, so that it can be replaced."""
    log = _("nowhere")
    if server.log_channel_id is not None:
        standing = guild.get_channel(server.log_channel_id)
        log = _place(standing)
    roles = [f"<@&{each}>" for each in sorted(server.moderator_roles) if guild.get_role(each)]
    gone = len(server.moderator_roles) - len(roles)
    if gone:
        roles.append(_("deleted roles ({number}): choose anew").format(number=gone))
    language = _LANGUAGES[server.language] if server.language else _("as Discord has it for this server")
    return "\n".join(
        [
            f"**{_('Settings of this server')}**",
            _("Log of moderation: {channel}").format(channel=log),
            _("Moderators besides those with Manage Messages: {roles}").format(
                roles=", ".join(roles) or _("nobody")
            ),
            f"{_(_MODES[server.mode])}.",
            _("Language of what stands in the channels: {language}").format(language=language),
            _("Filters for words, links and newcomers: see /discussion filter."),
            f"-# {_('What is posted already changes its language with the next /article update.')}",
        ]
    )


def _place(channel: discord.abc.GuildChannel | None) -> str:
    if channel is None:
        return _("a channel that was deleted: choose another one")
    granted = channel.permissions_for(channel.guild.me)
    if not (granted.view_channel and granted.send_messages):
        return _("{channel}, where I may not write: give me View Channel and Send Messages there").format(
            channel=channel.mention
        )
    return channel.mention


def _selects(guild: discord.Guild, server: Server) -> Items:
    log = server.log_channel_id
    channel: discord.ui.ChannelSelect[discord.ui.View] = discord.ui.ChannelSelect(
        custom_id=buttons.setting("log"),
        placeholder=_("Where moderation is logged"),
        channel_types=[discord.ChannelType.text],
        min_values=0,
        default_values=[discord.Object(log)] if log and guild.get_channel(log) else [],
    )
    roles: discord.ui.RoleSelect[discord.ui.View] = discord.ui.RoleSelect(
        custom_id=buttons.setting("roles"),
        placeholder=_("Roles that may moderate"),
        min_values=0,
        max_values=MOST_ROLES,
        default_values=[
            discord.Object(each) for each in sorted(server.moderator_roles) if guild.get_role(each)
        ],
    )
    mode: discord.ui.Select[discord.ui.View] = discord.ui.Select(
        custom_id=buttons.setting("mode"),
        options=[
            discord.SelectOption(label=_(label), value=each, default=each is server.mode)
            for each, label in _MODES.items()
        ],
    )
    language: discord.ui.Select[discord.ui.View] = discord.ui.Select(
        custom_id=buttons.setting("language"),
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
    return [channel, roles, mode, language]
