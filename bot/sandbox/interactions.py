"""Interactions: what a person did with a command, a button or a form, and how the bot answers it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.sandbox import message_payloads, payloads
from bot.sandbox.applications import AUTOCOMPLETE, COMMAND, COMPONENT, FORM, Interaction
from bot.sandbox.components import checked_form
from bot.sandbox.drafts import Draft, Upload, read_draft, read_post
from bot.sandbox.errors import Json, Refused, bad_length, invalid, refusal
from bot.sandbox.mentions import set_mentions
from bot.sandbox.messages import apply_edit
from bot.sandbox.objects import (
    Application,
    Channel,
    ChannelType,
    Member,
    Message,
    MessageFlags,
    MessageType,
    Reference,
)
from bot.sandbox.permissions import EVERYTHING, Permissions
from bot.sandbox.posting import announce, compose, publish
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.world import World

ANSWER, DEFERRED_ANSWER, DEFERRED_UPDATE, UPDATE, CHOICES, SHOW_FORM = 4, 5, 6, 7, 8, 9
FIRST_ANSWER_WITHIN = timedelta(seconds=3)
"""After this an interaction is gone (interactions/receiving-and-responding)."""

TOKEN_LASTS = timedelta(minutes=15)
FILE_SIZE_LIMIT = 10 * 1024 * 1024

_ALLOWED = {
    COMMAND: {ANSWER, DEFERRED_ANSWER, SHOW_FORM},
    COMPONENT: {ANSWER, DEFERRED_ANSWER, DEFERRED_UPDATE, UPDATE, SHOW_FORM},
    AUTOCOMPLETE: {CHOICES},
    FORM: {ANSWER, DEFERRED_ANSWER, DEFERRED_UPDATE, UPDATE},
}
_ANSWER_FLAGS = (
    MessageFlags.EPHEMERAL
    | MessageFlags.SUPPRESS_EMBEDS
    | MessageFlags.SUPPRESS_NOTIFICATIONS
    | MessageFlags.COMPONENTS_V2
)


def begin(
    world: World,
    member: Member,
    channel: Channel,
    application: Application,
    kind: int,
    data: Json,
    *,
    source: Message | None = None,
    opened_by: Interaction | None = None,
) -> Interaction:
    """Tell the application what a person did."""
    _forget(world)
    interaction = Interaction(
        id=world.new_id(),
        token=secrets.token_urlsafe(48),
        application=application,
        kind=kind,
        channel=channel,
        member=member,
        created=world.now(),
        data=data,
        source=source,
        opened_by=opened_by,
    )
    world.interactions[interaction.token] = interaction
    payload = _payload(world, interaction)
    guild_id = None if channel.type is ChannelType.DM else channel.guild.id
    world.emit(Event("INTERACTION_CREATE", payload, guild_id, application_id=application.id))
    return interaction


def _forget(world: World) -> None:
    """Drop what can be answered no more and was not: completions above all, one for each letter typed."""
    over = takewhile(lambda it: world.now() - it.created > TOKEN_LASTS, world.interactions.values())
    for it in [each for each in over if each.original is None and not each.followups]:
        del world.interactions[it.token]


def _payload(world: World, it: Interaction) -> Json:
    guild = it.channel.guild
    granted = world.may(it.member, it.channel)
    bot = guild.members.get(it.application.bot.id)
    payload: Json = {
        "id": str(it.id),
        "application_id": str(it.application.id),
        "type": it.kind,
        "data": it.data,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "channel_id": str(it.channel.id),
        "channel": payloads.channel(it.channel) | {"permissions": str(int(granted))},
        "member": payloads.member(it.member) | {"permissions": str(int(granted))},
        "app_permissions": str(int(world.may(bot, it.channel) if bot else Permissions.NONE)),
        "token": it.token,
        "version": 1,
        "locale": it.member.user.locale,
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(guild.id)},
        "context": 0,
        "attachment_size_limit": FILE_SIZE_LIMIT,
    }
    if it.channel.type is ChannelType.DM:
        for name in ("guild_id", "guild", "guild_locale", "member"):
            del payload[name]
        payload |= {"user": payloads.user(it.member.user), "context": 1}
        payload["authorizing_integration_owners"] = {"0": "0"}
    if it.source is not None:
        payload["message"] = message_payloads.message(it.source, world)
    return payload


def answer(world: World, interaction_id: int, token: str, body: Json, uploads: list[Upload]) -> Interaction:
    """Take the first answer to an interaction. Raises Refused (10062, 40060, 50035)."""
    it = world.interactions.get(token)
    if it is None or it.id != interaction_id:
        raise refusal(10062)
    if it.answered_with is not None:
        raise refusal(40060)
    if world.now() - it.created > FIRST_ANSWER_WITHIN:
        raise refusal(10062)
    kind = body.get("type")
    allowed = _ALLOWED[it.kind] - ({DEFERRED_UPDATE, UPDATE} if it.source is None else set())
    if kind not in allowed:
        raise invalid("type", "BASE_TYPE_CHOICES", f"Value must be one of {tuple(sorted(allowed))}.")
    data = body.get("data") or {}
    if kind in {ANSWER, DEFERRED_ANSWER}:
        _answer_with_message(world, it, data, uploads, deferred=kind == DEFERRED_ANSWER)
    elif kind == CHOICES:
        it.choices = _checked_choices(data.get("choices") or [])
    elif kind == SHOW_FORM:
        it.form = checked_form(data)
    elif it.source is not None:
        it.original = it.source
        if kind == UPDATE:
            _edit(world, it.source, data, uploads)
    it.answered_with = kind
    world.stir()
    return it


def _answer_with_message(
    world: World, it: Interaction, data: Json, uploads: list[Upload], *, deferred: bool
) -> None:
    if deferred:
        flags = MessageFlags(data.get("flags") or 0) & MessageFlags.EPHEMERAL
        draft = Draft(flags=flags | MessageFlags.LOADING)
    else:
        draft = read_post(data, uploads, settable=_ANSWER_FLAGS)
    it.original = _post(world, it, draft, after=it.source)


def follow_up(world: World, it: Interaction, body: Json, uploads: list[Upload]) -> Message:
    """Post a further answer; the first after a deferred answer fills that. Raises Refused (10015, 50027)."""
    if it.answered_with is None:
        raise refusal(10015)
    draft = read_post(body, uploads, settable=_ANSWER_FLAGS)
    if it.loading:
        return edit_original(world, it, body, uploads)
    message = _post(world, it, draft, after=it.original)
    it.followups.append(message)
    world.stir()
    return message


def edit_original(world: World, it: Interaction, body: Json, uploads: list[Upload]) -> Message:
    """Edit the first answer, or fill it if it was deferred. Raises Refused (10008, 50006, 50035)."""
    message = original_of(it)
    _edit(world, message, body, uploads)
    it.edits += 1
    world.stir()
    return message


def original_of(it: Interaction) -> Message:
    """Return the first answer. Raises Refused (10008) if there is none or it was deleted."""
    if it.original is None or it.original.deleted:
        raise refusal(10008)
    return it.original


def answer_message(it: Interaction, message_id: int) -> Message:
    """Return one of an interaction's answers. Raises Refused (10008)."""
    for message in [it.original, *it.followups]:
        if message is not None and message.id == message_id and not message.deleted:
            return message
    raise refusal(10008)


