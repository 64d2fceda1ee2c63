"""Servers: the language in which Oped speaks in their channels, and what they decide for themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from bot.discussion.access import Viewer, moderates
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.language import speaking
from bot.model import Action, ChannelId, GuildId, NewEntry, RoleId, Server, UserId
from bot.store.database import Database, Reader, Transaction
from bot.store.servers import Servers
from bot.store.trail import Trail


@asynccontextmanager
async def in_language_of(reader: Reader, guild: GuildId) -> AsyncIterator[None]:
    """Speak a server's language inside the block: what stands in a channel is for everybody who reads it."""
    with speaking(await Servers(reader).language(guild)):
        yield


class ServerLanguages:
    """What Discord says each server speaks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, locales: Mapping[GuildId, str]) -> None:
        """Remember the locales of some servers; each counts where the server has not chosen a language itself."""
        known = await Servers(self._database).locales(locales)
        new = {guild: locale for guild, locale in locales.items() if known.get(guild) != locale}
        if new:
            async with self._database.transaction() as tx:
                await Servers(tx).note_locales(tx, new)


class Part(IntEnum):
    """The part somebody has in a server's discussions; each may do what those before it may."""

    MEMBER = 0
    MODERATOR = 1
    MANAGER = 2


class ServerSettings:
    """What those who manage a server decide for all of its discussions. `wake` tells those who carry it out."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def part_of(self, viewer: Viewer) -> Part:
        """The part that the viewer has in their server."""
        if viewer.manages_server:
            return Part.MANAGER
        return Part.MODERATOR if await moderates(self._database, viewer) else Part.MEMBER

    async def get(self, viewer: Viewer) -> Server:
        """The settings of the viewer's server. Raises `RefusedError` for who does not manage it."""
        if not viewer.manages_server:
            raise RefusedError(_("Only those who manage this server can do this."))
        return await Servers(self._database).get(viewer.guild_id)

    async def review(
        self, viewer: Viewer, *, channels: Collection[ChannelId], roles: Collection[RoleId]
    ) -> tuple[Server, Server]:
        """The settings as they stood, and without what was deleted in Discord since: of which these are left.

        Raises `RefusedError` for who does not manage the server.
        """
        before = await self.get(viewer)

        def left(server: Server) -> Server:
            return replace(
                server,
                log_channel_id=server.log_channel_id if server.log_channel_id in channels else None,
                moderator_roles=server.moderator_roles.intersection(roles),
            )

        if left(before) == before:
            return before, before
        async with self._database.transaction() as tx:
            before = await Servers(tx).get(viewer.guild_id)
            await _save(tx, before, left(before), None)
        return before, left(before)

    async def change(self, viewer: Viewer, **changed: Any) -> Server:  # noqa: ANN401 - fields of `Server`
        """Change some settings, by their names in `Server`; the settings as they are then.

        Raises `RefusedError` for who does not manage the server. What is set to what it was leaves no entry in the
        trail.
        """
        await self.get(viewer)
        async with self._database.transaction() as tx:
            before = await Servers(tx).get(viewer.guild_id)
            after = replace(before, **changed)
            await _save(tx, before, after, viewer.user_id)
        self._wake()
        return after


async def _save(tx: Transaction, before: Server, after: Server, actor: UserId | None) -> None:
    """Save what differs, with its entry in the trail; without an actor it follows from what was done in Discord."""
    names = [each.name for each in fields(Server) if getattr(before, each.name) != getattr(after, each.name)]
    if not names:
        return
    await Servers(tx).save(tx, after)
    details = {name: _told(getattr(after, name)) for name in names}
    entry = NewEntry(
        after.guild_id,
        datetime.now(UTC),
        Action.SETTINGS_CHANGED,
        actor_id=actor,
        details=details if actor is not None else {**details, "in_discord": True},
    )
    await Trail(tx).record(entry)


def _told(value: object) -> str:
    """A setting's value as the trail keeps it."""
    if isinstance(value, frozenset):
        return ", ".join(str(each) for each in sorted(value))
    return "" if value is None else str(value)
