"""What members do about their own data, and what the bot does when it leaves a server."""

from __future__ import annotations

import io
import re
from contextlib import aclosing

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.policy import policy
from bot.discussion.privacy import Erased, Part, Privacy
from bot.discussion.retention import Retention
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import GuildId, UserId
from cogs import answers
from cogs.interactive import Interactive
from cogs.routes import pressed


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class PrivacyCommands(
    Interactive,
    commands.GroupCog,
    group_name="privacy",
    group_description="See, take along or erase what is stored about you.",
):
    """The `/privacy` commands, and the button that confirms an erasure."""

    def __init__(self, bot: commands.Bot, *, privacy: Privacy, retention: Retention) -> None:
        super().__init__(bot)
        self._privacy = privacy
        self._retention = retention
        self.routes = (pressed(buttons.ERASE, self._erase_pressed),)

    @app_commands.command(name="policy", description="What is stored about members, why, and for how long.")
    async def policy(self, interaction: discord.Interaction) -> None:
        """Answer with the policy."""
        text = policy(backup_days=self._retention.backup_days, purge_days=self._retention.purge_days)
        embed = discord.Embed(title=_("Privacy"), description=text)
        await answers.answer(interaction, "", embed=embed)

    @app_commands.command(name="export", description="Get all that is stored about you, as a file.")
    async def export(self, interaction: discord.Interaction) -> None:
        """Answer with a file."""
        await answers.defer(interaction)
        export = self._privacy.export(
            UserId(interaction.user.id), interaction.created_at, limit=interaction.filesize_limit
        )
        async with aclosing(export) as parts:
            async for part in parts:
                single = part.last and part.number == 1
                name = "oped-my-data.json" if single else f"oped-my-data-{part.number}.json"
                file = discord.File(io.BytesIO(part.document), name)
                await answers.answer_with_file(interaction, _about(part), file, first=part.number == 1)

    @app_commands.command(name="erase", description="Erase all that you have written, everywhere.")
    async def erase(self, interaction: discord.Interaction) -> None:
        """Tell what would be erased, and ask for confirmation."""
        standing = await self._privacy.standing(UserId(interaction.user.id))
        content = "\n".join(
            [
                _("This erases what you wrote, in every server where I am. It cannot be undone."),
                *_counted(standing),
                _("Replies of others stay. To have a copy, use /privacy export first."),
            ]
        )
        confirm: discord.ui.Button[discord.ui.View] = discord.ui.Button(
            label=_("Erase everything"), style=discord.ButtonStyle.danger, custom_id=buttons.ERASE()
        )
        await answers.answer(interaction, content, buttons=(confirm,))

    async def _erase_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        erased = await self._privacy.erase(UserId(interaction.user.id), interaction.created_at)
        await answers.answer(interaction, "\n".join([_("Erased."), *_counted(erased), *_left(erased)]))

    @app_commands.command(name="opt-out", description="Have nothing more of yours stored.")
    async def opt_out(self, interaction: discord.Interaction) -> None:
        """Say once what opting out means."""
        await answers.defer(interaction)
        if not await self._privacy.opt_out(UserId(interaction.user.id)):
            await answers.answer(interaction, _("You have opted out already: nothing of yours is stored."))
            return
        await answers.answer(
            interaction,
            _(
                "From now on nothing you write is stored in any server where I am, and I will not remind you. Your "
                "messages stay in Discord as they are. What was stored before is still there: /privacy erase erases it."
            ),
        )

    @app_commands.command(name="opt-in", description="Take part again after opting out.")
    async def opt_in(self, interaction: discord.Interaction) -> None:
        """Take an opt-out back."""
        await answers.defer(interaction)
        if await self._privacy.opt_in(UserId(interaction.user.id)):
            content = _("Welcome back. What you write in the discussions from now on is stored again.")
        else:
            content = _("You had not opted out.")
        await answers.answer(interaction, content)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Compare the servers we are on with those we know: some may be gone since we last looked."""
        await self._retention.present([GuildId(each.id) for each in self._bot.guilds])

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that we were removed; an outage is told otherwise (`on_guild_unavailable`)."""
        await self._retention.departed(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that we are on a server again."""
        await self._retention.arrived(GuildId(guild.id))


def _about(part: Part) -> str:
    """What is said with a part of an export."""
    if part.number > 1:
        lines = [_("Part {number}.").format(number=part.number)]
    else:
        lines = [_("All that is stored about you, in every server where I am. Only you see this.")]
        if not part.last:
            lines.append(_("It is more than one file may hold, so it comes in several."))
    if part.cut:
        lines.append(_("Not all of it fits: for the rest, ask whoever runs this bot."))
    return "\n".join(lines)


def _counted(what: Erased) -> list[str]:
    """How much there is to erase, kind by kind."""
    lines = [
        ngettext(
            "- {number} comment written as a message",
            "- {number} comments written as messages",
            what.messages,
        ).format(number=what.messages),
        ngettext(
            "- {number} comment entered by form", "- {number} comments entered by form", what.entered
        ).format(number=what.entered),
        ngettext(
            "- {number} imported comment of yours", "- {number} imported comments of yours", what.claimed
        ).format(number=what.claimed),
    ]
    numbers = (what.messages, what.entered, what.claimed)
    return [line for line, number in zip(lines, numbers, strict=True) if number]


def _left(erased: Erased) -> list[str]:
    """What is left to the member, or goes a little later."""
    left = []
    if erased.messages:
        left.append(
            ngettext(
                "Your {number} message in Discord stays yours to delete; I keep nothing of it.",
                "Your {number} messages in Discord stay yours to delete; I keep nothing of them.",
                erased.messages,
            ).format(number=erased.messages)
        )
    if erased.entered or erased.claimed:
        left.append(_("My messages that show your words are being deleted."))
    return left
