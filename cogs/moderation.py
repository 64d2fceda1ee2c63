"""The `/moderation` commands: people who disturb, what members report, and the log."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.automod import AutoMod
from bot.discussion.chronicle import Chronicle, Filter
from bot.discussion.layout import timestamp
from bot.discussion.publish import Publishing
from bot.discussion.reports import Reporting
from bot.discussion.sanctions import REASON_LIMIT, Sanctioning
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import CaseId, ChannelId, CommentId, GuildId, MessageId, SanctionKind, UserId
from bot.text import dialect
from cogs import answers, publications, rendering
from cogs.durations import duration, durations_offered
from cogs.forms import reason_form
from cogs.interactive import Interactive, message_menu
from cogs.moderating import Verb
from cogs.moderation_log import actions_offered, show_log, which_action
from cogs.publications import which_publication
from cogs.routes import pressed, sent
from cogs.waiting import Waiting

_AUTOMOD = {
    discord.AutoModRuleActionType.block_message: "blocked",
    discord.AutoModRuleActionType.timeout: "timed_out",
    discord.AutoModRuleActionType.block_member_interactions: "quarantined",
}

Reason = app_commands.Range[str, 1, REASON_LIMIT]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_messages=True)
class Moderation(
    Interactive,
    commands.GroupCog,
    group_name="moderation",
    group_description="Keep order in the discussions.",
):
    """The `/moderation` commands, the menu *Report comment*, and the buttons of a case."""

    def __init__(
        self,
        bot: commands.Bot,
        *,
        sanctioning: Sanctioning,
        reporting: Reporting,
        automod: AutoMod,
        waiting: Waiting,
        trail: Chronicle,
        publishing: Publishing,
    ) -> None:
        super().__init__(bot)
        self._sanctioning = sanctioning
        self._reporting = reporting
        self._automod = automod
        self._waiting = waiting
        self._trail = trail
        self._publishing = publishing
        self.menus = (message_menu("Report comment", self._report),)
        self.routes = (
            sent(buttons.REPORT_FORM, self._report_sent),
            pressed(buttons.NEXT_CASE, self._next_case_pressed),
            pressed(buttons.CLOSE_CASE, self._close_case_pressed),
        )

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Require a moderator: the group's default permissions are a hint that a server can change."""
        return await answers.passed(self._sanctioning.check_moderator(answers.viewer(interaction)))

    @commands.Cog.listener()
    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        """Note what AutoMod did in our discussions; an alert to the moderators does nothing to a member."""
        did = _AUTOMOD.get(execution.action.type)
        if did is not None and execution.channel_id is not None:
            await self._automod.acted(
                GuildId(execution.guild_id),
                ChannelId(execution.channel_id),
                UserId(execution.user_id),
                rule=execution.rule_id,
                did=did,
            )

    # People

    @app_commands.command(name="mute", description="Keep a person from commenting for a time.")
    @app_commands.describe(
        person="Who is to be quiet", time="For how long, for example 1h or 3d", reason="For the log"
    )
    async def mute(
        self, interaction: discord.Interaction, person: discord.User, time: str, reason: Reason | None = None
    ) -> None:
        """Mute a person in the discussions of this server."""
        await self._impose(interaction, person, SanctionKind.MUTE, time, reason)

    @app_commands.command(name="ban", description="Keep a person from taking part in the discussions at all.")
    @app_commands.describe(
        person="Who is to stay out",
        time="For how long, for example 4w; without it until further notice",
        reason="For the log",
    )
    async def ban(
        self,
        interaction: discord.Interaction,
        person: discord.User,
        time: str | None = None,
        reason: Reason | None = None,
    ) -> None:
        """Ban a person from the discussions of this server; they stay a member of it."""
        await self._impose(interaction, person, SanctionKind.BAN, time, reason)

    @app_commands.command(name="unmute", description="Let a muted person comment again.")
    @app_commands.describe(person="Who may comment again")
    async def unmute(self, interaction: discord.Interaction, person: discord.User) -> None:
        """End a mute."""
        await self._lift(interaction, person, SanctionKind.MUTE)

    @app_commands.command(name="unban", description="Let a banned person take part again.")
    @app_commands.describe(person="Who may take part again")
    async def unban(self, interaction: discord.Interaction, person: discord.User) -> None:
        """End a ban."""
        await self._lift(interaction, person, SanctionKind.BAN)

    @mute.autocomplete("time")
    @ban.autocomplete("time")
    async def _times_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return durations_offered(typed)

    async def _impose(
        self,
        interaction: discord.Interaction,
        person: discord.User | discord.Member,
        kind: SanctionKind,
        time: str | None,
        reason: str | None,
    ) -> None:
        await answers.defer(interaction)
        length = None if time is None else duration(time)
        if person.bot:
            raise RefusedError(_("Bots take no part in the discussions."))
        sanction = await self._sanctioning.impose(
            answers.viewer(interaction), UserId(person.id), kind, length=length, reason=reason
        )
        told = {
            (SanctionKind.MUTE, True): _("{person} can comment again {when}."),
            (SanctionKind.BAN, True): _("{person} can take part in the discussions again {when}."),
            (SanctionKind.BAN, False): _("{person} cannot take part in the discussions any more."),
        }[kind, sanction.until is not None]
        when = "" if sanction.until is None else timestamp(sanction.until, "R")
        await answers.answer(interaction, told.format(person=person.mention, when=when))

    async def _lift(
        self, interaction: discord.Interaction, person: discord.User | discord.Member, kind: SanctionKind
    ) -> None:
        await answers.defer(interaction)
        await self._sanctioning.lift(answers.viewer(interaction), UserId(person.id), kind)
        told = {
            SanctionKind.MUTE: _("{person} can comment again."),
            SanctionKind.BAN: _("{person} can take part in the discussions again."),
        }[kind]
        await answers.answer(interaction, told.format(person=person.mention))

    # Waiting comments

    @app_commands.command(name="queue", description="Go through the comments that wait for a moderator.")
    async def queue(self, interaction: discord.Interaction) -> None:
        """Show the comment that has waited longest."""
        await self._waiting.open(interaction)

    # The log

    @app_commands.command(name="log", description="Show who did what to comments and people here.")
    @app_commands.describe(
        action="Only entries of this kind",
        moderator="Only what this person did",
        member="Only what was done to this person or their comments",
        publication="Only what is about this article",
    )
    @app_commands.rename(publication="article")
    async def log(
        self,
        interaction: discord.Interaction,
        action: str | None = None,
        moderator: discord.User | None = None,
        member: discord.User | None = None,
        publication: str | None = None,
    ) -> None:
        """Show the newest entries of the audit trail."""
        await answers.defer(interaction)
        wanted = Filter(
            action=which_action(action),
            actor=None if moderator is None else UserId(moderator.id),
            user=None if member is None else UserId(member.id),
            publication=None if publication is None else which_publication(publication),
        )
        await show_log(interaction, self._trail, wanted)

    @log.autocomplete("action")
    async def _actions_offered(
        self, _interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return actions_offered(typed)

    @log.autocomplete("publication")
    async def _articles_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await publications.offered(self._publishing, interaction, typed)

    # Reports

    @app_commands.command(name="reports", description="Go through what members have reported.")
    async def reports(self, interaction: discord.Interaction) -> None:
        """Show the oldest open case."""
        await answers.defer(interaction)
        await self._show_case(interaction, None)

    async def _report(self, interaction: discord.Interaction, message: discord.Message) -> None:
        comment = await self._reporting.reportable(
            answers.viewer(interaction), message_id=MessageId(message.id)
        )
        form = reason_form(
            buttons.REPORT_FORM(comment.id),
            title=_("Report a comment"),
            label=_("What is wrong with it?"),
            description=_("Only the moderators read this."),
        )
        await interaction.response.send_modal(form)

    async def _report_sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._reporting.report(
            answers.viewer(interaction),
            CommentId(int(found["comment"])),
            reason=answers.submitted_text(interaction) or "",
        )
        await answers.answer(interaction, _("Thank you. The moderators will look at it."))

    async def _show_case(
        self, interaction: discord.Interaction, after: CaseId | None, told: str = ""
    ) -> None:
        """Answer with the oldest open case behind one, and behind the last with the first again."""
        who = answers.viewer(interaction)
        view = await self._reporting.next_case(who, after=after)
        if view is None and after is not None:
            view = await self._reporting.next_case(who)
        if view is not None and view.case.id == after:
            told = _("No other report is open.")
        above = f"{told}\n\n" if told else ""
        if view is None:
            await answers.answer(interaction, above + _("No report is open."))
            return
        offered = (
            discord.ui.Button[discord.ui.View](
                label=_("Hide"),
                style=discord.ButtonStyle.primary,
                custom_id=buttons.MODERATE(Verb.HIDE, view.case.comment_id),
            ),
            discord.ui.Button[discord.ui.View](
                label=_("Nothing wrong"), custom_id=buttons.CLOSE_CASE(view.case.id)
            ),
            discord.ui.Button[discord.ui.View](label=_("Next"), custom_id=buttons.NEXT_CASE(view.case.id)),
        )
        await answers.answer(interaction, above + rendering.case(view), buttons=offered)

    async def _next_case_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        await self._show_case(interaction, CaseId(int(found["case"])))

    async def _close_case_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        told = _("Closed.")
        try:
            await self._reporting.close(answers.viewer(interaction), CaseId(int(found["case"])))
        except RefusedError as error:
            # Whoever was late goes on with the next.
            told = dialect.escape(error.sentence())
        await self._show_case(interaction, CaseId(int(found["case"])), told)
