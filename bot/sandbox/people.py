"""People: what a member does in Discord's client, refused where the client would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import applications, commands, interactions, messages, pins, reactions, starting, threads
from bot.sandbox.answers import Answer, await_answer
from bot.sandbox.components import BUTTON, ROW, walk
from bot.sandbox.direct import find_direct
from bot.sandbox.drafts import Upload, read_draft, read_post
from bot.sandbox.errors import Json, refusal
from bot.sandbox.forms import filled_in
from bot.sandbox.objects import Application, Channel, Member, Message, Thread
from bot.sandbox.options import chosen_options
from bot.sandbox.permissions import Permissions
from bot.sandbox.world import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.sandbox.applications import Command, Interaction
    from bot.sandbox.world import World

_KINDS = {"slash": commands.CHAT_INPUT, "user": commands.USER_MENU, "message": commands.MESSAGE_MENU}


class Person:
    """A member of a server, at their client. Every act raises Refused where Discord would not let them."""

    def __init__(self, world: World, member: Member) -> None:
        self.world = world
        self.member = member

    @property
    def id(self) -> int:
        """The user's id."""
        return self.member.user.id

    @property
    def name(self) -> str:
        """The name others see."""
        return self.member.nick or self.member.user.display_name

    def can(self, permission: Permissions, channel: Channel) -> bool:
        """Whether they may do something in a channel."""
        return permission in self.world.may(self.member, channel)

    def sees(self, channel: Channel) -> bool:
        """Whether a channel is in their list."""
        return self.world.sees(self.member, channel)

    # Messages

    async def say(
        self,
        channel: Channel,
        text: str = "",
        *,
        attachments: Sequence[str] = (),
        stickers: Sequence[str] = (),
        poll: tuple[str, Sequence[str]] | None = None,
    ) -> Message:
        """Post a message; attachments and stickers by name, a poll as its question and answers."""
        return self._send(channel, _body(text, stickers, poll), attachments)

    async def reply(
        self, message: Message, text: str, *, ping: bool = True, attachments: Sequence[str] = ()
    ) -> Message:
        """Reply to a message, where it stands."""
        body = {
            "content": text,
            "message_reference": {"message_id": str(message.id)},
            "allowed_mentions": {"parse": ["users", "roles", "everyone"], "replied_user": ping},
        }
        return self._send(message.channel, body, attachments)

    async def forward(self, message: Message, to: Channel) -> Message:
        """Forward a message to another channel."""
        reference = {"type": 1, "channel_id": str(message.channel.id), "message_id": str(message.id)}
        return self._send(to, {"message_reference": reference})

    async def edit(self, message: Message, text: str) -> Message:
        """Edit a message of one's own."""
        pinged = any(f"<@{who.id}>" not in message.content for who in message.mentions)
        allowed = {"parse": ["users", "roles", "everyone"], "replied_user": pinged}
        draft = read_draft({"content": text, "allowed_mentions": allowed})
        return messages.edit_message(self.world, self.member, message, draft)

    async def delete(self, message: Message) -> None:
        """Delete a message."""
        messages.delete_message(self.world, self.member, self.world.message(message.channel, message.id))

    async def bulk_delete(self, found: Sequence[Message]) -> None:
        """Delete messages of one channel at once (people do it through a bot, which acts for them)."""
        messages.bulk_delete(self.world, self.member, found[0].channel, [message.id for message in found])

    async def pin(self, message: Message) -> None:
        """Pin a message."""
        pins.pin(self.world, self.member, message)

    async def unpin(self, message: Message) -> None:
        """Unpin a message."""
        pins.unpin(self.world, self.member, message)

    def direct_messages(self, app: Application) -> list[Message]:
        """What an application's bot and they have written each other, oldest first."""
        channel = find_direct(self.world, app.bot, self.member.user)
        return list(channel.messages.values()) if channel else []

    async def react(self, message: Message, emoji: str) -> None:
        """React to a message."""
        reactions.add_reaction(self.world, self.member, message, emoji)

    async def unreact(self, message: Message, emoji: str) -> None:
        """Take back a reaction."""
        reactions.remove_reaction(self.world, self.member, message, emoji, self.id)

    async def clear_reactions(self, message: Message, emoji: str | None = None) -> None:
        """Remove all reactions from a message, or those with one emoji, as a moderator."""
        reactions.clear_reactions(self.world, self.member, message, emoji)

    def read(self, channel: Channel) -> list[Message]:
        """Return what they see in a channel, oldest first, without ephemeral messages."""
        found = messages.read_messages(self.world, self.member, channel, limit=len(channel.messages) or 1)
        return found[::-1]

    # Threads

    async def open_thread(self, where: Message | Channel, name: str, *, private: bool = False) -> Thread:
        """Start a thread on a message, or in a channel one of its own."""
        if isinstance(where, Message):
            return starting.start_from_message(self.world, self.member, where, {"name": name})
        body = {"name": name, "type": 12 if private else 11}
        return starting.start_without_message(self.world, self.member, where, body)

    async def post(self, forum: Channel, title: str, text: str, *, tags: Sequence[str] = ()) -> Thread:
        """Start a forum post; tags by name."""
        ids = {tag.name: str(tag.id) for tag in forum.tags}
        body = {"name": title, "applied_tags": [ids[tag] for tag in tags]}
        draft = read_post({"content": text})
        return starting.start_post(self.world, self.member, forum, body, draft)[0]

    async def change_thread(self, thread: Thread, **changes: object) -> Thread:
        """Change a thread: `archived`, `locked`, `name`, `rate_limit_per_user`, ..."""
        return threads.edit_thread(self.world, self.member, thread, changes)

    async def delete_thread(self, thread: Thread) -> None:
        """Delete a thread."""
        threads.delete_thread(self.world, self.member, thread)

    async def invite(self, thread: Thread, other: Person) -> None:
        """Add somebody to a thread."""
        self.world.reach(self.member, thread)
        threads.join(self.world, thread, other.id)

    # Commands, buttons, forms

    def offered(self, channel: Channel, kind: str = "slash") -> list[str]:
        """Return the names of the commands they may run in a channel: slash, user or message ones."""
        found = commands.offered(self.world, self.member, channel, _KINDS[kind])
        return sorted({each.name for each in found})

    async def command(
        self, name: str, /, *, here: Channel, patience: float = PATIENCE, **options: object
    ) -> Answer:
        """Run a slash command such as `article post`, typed `here`; members and channels as themselves.

        Returns once there is something to read: after a deferred answer, when it is filled. Raises NoAnswer.
        """
        command, application = self._command(commands.CHAT_INPUT, name.split()[0], here)
        data = chosen_options(self.world, self.member, command, name.split()[1:], options)
        return await self._act(application, applications.COMMAND, here, data, patience)

    async def autocomplete(
        self, name: str, focused: str, typed: str, /, *, here: Channel, **options: object
    ) -> list[tuple[str, object]]:
        """Type into an option and return what is offered, as names and values."""
        command, application = self._command(commands.CHAT_INPUT, name.split()[0], here)
        data = chosen_options(
            self.world, self.member, command, name.split()[1:], options | {focused: typed}, focused=focused
        )
        answer = await self._act(application, applications.AUTOCOMPLETE, here, data, 0)
        return [(choice["name"], choice["value"]) for choice in answer.interaction.choices]

    async def menu(
        self, target: Message | Person, name: str, *, here: Channel | None = None, patience: float = PATIENCE
    ) -> Answer:
        """Choose an application's entry from the context menu of a message, or of a person seen `here`."""
        kind = commands.MESSAGE_MENU if isinstance(target, Message) else commands.USER_MENU
        place = target.channel if isinstance(target, Message) else here
        if place is None:
            raise ValueError("a person's menu opens in a channel")
        command, application = self._command(kind, name, place)
        data = chosen_options(
            self.world,
            self.member,
            command,
            [],
            {},
            target=target if isinstance(target, Message) else target.member,
        )
        return await self._act(application, applications.COMMAND, place, data, patience)

    async def press(
        self,
        message: Message | Answer,
        control: str,
        *,
        values: Sequence[object] = (),
        patience: float = PATIENCE,
    ) -> Answer:
        """Press a button, or choose from a select, found by its label, placeholder or custom id. Raises NoAnswer."""
        source = message.message if isinstance(message, Answer) else message
        component = self._control(source, control)
        data: Json = {
            "custom_id": component["custom_id"],
            "component_type": component["type"],
            "id": component["id"],
        }
        if component["type"] != BUTTON:
            data["values"] = [str(getattr(value, "id", value)) for value in values]
        application = self._application_of(source)
        return await self._act(
            application, applications.COMPONENT, source.channel, data, patience, source=source
        )

    async def fill_in(
        self, form: Answer, fields: str | Mapping[str, object], *, patience: float = PATIENCE
    ) -> Answer:
        """Fill in and send a form; fields by label or custom id, or the text of its only field. Raises NoAnswer."""
        opened_by = form.interaction
        data = filled_in(form.form, fields)
        return await self._act(
            opened_by.application,
            applications.FORM,
            opened_by.channel,
            data,
            patience,
            source=opened_by.source,
            opened_by=opened_by,
        )

    async def _act(
        self,
        application: Application,
        kind: int,
        channel: Channel,
        data: Json,
        patience: float,
        *,
        source: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> Answer:
        it = interactions.begin(
            self.world, self.member, channel, application, kind, data, source=source, opened_by=opened_by
        )
        return await await_answer(self.world, it, patience)

    def _send(self, channel: Channel, body: Json, attachments: Iterable[str] = ()) -> Message:
        uploads = [Upload(name, size=1024) for name in attachments]
        return messages.create_message(self.world, self.member, channel, read_post(body, uploads))

    def _command(self, kind: int, name: str, channel: Channel) -> tuple[Command, Application]:
        command = commands.find_command(self.world, self.member.guild, kind, name)
        if command is None:
            raise refusal(10063)
        if not commands.may_run(self.world, self.member, command, channel):
            raise refusal(50013)
        return command, self.world.applications[command.application_id]

    def _control(self, message: Message, control: str) -> Json:
        if message.deleted or (message.addressee not in {None, self.member.user}):
            raise refusal(10008)
        self.world.reach(self.member, message.channel)
        for each in walk(message.components):
            if "custom_id" in each and control in {
                each["custom_id"],
                each.get("label"),
                each.get("placeholder"),
            }:
                if each.get("disabled"):
                    raise refusal(50013)
                return each
        shown = [
            each.get("label") or each.get("custom_id")
            for each in walk(message.components)
            if each["type"] != ROW
        ]
        raise LookupError(f"no {control!r} on the message, only {shown}")

    def _application_of(self, message: Message) -> Application:
        for app in self.world.applications.values():
            if app.bot is message.author:
                return app
        raise LookupError("the message is not an application's")


def _body(text: str, stickers: Sequence[str], poll: tuple[str, Sequence[str]] | None) -> Json:
    body: Json = {"content": text}
    if poll is not None:
        question, answers = poll
        body["poll"] = {
            "question": {"text": question},
            "answers": [{"poll_media": {"text": each}} for each in answers],
        }
    if stickers:
        body["sticker_ids"] = list(stickers)
    return body
