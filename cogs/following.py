"""The `/follow` commands, and the buttons *Follow* and *Stop following*."""

from __future__ import annotations

import re

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons, digest
from bot.discussion.following import Following
from bot.discussion.noticing import Noticing
from bot.discussion.publish import Publishing
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.language import language_of, ngettext
from bot.model import Followed, GuildId, NoticeId, Target, UserId
from bot.text import dialect
from cogs import answers, publications, rendering
from cogs.interactive import Interactive
from cogs.publications import which_publication
from cogs.routes import pressed

EVERYTHING = "everything"
"""The choice of `/follow stop` that stands for all of it."""

_TARGET = re.compile(r"(?P<kind>article|section|comment):(?P<target>\d{1,18})", re.ASCII)


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
class FollowCommands(
    Interactive,
    commands.GroupCog,
    group_name="follow",
    group_description="Hear of new comments on what you follow here.",
):
    """What members follow. Nobody hears of anything that they did not ask for."""

    def __init__(
        self, bot: commands.Bot, *, following: Following, noticing: Noticing, publishing: Publishing
    ) -> None:
        super().__init__(bot)
        self._noticing = noticing
        self._following = following
        self._publishing = publishing
        self.routes = (
            pressed(buttons.FOLLOW, self._follow_pressed),
            pressed(buttons.UNFOLLOW, self._stop_pressed),
            pressed(buttons.NO_DIGEST, self._no_digest_pressed),
            pressed(buttons.SEEN, self._seen_pressed),
            pressed(buttons.NO_NOTICES, self._no_notices_pressed),
        )

    @app_commands.command(name="article", description="Follow the whole discussion of an article.")
    @app_commands.describe(publication="The article")
    @app_commands.rename(publication="article")
    async def article(self, interaction: discord.Interaction, publication: str) -> None:
        """Follow an article; sections and comments are followed from the menu of their messages."""
        who = answers.viewer(interaction)
        found = await self._publishing.find(who, which_publication(publication))
        await self._follow(interaction, Target(Followed.ARTICLE, found.article_id))

    @app_commands.command(
        name="news", description="Show what is new of what you follow since you last asked."
    )
    async def news(self, interaction: discord.Interaction) -> None:
        """Answer with a digest."""
        await answers.defer(interaction)
        found = await self._following.news(answers.viewer(interaction))
        nothing = _("Nothing is new of what you follow here.")
        await answers.answer(interaction, digest.text(found) if found.comments else nothing)

    @app_commands.command(name="list", description="List what you follow here.")
    async def list_followed(self, interaction: discord.Interaction) -> None:
        """Answer with a line for each."""
        await answers.defer(interaction)
        found = await self._following.followings(answers.viewer(interaction))
        lines = [f"- {rendering.subject(each)}" for each in found.subjects]
        if found.unseen:
            lines.append(
                ngettext(
                    "- and {count} thing that you can no longer see",
                    "- and {count} things that you can no longer see",
                    found.unseen,
                ).format(count=found.unseen)
            )
        nothing = _("You follow nothing here. To begin, choose Apps, then “More”, in the menu of a message.")
        await answers.answer(interaction, answers.fitted(lines, dialect.MESSAGE_LIMIT) or nothing)

    @app_commands.command(name="stop", description="Stop following something, or everything.")
    @app_commands.describe(followed="What to stop following")
    @app_commands.rename(followed="what")
    async def stop(self, interaction: discord.Interaction, followed: str) -> None:
        """Forget one thing, or all."""
        target = None if followed == EVERYTHING else _which_target(followed)
        await self._stop(interaction, target)

    @app_commands.command(
        name="digest", description="Have what is new of what you follow sent to you by direct message."
    )
    @app_commands.rename(hours="how_often")
    @app_commands.describe(hours="How often, as far as there is anything new")
    @app_commands.choices(
        hours=[
            app_commands.Choice(name="never", value=0),
            app_commands.Choice(name="every hour", value=1),
            app_commands.Choice(name="once a day", value=24),
            app_commands.Choice(name="once a week", value=168),
        ]
    )
    async def digest(self, interaction: discord.Interaction, hours: app_commands.Choice[int]) -> None:
        """Opt in to direct messages, or out of them."""
        await answers.defer(interaction)
        language = language_of(str(interaction.locale))
        await self._following.order_digest(answers.viewer(interaction), hours.value or None, language)
        told = _("You will get no direct messages from here.")
        if hours.value:
            told = _(
                "You will get a direct message when there is something new in what you follow here. If Discord "
                "does not let me write to you then, I stop until you ask again."
            )
        await answers.answer(interaction, told)

    @app_commands.command(
        name="replies", description="Choose whether you are told of answers to what you entered by form."
    )
    @app_commands.describe(notices="Whether to tell you, in the thread of the discussion")
    async def replies(self, interaction: discord.Interaction, notices: bool) -> None:
        """Switch notices on or off; Discord itself tells of answers to messages of one's own."""
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        await (self._noticing.accept(who) if notices else self._noticing.refuse(who))
        told = _("You are told of answers here.") if notices else _("You are told of no more answers here.")
        await answers.answer(interaction, told)

    @article.autocomplete("publication")
    async def _articles_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await publications.offered(self._publishing, interaction, typed)

    @stop.autocomplete("followed")
    async def _followed_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        found = await self._following.followings(answers.viewer(interaction))
        wanted = typed.casefold()
        named = [(rendering.subject_choice(each), _value(each.target)) for each in found.subjects]
        matching = [each for each in named if wanted in each[0].casefold()]
        everything = [(_("Everything"), EVERYTHING)] if found.subjects or found.unseen else []
        return answers.choices([*everything, *matching])

    async def _seen_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._noticing.seen(answers.viewer(interaction), NoticeId(int(found["notice"])))
        await answers.answer(interaction, _("The notice goes away."))

    async def _no_notices_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._noticing.refuse(answers.viewer(interaction), NoticeId(int(found["notice"])))
        told = _("You are told of no more answers here. To be told again, use /follow replies.")
        await answers.answer(interaction, told)

    async def _no_digest_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)  # in a direct message: there is no server to ask about
        await self._following.cancel_digest(UserId(interaction.user.id), GuildId(int(found["guild"])))
        await answers.answer(interaction, _("You will get no more digests from that server."))

    async def _follow_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self._follow(interaction, _target(found))

    async def _stop_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self._stop(interaction, _target(found))

    async def _follow(self, interaction: discord.Interaction, target: Target) -> None:
        await answers.defer(interaction)
        subject = await self._following.follow(answers.viewer(interaction), target)
        told = _("From now on you follow this:\n> {what}\nSee what is new with /follow news.")
        await answers.answer(
            interaction,
            told.format(what=rendering.subject(subject)),
            buttons=[
                discord.ui.Button(
                    label=_("Stop following"), custom_id=buttons.UNFOLLOW(target.kind, target.id)
                )
            ],
        )

    async def _stop(self, interaction: discord.Interaction, target: Target | None) -> None:
        await answers.defer(interaction)
        stopped = await self._following.stop(answers.viewer(interaction), target)
        told = _("You no longer follow that.") if stopped else _("You did not follow that.")
        await answers.answer(interaction, told)


def _target(found: re.Match[str]) -> Target:
    return Target(Followed(found["kind"]), int(found["target"]))


def _value(target: Target) -> str:
    return f"{target.kind}:{target.id}"


def _which_target(chosen: str) -> Target:
    found = _TARGET.fullmatch(chosen)
    if found is None:
        raise NotFoundError(_("You did not follow that."), remedy=_("Choose one from the list."))
    return _target(found)
