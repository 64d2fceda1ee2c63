"""Sanctions: keeping a person from commenting (mute), or from taking part at all (ban), for a time or for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.discussion.access import Viewer, check_moderator, check_rank
from bot.discussion.layout import timestamp
from bot.discussion.rulings import Entry, Ruling, Verdict
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import Action, GuildId, NewEntry, Sanction, SanctionKind, UserId
from bot.store.database import Database, Reader
from bot.store.sanctions import Sanctions
from bot.store.trail import Trail

REASON_LIMIT = 300
"""How much of a reason is kept, in characters."""

_IMPOSED = {SanctionKind.MUTE: Action.MEMBER_MUTED, SanctionKind.BAN: Action.MEMBER_BANNED}
_LIFTED = {SanctionKind.MUTE: Action.MEMBER_UNMUTED, SanctionKind.BAN: Action.MEMBER_UNBANNED}


class Sanctioning:
    """What moderators decide about people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check_moderator(self, viewer: Viewer) -> None:
        """Raise `RefusedError` for who is no moderator of the server."""
        await check_moderator(self._database, viewer)

    async def impose(
        self,
        viewer: Viewer,
        user: UserId,
        kind: SanctionKind,
        *,
        length: timedelta | None,
        reason: str | None,
    ) -> Sanction:
        """Put a person under a sanction, until `length` from now or further notice.

        Raises `RefusedError` for who is no moderator of the server, and where the person is the viewer or stands
        above them.
        """
        await check_moderator(self._database, viewer)
        if user == viewer.user_id:
            raise RefusedError(_("You cannot do this to yourself."))
        await check_rank(viewer, user)
        now = datetime.now(UTC)
        until = None if length is None else now + length
        sanction = Sanction(kind, until, (reason or "").strip()[:REASON_LIMIT] or None)
        details = {"until": None if until is None else int(until.timestamp())}
        async with self._database.transaction() as tx:
            await Sanctions(tx).impose(tx, viewer.guild_id, user, sanction)
            await Trail(tx).record(
                NewEntry(
                    viewer.guild_id,
                    now,
                    _IMPOSED[kind],
                    actor_id=viewer.user_id,
                    user_id=user,
                    reason=sanction.reason,
                    details=details,
                )
            )
        return sanction

    async def lift(self, viewer: Viewer, user: UserId, kind: SanctionKind) -> None:
        """End a person's sanction. Raises `RefusedError` for who is no moderator, `NotFoundError` without one."""
        await check_moderator(self._database, viewer)
        now = datetime.now(UTC)
        async with self._database.transaction() as tx:
            if not await Sanctions(tx).lift(tx, viewer.guild_id, user, kind, now):
                # Nothing is written: whoever was faster has an entry in the trail already.
                raise NotFoundError(_("Nothing of this kind is in force for this person."))
            await Trail(tx).record(
                NewEntry(viewer.guild_id, now, _LIFTED[kind], actor_id=viewer.user_id, user_id=user)
            )


async def check_may_take_part(reader: Reader, guild: GuildId, user: UserId, now: datetime) -> None:
    """Raise `RefusedError` for a person banned from the discussions of a server."""
    sanction = await Sanctions(reader).on(guild, user, now)
    if sanction is not None and sanction.kind is SanctionKind.BAN:
        raise RefusedError(refusal(sanction))


async def check_may_comment(reader: Reader, guild: GuildId, user: UserId, now: datetime) -> None:
    """Raise `RefusedError` for a person muted or banned in the discussions of a server."""
    sanction = await Sanctions(reader).on(guild, user, now)
    if sanction is not None:
        raise RefusedError(refusal(sanction))


async def check(reader: Reader, guild: GuildId, entries: Sequence[Entry]) -> dict[Entry, Verdict]:
    """Refuse what people under a sanction write, and hold what they have edited: a check of the gate's."""
    under = await Sanctions(reader).among(guild, {each.user_id for each in entries}, datetime.now(UTC))
    return {
        each: Verdict(Ruling.REFUSE if each.is_new else Ruling.HOLD, under[each.user_id].kind)
        for each in entries
        if each.user_id in under
    }


def refusal(sanction: Sanction) -> str:
    """What a person under a sanction is told."""
    until = sanction.until
    if sanction.kind is SanctionKind.MUTE:
        if until is None:
            return _("You are muted in the discussions of this server.")
        told = _("You are muted in the discussions of this server: you can comment again {when}.")
        return told.format(when=timestamp(until, "R"))
    if until is None:
        return _("You are banned from the discussions of this server.")
    return _("You are banned from the discussions of this server until {when}.").format(when=timestamp(until))
