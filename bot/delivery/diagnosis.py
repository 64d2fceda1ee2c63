"""Looking an installation over, from here to Discord. Nothing is changed, and the bot may run meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp
import discord
from discord.http import Route

from bot.delivery.checks import Check, State, failed, fine
from bot.delivery.command_sync import Description
from bot.delivery.discord_checks import (
    check_channels,
    check_commands,
    check_connection,
    check_servers,
    check_switches,
)
from bot.delivery.endpoint import logged_in, required_token
from bot.delivery.local_checks import check_disk, check_settings_file, check_storage, check_versions
from bot.errors import OpedError
from bot.settings import Settings
from bot.store.database import Database, database_path
from bot.store.publications import Publications

Describe = Callable[[Database], Awaitable[Sequence[Description]]]
"""Tells, given a database, how this version of the bot describes its commands to Discord."""


async def diagnose(settings: Settings, settings_file: Path, describe: Describe) -> list[Check]:
    """Everything that can be checked, in the order in which a person would mend it."""
    storage = await check_storage(settings.database_url)
    checks = [
        check_versions(),
        check_settings_file(settings_file),
        check_disk(database_path(settings.database_url)),
        *storage,
        *await check_connection(settings.discord_api_url or Route.BASE),
    ]
    if any(check.name == "network" and check.state is State.FAILURE for check in checks):
        return checks
    sound = storage[0].name == "database" and storage[0].state is State.OK
    return checks + await _ask(settings, describe if sound else None)


async def _ask(settings: Settings, describe: Describe | None) -> list[Check]:
    """What only Discord can tell; without `describe` the database is not to be read."""
    checks: list[Check] = []
    try:
        async with logged_in(required_token(settings), settings.discord_api_url) as client:
            checks.append(fine("token", f"Discord accepts it, as that of {client.user}."))
            if client.application is not None:
                checks += check_switches(client.application)
            found, servers = await check_servers(client, settings.guilds)
            checks += servers
            if describe is None:
                return checks
            async with Database.open(settings.database_url, read_only=True) as database:
                checks.append(await check_commands(client, await describe(database)))
                publications = await Publications(database).not_retired()
            checks += await check_channels(client, found, publications)
    except OpedError as error:
        checks.append(failed("discord" if checks else "token", error))
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        sentence = f"A question to Discord went wrong ({error})."
        checks.append(Check("discord", State.FAILURE, sentence, "Try again in a while."))
    return checks
