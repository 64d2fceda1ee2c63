"""The `/comment` commands of moderators, of which the cog `Comments` is made up besides its own."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion.moderation import Moderation
from bot.language import gettext as _
from bot.model import CommentId, Status
from cogs import answers, moderated, moderating, rendering
from cogs.forms import REASON_LIMIT
from cogs.moderating import Verb
from cogs.references import which_comment

COMMENT = "Words of the comment, or the link of its message"
REASON = "For the log"
Reason = app_commands.Range[str, 1, REASON_LIMIT]


class ModeratorCommands(commands.Cog):
    """What moderators do to one comment. Whether somebody is one is asked by the use case."""

    def __init__(self, *, moderation: Moderation) -> None:
        self._moderation = moderation

    @app_commands.command(name="hide", description="For moderators: hide a comment from members.")
    @app_commands.describe(wanted=COMMENT, reason=REASON)
    @app_commands.rename(wanted="comment")
    async def hide(self, interaction: discord.Interaction, wanted: str, reason: Reason) -> None:
        """Hide a comment and offer to undo it."""
        await self._moderate(interaction, Verb.HIDE, wanted, reason)

    @app_commands.command(
        name="restore", description="For moderators: show a comment that is hidden, waiting or rejected."
    )
    @app_commands.describe(wanted=COMMENT, reason=REASON)
    @app_commands.rename(wanted="comment")
    async def restore(
        self, interaction: discord.Interaction, wanted: str, reason: Reason | None = None
    ) -> None:
        """Show a comment that members do not see, and offer to undo it."""
        await self._moderate(interaction, Verb.RESTORE, wanted, reason)

    @app_commands.command(
        name="delete", description="For moderators: erase a comment for good. This has no undo."
    )
    @app_commands.describe(wanted=COMMENT, reason=REASON)
    @app_commands.rename(wanted="comment")
    async def delete(self, interaction: discord.Interaction, wanted: str, reason: Reason) -> None:
        """Erase a comment's text."""
        await self._moderate(interaction, Verb.DELETE, wanted, reason)

    @app_commands.command(
        name="history", description="For moderators: what a comment said before it was edited."
    )
    @app_commands.describe(wanted=COMMENT)
    @app_commands.rename(wanted="comment")
    async def history(self, interaction: discord.Interaction, wanted: str) -> None:
        """Answer with a comment's earlier texts."""
        await answers.defer(interaction)
        await moderating.show_history(
            interaction, self._moderation, await self._moderated(interaction, wanted)
        )

    @app_commands.command(
        name="move", description="For moderators: put a comment with its replies elsewhere."
    )
    @app_commands.describe(
        wanted=COMMENT, place="A comment to put it under, a section, or the top", reason=REASON
    )
    @app_commands.rename(wanted="comment", place="to")
    async def move(self, interaction: discord.Interaction, wanted: str, place: str, reason: Reason) -> None:
        """Move a comment and offer to undo it."""
        await answers.defer(interaction)
        target = moderating.which_place(place, interaction.guild_id)
        comment = await self._moderated(interaction, wanted)
        await moderating.act(interaction, self._moderation, Verb.MOVE, comment, reason, target)

    @app_commands.command(name="pin", description="For moderators: pin a comment's message in its thread.")
    @app_commands.describe(wanted=COMMENT, unpin="Unpin it instead", reason=REASON)
    @app_commands.rename(wanted="comment")
    async def pin(
        self, interaction: discord.Interaction, wanted: str, unpin: bool = False, reason: Reason | None = None
    ) -> None:
        """Pin or unpin a comment's message and offer to undo it."""
        await self._moderate(interaction, Verb.UNPIN if unpin else Verb.PIN, wanted, reason)

    async def _moderate(
        self, interaction: discord.Interaction, verb: Verb, wanted: str, reason: str | None
    ) -> None:
        await answers.defer(interaction)
        comment = await self._moderated(interaction, wanted)
        await moderating.act(interaction, self._moderation, verb, comment, reason)

    async def _moderated(self, interaction: discord.Interaction, wanted: str) -> CommentId:
        comment, message = which_comment(wanted, interaction.guild_id)
        case = await self._moderation.case(
            answers.viewer(interaction), comment_id=comment, message_id=message
        )
        return case.comment.id

    @hide.autocomplete("wanted")
    @pin.autocomplete("wanted")
    async def _visible_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._moderated_offered(interaction, typed, frozenset({Status.VISIBLE}))

    @restore.autocomplete("wanted")
    async def _unseen_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._moderated_offered(
            interaction, typed, frozenset(Status) - {Status.VISIBLE, Status.DELETED}
        )

    @delete.autocomplete("wanted")
    @history.autocomplete("wanted")
    @move.autocomplete("wanted")
    async def _standing_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        return await self._moderated_offered(interaction, typed, frozenset(Status) - {Status.DELETED})

    @move.autocomplete("place")
    async def _places_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        top = [(_("At the top"), moderating.TOP)] if not typed else []
        who = answers.viewer(interaction)
        found = await self._moderation.offered(who, typed, frozenset({Status.VISIBLE}))
        return answers.choices([*top, *((rendering.comment_choice(each), f"#{each.id}") for each in found)])

    async def _moderated_offered(
        self, interaction: discord.Interaction, typed: str, statuses: frozenset[Status]
    ) -> list[app_commands.Choice[str]]:
        found = await self._moderation.offered(answers.viewer(interaction), typed, statuses)
        return answers.choices((moderated.choice(each), f"#{each.id}") for each in found)
