"""Whether Discord has our commands as we have them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import app_commands

Description = dict[str, Any]
"""A command as Discord is told of it."""

_NOT_TOLD = {"dm_permission", "name_localizations", "description_localizations"}
"""What Discord's list of commands has as it likes: what it works out from our contexts, and all translations."""


async def descriptions(tree: app_commands.CommandTree[Any]) -> list[Description]:
    """All commands of a tree with their translations, in an order that depends on them alone."""
    translator = tree.translator
    payloads = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in tree.get_commands()
    ]
    return sorted(payloads, key=lambda each: (each["type"], each["name"]))


def fingerprint(ours: Sequence[Description]) -> str:
    """A hash that changes whenever a command does."""
    return hashlib.sha256(json.dumps(ours, sort_keys=True).encode()).hexdigest()


async def out_of_date(client: discord.Client, ours: Sequence[Description]) -> list[str]:
    """The names of commands that Discord lacks, has otherwise, or has though we do not."""
    theirs = {
        (each["type"], each["name"]): each
        for each in await client.http.get_global_commands(client.application_id or 0)
    }
    wrong = {name for _, name in theirs.keys() - {(each["type"], each["name"]) for each in ours}}
    wrong |= {
        each["name"] for each in ours if not _agrees(each, theirs.get((each["type"], each["name"]), {}))
    }
    return sorted(wrong)


def _agrees(ours: object, theirs: object) -> bool:
    """Whether Discord's description says what ours does; it has fields more, with what they are by default."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_agrees(value, theirs.get(key)) for key, value in ours.items() if key not in _NOT_TOLD)
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return all(map(_agrees, _sorted(ours), _sorted(theirs)))
    # Null leaves it to Discord, which also writes permissions as text and leaves out what is false or empty.
    return ours is None or (not ours and not theirs) or str(ours) == str(theirs)


def _sorted(values: Iterable[Any]) -> list[Any]:
    """Sets, such as contexts, come in any order; options keep theirs, which members see."""
    found = list(values)
    return found if any(isinstance(each, dict) for each in found) else sorted(found)
