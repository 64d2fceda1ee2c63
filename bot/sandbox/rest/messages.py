"""Messages and reactions."""

from __future__ import annotations

from bot.sandbox import message_payloads, messages, payloads, pins, reactions
from bot.sandbox.clock import iso
from bot.sandbox.drafts import read_draft, read_post
from bot.sandbox.errors import Json, refusal
from bot.sandbox.objects import Message
from bot.sandbox.permissions import Permissions
from bot.sandbox.privacy import without_content
from bot.sandbox.rest.call import EMPTY, Call, Reply, Routes


def shown(call: Call, message: Message) -> Json:
    """Return a message as the asking bot may see it: over REST the portal's switch decides."""
    payload = message_payloads.message(message, call.world, reader_id=call.app.bot.id)
    return payload if call.app.message_content else without_content(payload, call.app.bot.id)


async def list_messages(call: Call) -> Reply:
    """GET a page of history."""
    page = messages.read_messages(
        call.world,
        call.me,
        call.channel,
        before=call.mark("before"),
        after=call.mark("after"),
        around=call.mark("around"),
        limit=call.limit(50),
    )
    return Reply([shown(call, message) for message in page])


async def get_message(call: Call) -> Reply:
    """GET one message."""
    call.world.reach(call.me, call.channel, Permissions.READ_MESSAGE_HISTORY)
    return Reply(shown(call, call.message))


async def create_message(call: Call) -> Reply:
    """POST a message."""
    draft = read_post(call.body, call.uploads)
    message = messages.create_message(call.world, call.me, call.channel, draft)
    payload = shown(call, message)
    return Reply(payload if message.nonce is None else payload | {"nonce": message.nonce})


async def edit_message(call: Call) -> Reply:
    """PATCH a message."""
    call.world.reach(call.me, call.channel)
    draft = read_draft(call.body, call.uploads)
    return Reply(shown(call, messages.edit_message(call.world, call.me, call.message, draft)))


async def delete_message(call: Call) -> Reply:
    """DELETE a message."""
    call.world.reach(call.me, call.channel)
    messages.delete_message(call.world, call.me, call.message)
    return EMPTY


async def bulk_delete(call: Call) -> Reply:
    """POST the ids of messages to delete at once."""
    ids = [int(each) for each in call.body.get("messages") or []]
    messages.bulk_delete(call.world, call.me, call.channel, ids)
    return EMPTY


async def add_reaction(call: Call) -> Reply:
    """PUT the bot's reaction."""
    reactions.add_reaction(call.world, call.me, call.message, call.path["emoji_name"])
    return EMPTY


async def remove_reaction(call: Call) -> Reply:
    """DELETE the bot's or another's reaction."""
    user_id = call.app.bot.id if "user_id" not in call.path else call.id("user_id")
    reactions.remove_reaction(call.world, call.me, call.message, call.path["emoji_name"], user_id)
    return EMPTY


async def clear_reactions(call: Call) -> Reply:
    """DELETE all reactions, or those with one emoji."""
    reactions.clear_reactions(call.world, call.me, call.message, call.path.get("emoji_name"))
    return EMPTY


async def list_reactions(call: Call) -> Reply:
    """GET who reacted with an emoji."""
    call.world.reach(call.me, call.channel, Permissions.READ_MESSAGE_HISTORY)
    users = call.message.reactions.get(call.path["emoji_name"])
    if users is None:
        raise refusal(10014)
    after = call.mark("after") or 0
    found = sorted(each for each in users if each > after)[: call.limit(25)]
    return Reply([payloads.user(call.world.users[each]) for each in found])


async def list_pins(call: Call) -> Reply:
    """GET the pinned messages of a channel, the last pinned first."""
    call.world.reach(call.me, call.channel, Permissions.READ_MESSAGE_HISTORY)
    found = pins.pinned(call.channel)
    items = [
        {"pinned_at": iso(each.pinned_at), "message": shown(call, each)} for each in found if each.pinned_at
    ]
    limit = call.limit(50, 50)
    return Reply({"items": items[:limit], "has_more": len(items) > limit})


async def pin_message(call: Call) -> Reply:
    """PUT a message among the pinned ones."""
    pins.pin(call.world, call.me, call.message)
    return EMPTY


async def unpin_message(call: Call) -> Reply:
    """DELETE a message from among the pinned ones."""
    pins.unpin(call.world, call.me, call.message)
    return EMPTY


async def typing(call: Call) -> Reply:
    """POST that the bot is typing."""
    call.world.reach(call.me, call.channel)
    return EMPTY


_MESSAGES = "/channels/{channel_id}/messages"
_REACTIONS = _MESSAGES + "/{message_id}/reactions/{emoji_name}"

ROUTES: Routes = [
    ("GET", _MESSAGES, list_messages),
    ("POST", _MESSAGES, create_message),
    ("POST", f"{_MESSAGES}/bulk-delete", bulk_delete),
    ("GET", f"{_MESSAGES}/pins", list_pins),
    ("PUT", _MESSAGES + "/pins/{message_id}", pin_message),
    ("DELETE", _MESSAGES + "/pins/{message_id}", unpin_message),
    ("GET", _MESSAGES + "/{message_id}", get_message),
    ("PATCH", _MESSAGES + "/{message_id}", edit_message),
    ("DELETE", _MESSAGES + "/{message_id}", delete_message),
    ("GET", _REACTIONS, list_reactions),
    ("DELETE", _REACTIONS, clear_reactions),
    ("DELETE", f"{_MESSAGES}/{{message_id}}/reactions", clear_reactions),
    ("PUT", f"{_REACTIONS}/@me", add_reaction),
    ("DELETE", f"{_REACTIONS}/@me", remove_reaction),
    ("DELETE", _REACTIONS + "/{user_id}", remove_reaction),
    ("POST", "/channels/{channel_id}/typing", typing),
]
