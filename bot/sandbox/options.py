"""What a person enters into a command's options, as the bot receives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import message_payloads, payloads
from bot.sandbox.commands import CHAT_INPUT, GROUP, SUBCOMMAND
from bot.sandbox.errors import Json, invalid, refusal
from bot.sandbox.objects import Channel, Member, Message, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.applications import Command
    from bot.sandbox.world import World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
_GIVEN_BY_ID = frozenset({USER, CHANNEL, ROLE, MENTIONABLE})


def chosen_options(
    world: World,
    member: Member,
    command: Command,
    path: Sequence[str],
    given: Mapping[str, object],
    *,
    focused: str | None = None,
    target: Message | Member | None = None,
) -> Json:
    """Return an interaction's data for a command. Raises Refused (50035) where the client would not send."""
    data: Json = {"id": str(command.id), "name": command.name, "type": command.type}
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    resolved: Json = {}
    if target is not None:
        data["target_id"] = str(target.id)
        _resolve(world, resolved, target, member)
    elif command.type == CHAT_INPUT:
        leaf, wrap = _descend(command, path)
        _check_known(leaf, given)
        values = [
            _value(world, member, option, given[option["name"]], resolved, focused)
            for option in leaf
            if given.get(option["name"]) is not None
        ]
        if focused is None:
            _check_required(leaf, given)
        data["options"] = values
        for name, kind in reversed(wrap):
            data["options"] = [{"name": name, "type": kind, "options": data["options"]}]
    return data | {"resolved": resolved} if resolved else data


def _descend(command: Command, path: Sequence[str]) -> tuple[list[Json], list[tuple[str, int]]]:
    options: list[Json] = command.body["options"]
    wrap = []
    for name in path:
        found = next((each for each in options if each["name"] == name), None)
        if found is None or found["type"] not in {SUBCOMMAND, GROUP}:
            raise LookupError(f"/{command.name} has no {name!r}, only {[each['name'] for each in options]}")
        wrap.append((name, found["type"]))
        options = found.get("options") or []
    if any(each["type"] in {SUBCOMMAND, GROUP} for each in options):
        raise LookupError(f"/{command.name} needs one of {[each['name'] for each in options]}")
    return options, wrap


def _check_known(leaf: list[Json], given: Mapping[str, object]) -> None:
    unknown = set(given) - {option["name"] for option in leaf}
    if unknown:
        raise LookupError(f"no such option: {sorted(unknown)}")


def _check_required(leaf: list[Json], given: Mapping[str, object]) -> None:
    for option in leaf:
        if option.get("required") and given.get(option["name"]) is None:
            raise invalid(option["name"], "BASE_TYPE_REQUIRED", "This option is required")


def _value(
    world: World, member: Member, option: Json, given: object, resolved: Json, focused: str | None
) -> Json:
    sent: Json = {"name": option["name"], "type": option["type"]}
    if option["name"] == focused:
        return sent | {"value": given, "focused": True}
    kind = option["type"]
    if kind == ATTACHMENT:
        return sent | {"value": _attach(world, resolved, str(given))}
    if kind in _GIVEN_BY_ID:
        thing = getattr(given, "member", given)
        _resolve(world, resolved, thing, member)
        return sent | {"value": str(getattr(thing, "id", thing))}
    if focused is None:
        _check_value(option, given)
    return sent | {"value": given}


def _check_value(option: Json, given: object) -> None:
    kind, name = option["type"], option["name"]
    fits = {
        STRING: isinstance(given, str),
        INTEGER: isinstance(given, int) and not isinstance(given, bool),
        BOOLEAN: isinstance(given, bool),
        NUMBER: isinstance(given, int | float),
    }
    if not fits[kind]:
        raise invalid(name, "BASE_TYPE_CONVERT", "Could not interpret the value")
    choices = option.get("choices") or []
    if choices and given not in [choice["value"] for choice in choices]:
        raise invalid(name, "BASE_TYPE_CHOICES", f"Value must be one of {[each['name'] for each in choices]}")
    if isinstance(given, str):
        _check_bounds(name, len(given), option.get("min_length"), option.get("max_length"))
    elif isinstance(given, int | float):
        _check_bounds(name, given, option.get("min_value"), option.get("max_value"))


def _check_bounds(name: str, measure: float, least: float | None, most: float | None) -> None:
    if (least is not None and measure < least) or (most is not None and measure > most):
        raise invalid(name, "NUMBER_TYPE_MAX", f"Must be between {least} and {most}")


def _resolve(world: World, resolved: Json, thing: object, member: Member) -> None:
    if isinstance(thing, Message):
        resolved.setdefault("messages", {})[str(thing.id)] = message_payloads.message(thing, world)
    elif isinstance(thing, Member):
        resolved.setdefault("users", {})[str(thing.id)] = payloads.user(thing.user)
        shown = payloads.member(thing, with_user=False) | {"permissions": "0"}
        resolved.setdefault("members", {})[str(thing.id)] = shown
    elif isinstance(thing, Channel):
        granted = str(int(world.may(member, thing)))
        resolved.setdefault("channels", {})[str(thing.id)] = payloads.channel(thing) | {
            "permissions": granted
        }
    elif isinstance(thing, Role):
        resolved.setdefault("roles", {})[str(thing.id)] = payloads.role(thing)
    else:
        raise refusal(50035)


def _attach(world: World, resolved: Json, name: str) -> str:
    number = str(world.new_id())
    resolved.setdefault("attachments", {})[number] = {
        "id": number,
        "filename": name,
        "size": 1024,
        "url": f"https://cdn.discordapp.com/ephemeral-attachments/{number}/{name}",
        "proxy_url": f"https://media.discordapp.net/ephemeral-attachments/{number}/{name}",
        "ephemeral": True,
    }
    return number
