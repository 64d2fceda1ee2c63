"""What somebody sees, as the page is told it: the server, its channels, messages and commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import commands, granting, message_payloads
from bot.sandbox.messages import read_messages
from bot.sandbox.objects import ChannelType, Message, Thread
from bot.sandbox.page import direct
from bot.sandbox.permissions import Permissions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Application, Attachment, Channel
    from bot.sandbox.page.direct import ReadMarks
    from bot.sandbox.people import Person
    from bot.sandbox.world import World

WINDOW = 50
"""How many messages the page asks for at once."""


def person(who: Person) -> Json:
    """Somebody whose place one can take."""
    granted = granting.in_guild(who.member, who.world.now())
    return {
        "id": str(who.id),
        "name": who.name,
        "moderator": Permissions.MANAGE_MESSAGES in granted,
        "locale": who.member.user.locale,
    }


def server(who: Person, people: Sequence[Person], app: Application, marks: ReadMarks) -> Json:
    """All that stands around the messages, for one person."""
    guild = who.member.guild
    return {
        "id": str(guild.id),
        "name": guild.name,
        "me": str(who.id),
        "people": [person(each) for each in people],
        "names": {
            str(member.id): member.nick or member.user.display_name for member in guild.members.values()
        },
        "roles": {str(role.id): role.name for role in guild.roles.values()},
        "bot": {"id": str(app.bot.id), "name": app.name},
        "channels": channels(who, marks),
    }


def channels(who: Person, marks: ReadMarks) -> list[Json]:
    """The channels that somebody sees, each followed by its threads, newest first; then their direct messages."""
    guild = who.member.guild
    seen = sorted(filter(who.sees, guild.channels.values()), key=lambda each: each.position)
    threads = sorted(filter(who.sees, guild.threads.values()), key=lambda each: -each.id)
    listed = [
        channel(who, each)
        for parent in seen
        for each in (parent, *(thread for thread in threads if thread.parent is parent))
    ]
    return listed + direct.channels(who, marks)


def channel(who: Person, it: Channel) -> Json:
    """A channel or thread with what somebody may do there."""
    granted = who.world.may(who.member, it)
    moderates = Permissions.MANAGE_MESSAGES in granted
    view: Json = {
        "id": str(it.id),
        "kind": "forum" if it.type is ChannelType.FORUM else "thread" if it.is_thread else "text",
        "type": int(it.type),
        "name": it.name,
        "topic": it.topic,
        "last": str(it.last_message_id or it.id),
        "slow": 0 if moderates else it.slow_mode,
        "writes": _may_write(granted, it),
        "moderates": moderates,
        "threads": Permissions.CREATE_PUBLIC_THREADS in granted and not it.is_thread,
    }
    if isinstance(it, Thread):
        view |= {
            "parent": str(it.parent.id),
            "count": it.message_count,
            "archived": it.archived,
            "locked": it.locked,
        }
    return view


def _may_write(granted: Permissions, it: Channel) -> bool:
    if isinstance(it, Thread):
        barred = it.locked and Permissions.MANAGE_THREADS not in granted
        return Permissions.SEND_MESSAGES_IN_THREADS in granted and not barred
    return Permissions.SEND_MESSAGES in granted and it.type is not ChannelType.FORUM


def message(world: World, it: Message) -> Json:
    """A message as Discord's API writes it, and for an answer which command it answers."""
    return message_payloads.message(it, world) | asked_by(world, it.interaction)


def reactions(who: Person, it: Channel | None, message_id: str) -> Json:
    """The reactions to a message, with which of them are somebody's own."""
    found = it.messages.get(int(message_id)) if it is not None else None
    if found is None:
        return {}
    return {"reactions": message_payloads.message(found, who.world, reader_id=who.id).get("reactions", [])}


