"""What members do: write, edit and delete messages, use the form, and look a comment up."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.access import Viewer
from bot.discussion.capture import Capture
from bot.discussion.events import ChannelDeleted, MessagesDeleted, Posted
from bot.discussion.forms import Forms, FormTarget
from bot.discussion.lookup import Lookup
from bot.discussion.publish import Publishing
from bot.errors import NotFoundError
from bot.model import ChannelId, CommentId, MessageId, PublicationId
from cogs import answers, events, rendering
from cogs.forms import check_may_write, find_thread, form
from cogs.routes import dispatch, pressed, sent

MESSAGE_LINK = re.compile(
    r"https://(?:\w+\.)?discord(?:app)?\.com/channels/(?P<guild>\d{1,19})/\d{1,19}/(?P<message>\d{1,19})",
    re.ASCII,
)
MESSAGE_ID = re.compile(r"\d{16,19}", re.ASCII)
COMMENT_NUMBER = re.compile(r"#?(?P<comment>\d{1,15})", re.ASCII)
"""A comment's own number; Discord's ids have more digits."""

LARGEST_ID = 2**63 - 1
"""What the database holds; Discord's ids come nowhere near for centuries."""

MenuCallback = Callable[[discord.Interaction, discord.Message], Coroutine[Any, Any, None]]


