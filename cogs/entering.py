"""How members enter comments without writing a message: the form, and *My comment* for what they entered."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.access import Viewer
from bot.discussion.forms import Entered, Forms, FormTarget
from bot.discussion.publish import Publishing
from bot.language import gettext as _
from bot.model import CommentId, MessageId, PublicationId, Status
from cogs import answers, events, holding, rendering
from cogs.forms import check_may_write, find_thread, form
from cogs.interactive import Interactive, message_menu
from cogs.routes import pressed, sent


class Entering(Interactive):
    """The form, its buttons, and the menus *Reply* and *My comment*."""

    def __init__(self, bot: commands.Bot, *, publishing: Publishing, forms: Forms) -> None:
        super().__init__(bot)
        self._publishing = publishing
        self._forms = forms
        self.menus = (
            message_menu("Reply", self._reply),
            message_menu("My comment", self._my_comment),
        )
        self.routes = (
            pressed(buttons.ENTER_COMMENT, self._enter_pressed),
            pressed(buttons.COMMENT_HERE, self._comment_pressed),
            pressed(buttons.MORE_COMMENTS, self._more_pressed),
            sent(buttons.COMMENT_FORM, self._comment_sent),
            pressed(buttons.EDIT_FORM, self._edit_pressed),
            sent(buttons.EDIT_FORM, self._edit_sent),
            pressed(buttons.WITHDRAW, self._withdraw_pressed),
        )

    async def _enter_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self._show_form(interaction, PublicationId(int(found["publication"])), None)

    async def _comment_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        message = interaction.message.id if interaction.message else 0
        await self._show_form(interaction, PublicationId(int(found["publication"])), MessageId(message))

    async def _reply(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await self._show_form(interaction, None, events.meant(message))

    async def _show_form(
        self, interaction: discord.Interaction, publication: PublicationId | None, message: MessageId | None
    ) -> None:
        who = answers.viewer(interaction)
        target = await self._target(interaction, who, publication, message)
        custom_id = buttons.COMMENT_FORM(target.publication_id, message or 0)
        await interaction.response.send_modal(form(custom_id, heading=target.heading))

    async def _comment_sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        publication, message = PublicationId(int(found["publication"])), int(found["message"])
        target = await self._target(interaction, who, publication, MessageId(message) if message else None)
        entered = await self._forms.enter(
            who,
            target,
            text=answers.submitted_text(interaction) or "",
            author=interaction.user.display_name,
            submission_id=interaction.id,
        )
        if entered is not None and entered.status is not Status.VISIBLE:
            await answers.answer(interaction, holding.told(entered), buttons=holding.own_buttons(entered))
            return
        thanks = _(
            "Thank you. Your comment appears in {thread} in a moment. To change or withdraw "
            "it, open the menu of the message there and choose Apps, then *My comment*."
        ).format(thread=f"<#{target.thread_id}>")
        await answers.answer(interaction, thanks + holding.warning(entered))

    async def _target(
        self,
        interaction: discord.Interaction,
        who: Viewer,
        publication: PublicationId | None,
        message: MessageId | None,
    ) -> FormTarget:
        """What the form is about, once it is certain that Discord would let this member write there."""
        target = await self._forms.target(who, publication_id=publication, message_id=message)
        guild, member = answers.asker(interaction)
        thread = await find_thread(guild, target.thread_id)
        last = await self._forms.last_written(who.user_id, target.thread_id)
        check_may_write(member, thread, last, interaction.created_at, read_only=target.read_only)
        return target

    async def _more_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        changes = await self._publishing.show_more(who, PublicationId(int(found["publication"])))
        await answers.answer(interaction, rendering.more_coming(changes))

    async def _my_comment(self, interaction: discord.Interaction, message: discord.Message) -> None:
        mine = await self._forms.own(answers.viewer(interaction), message_id=MessageId(message.id))
        below = holding.own_buttons(Entered(mine.id, mine.status))
        await answers.answer(interaction, rendering.own_comment(mine), buttons=below)

    async def _edit_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        mine = await self._forms.own_to_edit(answers.viewer(interaction), CommentId(int(found["comment"])))
        custom_id = buttons.EDIT_FORM(mine.id)
        await interaction.response.send_modal(
            form(custom_id, heading=_("Your comment as it reads now"), text=mine.text)
        )

    async def _edit_sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        changed = await self._forms.edit(
            answers.viewer(interaction),
            CommentId(int(found["comment"])),
            text=answers.submitted_text(interaction) or "",
        )
        if changed.status is not Status.VISIBLE:
            await answers.answer(interaction, holding.told(changed), buttons=holding.own_buttons(changed))
            return
        await answers.answer(interaction, _("Your comment is changed.") + holding.warning(changed))

    async def _withdraw_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._forms.withdraw(answers.viewer(interaction), CommentId(int(found["comment"])))
        await answers.answer(interaction, _("Your comment is withdrawn, and its text is erased."))