def asked_by(world: World, metadata: Json | None) -> Json:
    """The command that a message answers, as the page writes above it."""
    if metadata is None:
        return {}
    found = next((each for each in world.interactions.values() if str(each.id) == metadata["id"]), None)
    if found is None or found.kind != 2:
        return {}
    words = [found.data["name"]]
    options = found.data.get("options") or []
    while options and options[0]["type"] in {commands.SUBCOMMAND, commands.GROUP}:
        words.append(options[0]["name"])
        options = options[0].get("options") or []
    return {"asked": ("/" if found.data["type"] == commands.CHAT_INPUT else "") + " ".join(words)}


def history(
    who: Person,
    it: Channel,
    dismissed: Collection[int],
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
) -> Json:
    """A stretch of a channel's messages, oldest first, with the answers that only this person sees."""
    if it.type is ChannelType.FORUM:
        return {"messages": [], "older": False, "newer": False}
    page = read_messages(who.world, who.member, it, before=before, after=after, around=around, limit=WINDOW)[
        ::-1
    ]
    ids = it.messages.keys()
    oldest = page[0].id if page else before or 0
    newest = page[-1].id if page else after or 0
    older = any(each < oldest for each in ids) if page else False
    newer = any(each > newest for each in ids) if page else False
    floor = oldest if older else 0
    private = [
        each
        for each in answers_to(who, it)
        if each.id not in dismissed
        and each.id > (after or floor)
        and (each.id < newest if newer else before is None or each.id < before)
    ]
    shown = sorted([*page, *private], key=lambda each: each.id)
    messages = [message(who.world, each) | reactions(who, it, str(each.id)) for each in shown]
    return {"messages": messages, "older": older, "newer": newer}


def answers_to(who: Person, it: Channel) -> Iterator[Message]:
    """The ephemeral answers that somebody has got in a channel and the bot has not taken back."""
    for interaction in who.world.interactions.values():
        if interaction.member is who.member and interaction.channel is it:
            for each in (interaction.original, *interaction.followups):
                # What a press has changed is the message under which it was made, and was that press's answer before.
                if (
                    each is not None
                    and each.ephemeral
                    and not each.deleted
                    and each is not interaction.source
                ):
                    yield each


def file(world: World, channel_id: int, number: int) -> Attachment | None:
    """A file of a message in a channel, or of an answer given there; as on Discord, whoever has its address may."""
    place = world.channels.get(channel_id)
    if place is None:
        return None
    answers = (
        each
        for it in world.interactions.values()
        if it.channel is place
        for each in (it.original, *it.followups)
    )
    messages = (
        each for each in (*place.messages.values(), *answers) if each is not None and not each.deleted
    )
    return next((each for it in messages for each in it.attachments if each.id == number), None)


def offered(who: Person, it: Channel) -> Json:
    """The slash commands that somebody may run in a channel, each subcommand by its full name, and the menus."""
    guild, locale = who.member.guild, who.member.user.locale
    slash: list[Json] = []
    for name in who.offered(it):
        command = commands.find_command(who.world, guild, commands.CHAT_INPUT, name)
        if command is not None:
            slash += _leaves(command.name, _localised(command.body, locale))
    menus = who.offered(it, "message")
    found = (commands.find_command(who.world, guild, commands.MESSAGE_MENU, name) for name in menus)
    labels = [_localised(each.body, locale)["label"] for each in found if each is not None]
    return {"slash": slash, "menus": menus, "labels": labels}


def _localised(it: Json, locale: str) -> Json:
    """A command, option or choice as Discord shows it to who uses it in a language; `label` is its name there."""
    own = {"label": (it.get("name_localizations") or {}).get(locale) or it["name"]}
    if "description" in it:
        own["description"] = (it.get("description_localizations") or {}).get(locale) or it["description"]
    nested = ("options", "choices")
    return it | own | {key: [_localised(each, locale) for each in it[key]] for key in nested if it.get(key)}


def _leaves(name: str, body: Json) -> Iterator[Json]:
    options = body.get("options") or []
    nested = [each for each in options if each["type"] in {commands.SUBCOMMAND, commands.GROUP}]
    if not nested:
        yield {"name": name, "description": body["description"], "options": options}
    for each in nested:
        yield from _leaves(f"{name} {each['name']}", each)
