"""The `/discussion` commands: how order is kept in the discussion of an article."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion.filtering import Filtering
from bot.discussion.layout import timestamp
from bot.discussion.order import SLOWEST, Ordering, Standing, Where
from bot.discussion.publish import Publishing
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import ChannelId, FilterAction, FilterKind, Mode
from bot.text import dialect
from cogs import answers, filters, publications
from cogs.durations import duration, durations_offered
from cogs.publications import which_publication

SERVERS_OWN = "server"
TITLE_LIMIT = 100

MODES = [
    app_commands.Choice(name="open: comments appear at once", value=Mode.OPEN.value),
    app_commands.Choice(name="first comment held: a member's first one waits", value=Mode.FIRST_HELD.value),
    app_commands.Choice(name="all held: read-only, comments by form wait", value=Mode.ALL_HELD.value),
]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_messages=True)
class DiscussionCommands(
    commands.GroupCog,
    group_name="discussion",
    group_description="Lock, slow down or hold the discussion of an article.",
):
    """The `/discussion` commands. Used in a discussion they mean that one; elsewhere an article is named."""

    def __init__(
        self, bot: commands.Bot, *, ordering: Ordering, filtering: Filtering, publishing: Publishing
    ) -> None:
        self._bot = bot
        self._ordering = ordering
        self._filtering = filtering
        self._publishing = publishing

    @app_commands.command(name="lock", description="Let nobody comment until you unlock the discussion.")
    @app_commands.describe(article="Which one, if not the one you are in", reason="For the log")
    async def lock(
        self,
        interaction: discord.Interaction,
        article: str | None = None,
        reason: app_commands.Range[str, 1, 300] | None = None,
    ) -> None:
        """Lock a discussion."""
        await answers.defer(interaction)
        await self._ordering.lock(answers.viewer(interaction), _where(interaction, article), reason)
        await answers.answer(interaction, _("The discussion is locked: nobody can comment, by form either."))

    @app_commands.command(name="unlock", description="Let members comment again.")
    @app_commands.describe(article="Which one, if not the one you are in")
    async def unlock(self, interaction: discord.Interaction, article: str | None = None) -> None:
        """Unlock a discussion."""
        await answers.defer(interaction)
        now = await self._ordering.unlock(answers.viewer(interaction), _where(interaction, article))
        if now.discussion.read_only:
            content = _(
                "Members can comment again by form. The thread stays read-only, since every comment is held here."
            )
        else:
            content = _("Members can comment again.")
        await answers.answer(interaction, content)

    @app_commands.command(name="slowmode", description="Have members wait between two messages.")
    @app_commands.describe(seconds="0 ends slow mode", article="Which one, if not the one you are in")
    async def slowmode(
        self,
        interaction: discord.Interaction,
        seconds: app_commands.Range[int, 0, SLOWEST],
        article: str | None = None,
    ) -> None:
        """Set slow mode."""
        await answers.defer(interaction)
        await self._ordering.slowmode(answers.viewer(interaction), _where(interaction, article), seconds)
        content = (
            ngettext(
                "Members wait {number} second between two messages.",
                "Members wait {number} seconds between two messages.",
                seconds,
            ).format(number=seconds)
            if seconds
            else _("Slow mode is off.")
        )
        await answers.answer(interaction, content)

    @app_commands.command(name="mode", description="Choose whose comments wait for a moderator.")
    @app_commands.describe(
        mode="Whose comments wait",
        article="Which one, if not the one you are in",
        everywhere="For all discussions of this server that have no mode of their own",
    )
    @app_commands.choices(mode=[*MODES, app_commands.Choice(name="as the server has it", value=SERVERS_OWN)])
    async def mode(
        self,
        interaction: discord.Interaction,
        mode: str,
        article: str | None = None,
        everywhere: bool = False,
    ) -> None:
        """Set the mode of a discussion, or of the server."""
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        chosen = None if mode == SERVERS_OWN else Mode(mode)
        if everywhere:
            await self._ordering.server_mode(who, chosen or Mode.OPEN)
            await answers.answer(
                interaction, _("In this server: {mode}").format(mode=_mode(chosen or Mode.OPEN))
            )
            return
        now = await self._ordering.mode(who, _where(interaction, article), chosen)
        await answers.answer(interaction, _mode(now.discussion.effective_mode))

    @app_commands.command(name="close-after", description="Lock the discussion by itself after a time.")
    @app_commands.describe(
        time="For example 12h or 3d; without it the discussion stays open",
        article="Which one, if not the one you are in",
    )
    async def close_after(
        self, interaction: discord.Interaction, time: str | None = None, article: str | None = None
    ) -> None:
        """Set when a discussion locks itself."""
        await answers.defer(interaction)
        length = None if time is None else duration(time)
        now = await self._ordering.close_after(
            answers.viewer(interaction), _where(interaction, article), length
        )
        closes_at = now.discussion.closes_at
        if closes_at is None:
            await answers.answer(interaction, _("The discussion does not close by itself."))
            return
        content = _("The discussion locks itself {when}, {then}.")
        await answers.answer(
            interaction, content.format(when=timestamp(closes_at, "R"), then=timestamp(closes_at))
        )

    @app_commands.command(
        name="filter", description="Choose what to look for in comments, and what to do then."
    )
    @app_commands.describe(
        kind="What to look for",
        action="What becomes of a comment in which it is found",
        words="For the list: words or phrases, separated by commas, in place of those it has",
    )
    @app_commands.choices(kind=filters.KINDS, action=filters.ACTIONS)
    async def filter(
        self, interaction: discord.Interaction, kind: str, action: str, words: str | None = None
    ) -> None:
        """Set one of the server's filters."""
        await answers.defer(interaction)
        chosen = None if action == filters.OFF else FilterAction(action)
        now = await self._filtering.set(answers.viewer(interaction), FilterKind(kind), chosen, words or "")
        await answers.answer(interaction, "\n".join(filters.lines(now)))

    @app_commands.command(name="status", description="Show how order is kept in a discussion.")
    @app_commands.describe(article="Which one, if not the one you are in")
    async def status(self, interaction: discord.Interaction, article: str | None = None) -> None:
        """Answer with mode, lock, slow mode, closing time and filters."""
        await answers.defer(interaction)
        now = await self._ordering.standing(answers.viewer(interaction), _where(interaction, article))
        await answers.answer(interaction, "\n".join(_standing(now)))

    @lock.autocomplete("article")
    @unlock.autocomplete("article")
    @slowmode.autocomplete("article")
    @mode.autocomplete("article")
    @close_after.autocomplete("article")
    @status.autocomplete("article")
    async def _articles_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await publications.offered(self._publishing, interaction, typed)

    @close_after.autocomplete("time")
    async def _times_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return durations_offered(typed)


