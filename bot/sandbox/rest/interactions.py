"""Application commands, answers to interactions, and their follow-ups."""

from __future__ import annotations

from bot.sandbox import commands, interactions, message_payloads, posting
from bot.sandbox.applications import Command, Interaction
from bot.sandbox.errors import Json, refusal
from bot.sandbox.objects import Guild, Message
from bot.sandbox.rest.call import EMPTY, Call, Reply, Routes


async def list_commands(call: Call) -> Reply:
    """GET the commands of one scope."""
    found = commands.registered(call.world, call.app, _scope(call))
    return Reply([commands.without_translations(each.payload()) for each in found])


async def overwrite_commands(call: Call) -> Reply:
    """PUT all commands of one scope."""
    made = commands.overwrite_commands(call.world, call.app, _scope(call), call.items)
    return Reply([each.payload() for each in made])


async def create_command(call: Call) -> Reply:
    """POST one command."""
    command, new = commands.put_command(call.world, call.app, _scope(call), call.body)
    return Reply(command.payload(), 201 if new else 200)


async def get_command(call: Call) -> Reply:
    """GET one command."""
    return Reply(_command(call).payload())


async def edit_command(call: Call) -> Reply:
    """PATCH one command."""
    return Reply(commands.edit_command(call.world, _command(call), call.body).payload())


async def delete_command(call: Call) -> Reply:
    """DELETE one command."""
    del call.world.commands[_command(call).id]
    return EMPTY


async def answer(call: Call) -> Reply:
    """POST the first answer to an interaction."""
    it = interactions.answer(
        call.world, call.id("interaction_id"), call.path["interaction_token"], call.body, call.uploads
    )
    if call.query.get("with_response") not in {"1", "true", "True"}:
        return EMPTY
    told: Json = {
        "id": str(it.id),
        "type": it.kind,
        "channel_id": str(it.channel.id),
        "guild_id": str(it.channel.guild.id),
    }
    payload: Json = {"interaction": told}
    if it.original is not None:
        told |= {
            "response_message_id": str(it.original.id),
            "response_message_loading": it.loading,
            "response_message_ephemeral": it.original.ephemeral,
        }
        if it.answered_with in {interactions.ANSWER, interactions.UPDATE}:
            message = message_payloads.message(it.original, call.world)
            payload["resource"] = {"type": it.answered_with, "message": message}
    return Reply(payload)


async def follow_up(call: Call) -> Reply:
    """POST a further answer."""
    return _shown(call, interactions.follow_up(call.world, _live(call), call.body, call.uploads))


async def get_original(call: Call) -> Reply:
    """GET the first answer."""
    return _shown(call, interactions.original_of(_live(call)))


async def edit_original(call: Call) -> Reply:
    """PATCH the first answer."""
    return _shown(call, interactions.edit_original(call.world, _live(call), call.body, call.uploads))


async def delete_original(call: Call) -> Reply:
    """DELETE the first answer."""
    _delete(call, interactions.original_of(_live(call)))
    return EMPTY


async def get_answer(call: Call) -> Reply:
    """GET one of the answers."""
    return _shown(call, interactions.answer_message(_live(call), call.id("message_id")))


async def edit_answer(call: Call) -> Reply:
    """PATCH one of the answers."""
    it = _live(call)
    message = interactions.answer_message(it, call.id("message_id"))
    return _shown(call, interactions.edit_answer(call.world, it, message, call.body, call.uploads))


async def delete_answer(call: Call) -> Reply:
    """DELETE one of the answers."""
    _delete(call, interactions.answer_message(_live(call), call.id("message_id")))
    return EMPTY


def _scope(call: Call) -> Guild | None:
    if call.id("application_id") != call.app.id:
        raise refusal(20012)
    return call.guild if "guild_id" in call.path else None


def _command(call: Call) -> Command:
    scope = _scope(call)
    command = call.world.commands.get(call.id("command_id"))
    if command is None or command not in commands.registered(call.world, call.app, scope):
        raise refusal(10063)
    return command


def _live(call: Call) -> Interaction:
    return interactions.live(call.world, call.id("webhook_id"), call.path["webhook_token"])


def _shown(call: Call, message: Message) -> Reply:
    return Reply(message_payloads.message(message, call.world))


def _delete(call: Call, message: Message) -> None:
    posting.withdraw(call.world, message)


_GLOBAL = "/applications/{application_id}/commands"
_LOCAL = "/applications/{application_id}/guilds/{guild_id}/commands"
_WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
_COMMANDS: Routes = [
    ("GET", "", list_commands),
    ("PUT", "", overwrite_commands),
    ("POST", "", create_command),
    ("GET", "/{command_id}", get_command),
    ("PATCH", "/{command_id}", edit_command),
    ("DELETE", "/{command_id}", delete_command),
]

ROUTES: Routes = [
    *((method, _GLOBAL + rest, endpoint) for method, rest, endpoint in _COMMANDS),
    *((method, _LOCAL + rest, endpoint) for method, rest, endpoint in _COMMANDS),
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback", answer),
    ("POST", _WEBHOOK, follow_up),
    ("GET", f"{_WEBHOOK}/messages/@original", get_original),
    ("PATCH", f"{_WEBHOOK}/messages/@original", edit_original),
    ("DELETE", f"{_WEBHOOK}/messages/@original", delete_original),
    ("GET", _WEBHOOK + "/messages/{message_id}", get_answer),
    ("PATCH", _WEBHOOK + "/messages/{message_id}", edit_answer),
    ("DELETE", _WEBHOOK + "/messages/{message_id}", delete_answer),
]