class Comments(commands.Cog):
    """Hears what members write, and answers their buttons, menus, forms and `/comment`."""

    comment = app_commands.Group(
        name="comment",
        description="Find and follow comments on the articles here.",
        allowed_contexts=answers.IN_SERVERS,
        allowed_installs=answers.BY_SERVERS,
    )

    def __init__(
        self,
        bot: commands.Bot,
        *,
        capture: Capture,
        publishing: Publishing,
        forms: Forms,
        lookup: Lookup,
    ) -> None:
        self._bot = bot
        self._capture = capture
        self._publishing = publishing
        self._forms = forms
        self._lookup = lookup
        self._menus = (
            self._menu("Reply", self._reply),
            self._menu("My comment", self._my_comment),
        )
        self._routes = (
            pressed(buttons.ENTER_COMMENT, self._enter_pressed),
            pressed(buttons.MORE_COMMENTS, self._more_pressed),
            sent(buttons.COMMENT_FORM, self._comment_sent),
            pressed(buttons.EDIT_FORM, self._edit_pressed),
            sent(buttons.EDIT_FORM, self._edit_sent),
            pressed(buttons.WITHDRAW, self._withdraw_pressed),
        )

    @staticmethod
    def _menu(name: str, callback: MenuCallback) -> app_commands.ContextMenu:
        return app_commands.ContextMenu(
            name=name,
            callback=callback,
            allowed_contexts=answers.IN_SERVERS,
            allowed_installs=answers.BY_SERVERS,
        )

    async def cog_load(self) -> None:
        """Add the message menus, which discord.py does not collect from a cog by itself."""
        for menu in self._menus:
            self._bot.tree.add_command(menu)

    async def cog_unload(self) -> None:
        """Remove the message menus."""
        for menu in self._menus:
            self._bot.tree.remove_command(menu.name, type=menu.type)

    # Events: turned into plain values and queued, nothing else

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Queue a member's message; the echo of our own confirms that it was created."""
        if message.author == self._bot.user:
            if message.nonce is not None:
                self._capture.offer(
                    Posted(ChannelId(message.channel.id), MessageId(message.id), str(message.nonce))
                )
            return
        self._offer(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Queue the message as it reads now; an update that changed no text does no harm."""
        self._offer(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Queue a deletion."""
        self._capture.offer(MessagesDeleted(ChannelId(payload.channel_id), (MessageId(payload.message_id),)))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Queue a moderator's purge."""
        gone = tuple(MessageId(each) for each in sorted(payload.message_ids))
        self._capture.offer(MessagesDeleted(ChannelId(payload.channel_id), gone))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Queue a thread's end: Discord sends no deletions for the messages in it."""
        self._capture.offer(ChannelDeleted(ChannelId(payload.thread_id)))

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Queue a channel's end: Discord sends no deletions for the messages in it."""
        self._capture.offer(ChannelDeleted(ChannelId(channel.id)))

    def _offer(self, message: discord.Message) -> None:
        event = events.written(message, readable=self._bot.intents.message_content)
        if event is not None:
            self._capture.offer(event)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Follow a button or a form by its custom id."""
        await dispatch(interaction, self._routes)

    # The form

    async def _enter_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await self._show_form(interaction, PublicationId(int(found["publication"])), None)

    async def _reply(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await self._show_form(interaction, None, MessageId(message.id))

    async def _show_form(
        self, interaction: discord.Interaction, publication: PublicationId | None, message: MessageId | None
    ) -> None:
        who = answers.viewer(interaction)
        target = await self._target(interaction, who, publication, message)
        custom_id = buttons.comment_form(target.publication_id, message or 0)
        await interaction.response.send_modal(form(custom_id, heading=target.heading))

    async def _comment_sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        publication, message = PublicationId(int(found["publication"])), int(found["message"])
        target = await self._target(interaction, who, publication, MessageId(message) if message else None)
        await self._forms.enter(
            who,
            target,
            text=answers.submitted_text(interaction) or "",
            author=interaction.user.display_name,
            submission_id=interaction.id,
        )
        await answers.answer(
            interaction,
            f"Thank you. Your comment appears in <#{target.thread_id}> in a moment. To change or withdraw "
            "it, open the menu of the message there and choose Apps, then *My comment*.",
        )

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
        check_may_write(member, thread, last, interaction.created_at)
        return target

    # My comment

    async def _more_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        who = answers.viewer(interaction)
        changes = await self._publishing.show_more(who, PublicationId(int(found["publication"])))
        await answers.answer(interaction, f"{changes.added} more messages are coming to the thread.")

    async def _my_comment(self, interaction: discord.Interaction, message: discord.Message) -> None:
        mine = await self._forms.own(answers.viewer(interaction), message_id=MessageId(message.id))
        await answers.answer(
            interaction,
            rendering.own_comment(mine),
            buttons=(
                discord.ui.Button(label="Edit", custom_id=buttons.edit_form(mine.id)),
                discord.ui.Button(
                    label="Withdraw",
                    style=discord.ButtonStyle.danger,
                    custom_id=buttons.withdraw(mine.id),
                ),
            ),
        )

    async def _edit_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        mine = await self._forms.own(answers.viewer(interaction), comment_id=CommentId(int(found["comment"])))
        custom_id = buttons.edit_form(mine.id)
        await interaction.response.send_modal(
            form(custom_id, heading="Your comment as it reads now", text=mine.text)
        )

    async def _edit_sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._forms.edit(
            answers.viewer(interaction),
            CommentId(int(found["comment"])),
            text=answers.submitted_text(interaction) or "",
        )
        await answers.answer(interaction, "Your comment is changed.")

    async def _withdraw_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._forms.withdraw(answers.viewer(interaction), CommentId(int(found["comment"])))
        await answers.answer(interaction, "Your comment is withdrawn, and its text is erased.")

    # /comment

    @comment.command(name="show", description="Show a comment, what it answers, and the replies to it.")
    @app_commands.describe(wanted="Words of the comment, or the link of its message")
    @app_commands.rename(wanted="comment")
    async def show(self, interaction: discord.Interaction, wanted: str) -> None:
        """Answer with the comment, its parents, its replies and links to their messages."""
        who = answers.viewer(interaction)
        comment_id, message_id = which_comment(wanted, interaction.guild_id)
        view = await self._lookup.comment(who, comment_id=comment_id, message_id=message_id)
        await answers.answer(interaction, rendering.comment(view))

    @show.autocomplete("wanted")
    async def _comments_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        offered = await self._lookup.comments_offered(answers.viewer(interaction), typed)
        return answers.choices((rendering.comment_choice(each), f"#{each.id}") for each in offered)


def which_comment(wanted: str, guild_id: int | None) -> tuple[CommentId | None, MessageId | None]:
    """The comment or message that a member means: a choice's number, a message's id or its link.

    Raises NotFoundError for anything else, and for links into other servers.
    """
    wanted = wanted.strip()
    if number := COMMENT_NUMBER.fullmatch(wanted):
        return CommentId(int(number["comment"])), None
    message = int(wanted) if MESSAGE_ID.fullmatch(wanted) else None
    link = MESSAGE_LINK.fullmatch(wanted)
    if link and int(link["guild"]) == guild_id:
        message = int(link["message"])
    if message is None or message > LARGEST_ID:
        raise NotFoundError(
            "There is no such comment here.", remedy="Choose one from the list, or give a message's link."
        )
    return None, MessageId(message)