def _where(interaction: discord.Interaction, article: str | None) -> Where:
    if article is not None:
        return Where(which_publication(article))
    channel = interaction.channel
    channels = [interaction.channel_id, getattr(channel, "parent_id", None)]
    return Where(None, [ChannelId(each) for each in channels if each is not None])


def _mode(mode: Mode) -> str:
    return {
        Mode.OPEN: _("Comments appear at once."),
        Mode.FIRST_HELD: _("A member's first comment on this server waits for a moderator."),
        Mode.ALL_HELD: _(
            "Every comment waits for a moderator; the thread is read-only, and the form is open."
        ),
    }[mode]


def _standing(now: Standing) -> list[str]:
    kept = now.discussion
    thread = now.publication.thread_id or now.publication.channel_id
    title = dialect.escape(dialect.clip(" ".join(now.article_title.split()), TITLE_LIMIT))
    lines = [f"**{title}** · <#{thread}>", f"- {_mode(kept.effective_mode)}"]
    if kept.locked:
        lines.append("- " + _("Locked: nobody can comment."))
    if kept.slowmode:
        lines.append("- " + _("Slow mode: {seconds} s.").format(seconds=kept.slowmode))
    if kept.closes_at is not None:
        lines.append("- " + _("Locks itself {when}.").format(when=timestamp(kept.closes_at, "R")))
    return lines + filters.lines(now.filters)
