"""Application commands: registered by bots, offered to people (interactions/application-commands)."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from bot.sandbox.applications import Command
from bot.sandbox.errors import Json, bad_length, invalid, refusal
from bot.sandbox.permissions import Permissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.objects import Application, Channel, Guild, Member
    from bot.sandbox.world import World

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
BOT_DM = 1
"""The context of direct messages with the bot."""
_LIMITS = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
_TOTAL_LIMIT = 8000
_NAME = re.compile(r"[-_'\w]{1,32}")


def without_translations(listed: Json) -> Json:
    """A command as it is listed unless its translations are asked for (application-commands, Get Commands)."""
    kept = {
        key: value
        for key, value in listed.items()
        if key not in {"name_localizations", "description_localizations"}
    }
    for key in kept.keys() & {"options", "choices"}:
        kept[key] = [without_translations(each) for each in kept[key] or []]
    return kept


def registered(world: World, app: Application, guild: Guild | None) -> list[Command]:
    """Return an application's commands of one scope, in the order they were made."""
    scope = guild.id if guild else None
    return [
        each for each in world.commands.values() if each.application_id == app.id and each.guild_id == scope
    ]


def overwrite_commands(
    world: World, app: Application, guild: Guild | None, bodies: list[Json]
) -> list[Command]:
    """Replace all commands of one scope; those whose kind and name stay keep their id. Raises Refused."""
    checked = [_checked(body, str(place)) for place, body in enumerate(bodies)]
    names = [(body["type"], body["name"]) for body in checked]
    if len(set(names)) != len(names):
        raise invalid(
            "0.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
        )
    for kind, limit in _LIMITS.items():
        if sum(each == kind for each, _ in names) > limit:
            raise refusal(30032)
    known = {(each.type, each.name): each for each in registered(world, app, guild)}
    for each in known.values():
        del world.commands[each.id]
    return [_keep(world, app, guild, body, known.get((body["type"], body["name"]))) for body in checked]


def put_command(world: World, app: Application, guild: Guild | None, body: Json) -> tuple[Command, bool]:
    """Create one command, or overwrite that of its kind and name; say whether it is new. Raises Refused."""
    checked = _checked(body)
    known = {(each.type, each.name): each for each in registered(world, app, guild)}
    old = known.get((checked["type"], checked["name"]))
    if old is None and sum(kind == checked["type"] for kind, _ in known) >= _LIMITS[checked["type"]]:
        raise refusal(30032)
    return _keep(world, app, guild, checked, old), old is None


def edit_command(world: World, command: Command, body: Json) -> Command:
    """Change some fields of a command. Raises Refused."""
    command.body = _checked(command.body | body)
    command.version = world.new_id()
    return command


def find_command(world: World, guild: Guild, kind: int, name: str) -> Command | None:
    """Return the command that a person in the guild means by a name."""
    found = [
        each
        for each in world.commands.values()
        if each.type == kind
        and each.name == name
        and each.guild_id in {None, guild.id}
        and world.applications[each.application_id].bot.id in guild.members
    ]
    return max(found, key=lambda each: each.guild_id is not None, default=None)


def offered(world: World, member: Member, channel: Channel, kind: int) -> list[Command]:
    """Return the commands of a kind that a member may run in a channel."""
    return [
        each
        for each in world.commands.values()
        if each.type == kind
        and each.guild_id in {None, member.guild.id}
        and may_run(world, member, each, channel)
    ]


def may_run(world: World, member: Member, command: Command, channel: Channel) -> bool:
    """Whether a member may run a command in a channel, as far as its default permissions go."""
    if not world.sees(member, channel):
        return False
    if channel.recipient is not None and not _is_for_direct(command):
        return False
    granted = world.may(member, channel)
    if Permissions.USE_APPLICATION_COMMANDS not in granted:
        return False
    needed = command.body["default_member_permissions"]
    # "0" is for administrators alone, who have every permission.
    return needed is None or (Permissions(int(needed)) or Permissions.ADMINISTRATOR) in granted


def _is_for_direct(command: Command) -> bool:
    """Whether a command is there in the direct messages with its bot: a server's own is not."""
    contexts = command.body["contexts"]
    allowed = command.body["dm_permission"] if contexts is None else BOT_DM in contexts
    return command.guild_id is None and bool(allowed)


def _keep(world: World, app: Application, guild: Guild | None, body: Json, old: Command | None) -> Command:
    command = Command(
        id=old.id if old else world.new_id(),
        application_id=app.id,
        guild_id=guild.id if guild else None,
        version=old.version if old and old.body == body else world.new_id(),
        body=body,
    )
    world.commands[command.id] = command
    return command


def _checked(body: Json, path: str = "") -> Json:
    prefix = f"{path}." if path else ""
    kind = body.get("type") or CHAT_INPUT
    for name in (body.get("name"), *(body.get("name_localizations") or {}).values()):
        _check_name(name, f"{prefix}name", slash=kind == CHAT_INPUT)
    options = copy.deepcopy(body.get("options") or [])
    if kind == CHAT_INPUT:
        _check_description(body, prefix)
        _check_options(options, f"{prefix}options")
        if sum(map(len, _texts([body]))) > _TOTAL_LIMIT:
            raise invalid(
                f"{prefix}options",
                "APPLICATION_COMMAND_TOO_LARGE",
                f"Command exceeds maximum size ({_TOTAL_LIMIT})",
            )
    permissions = body.get("default_member_permissions")
    return {
        "type": kind,
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": (body.get("description") or "") if kind == CHAT_INPUT else "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": bool(body.get("dm_permission", True)),
        "contexts": body.get("contexts"),
        "integration_types": body.get("integration_types") or [0],
        "nsfw": bool(body.get("nsfw")),
        "options": options,
    }


def _check_options(options: list[Json], path: str) -> None:
    if len(options) > 25:
        raise bad_length(path, 0, 25)
    optional_seen = False
    for place, option in enumerate(options):
        here = f"{path}.{place}"
        _check_name(option.get("name"), f"{here}.name", slash=True)
        _check_description(option, f"{here}.")
        _check_choices(option, here)
        if option["type"] in {SUBCOMMAND, GROUP}:
            _check_options(option.get("options") or [], f"{here}.options")
        elif option.get("required") and optional_seen:
            raise invalid(
                here,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")


def _check_choices(option: Json, path: str) -> None:
    choices = option.get("choices") or []
    if len(choices) > 25:
        raise bad_length(f"{path}.choices", 0, 25)
    for place, choice in enumerate(choices):
        if not 1 <= len(choice["name"]) <= 100:
            raise bad_length(f"{path}.choices.{place}.name", 1, 100)


def _check_name(name: object, path: str, *, slash: bool) -> None:
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        raise bad_length(path, 1, 32)
    if slash and (name != name.lower() or not _NAME.fullmatch(name)):
        raise invalid(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_description(body: Json, prefix: str) -> None:
    translations = (body.get("description_localizations") or {}).values()
    for description in (body.get("description") or "", *translations):
        if not 1 <= len(description) <= 100:
            raise bad_length(f"{prefix}description", 1, 100)


def _texts(parts: list[Json]) -> Iterator[str]:
    for part in parts:
        yield part.get("name") or ""
        yield part.get("description") or ""
        for choice in part.get("choices") or []:
            yield choice["name"]
            yield str(choice["value"])
        yield from _texts(part.get("options") or [])