def live(world: World, application_id: int, token: str) -> Interaction:
    """Return the interaction whose token lets a bot follow up. Raises Refused (10015, 50027)."""
    it = world.interactions.get(token)
    if it is None or it.application.id != application_id:
        raise refusal(10015)
    if world.now() - it.created > TOKEN_LASTS:
        raise refusal(50027)
    return it


def edit_answer(
    world: World, it: Interaction, message: Message, body: Json, uploads: list[Upload]
) -> Message:
    """Edit one of an interaction's answers."""
    if message is it.original:
        return edit_original(world, it, body, uploads)
    return _edit(world, message, body, uploads)


def _edit(world: World, message: Message, body: Json, uploads: list[Upload]) -> Message:
    loading = message.flags & MessageFlags.LOADING
    message.flags &= ~loading
    try:
        return apply_edit(world, message, read_draft(body, uploads), EVERYTHING)
    except Refused:
        message.flags |= loading
        raise


def _post(world: World, it: Interaction, draft: Draft, *, after: Message | None) -> Message:
    message = compose(world, it.application.bot, it.channel, draft)
    message.application_id = it.application.id
    message.interaction = it.metadata()
    if after is not None:
        message.type = MessageType.REPLY
        message.reference = Reference(it.channel.id, it.channel.guild.id, after.id)
    elif it.kind == COMMAND:
        is_slash = it.data["type"] == 1
        message.type = MessageType.CHAT_INPUT_COMMAND if is_slash else MessageType.CONTEXT_MENU_COMMAND
    set_mentions(message, draft.allowed_mentions or {"parse": ["users"]}, EVERYTHING, None)
    if MessageFlags.EPHEMERAL not in message.flags:
        return publish(world, message)
    message.addressee = it.member.user
    announce(world, "MESSAGE_CREATE", message)
    return message


def _checked_choices(choices: list[Json]) -> list[Json]:
    if len(choices) > 25:
        raise bad_length("data.choices", 0, 25)
    for place, choice in enumerate(choices):
        for key in ("name", "value"):
            if isinstance(choice[key], str) and not 1 <= len(choice[key]) <= 100:
                raise bad_length(f"data.choices.{place}.{key}", 1, 100)
    return choices
