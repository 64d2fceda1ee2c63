"""A publication whose messages appear by magic: what the poster does, without Discord."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from bot.discussion import plan
from bot.discussion.access import Viewer
from bot.discussion.confirmation import confirm
from bot.discussion.publish import Publishing
from bot.model import (
    ChannelId,
    ChannelKind,
    GuildId,
    MessageId,
    Placement,
    PlacementKind,
    Publication,
    PublicationState,
    UserId,
)
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.sending import Sending

GUILD, CHANNEL, THREAD = GuildId(10), ChannelId(20), ChannelId(30)
MODERATOR = Viewer(GUILD, UserId(1), lambda channel: True)
_ids = count(1000)


def publishing(database: Database, *guilds: int) -> Publishing:
    """Publishing with nobody to wake."""
    return Publishing(database, guilds=frozenset(GuildId(each) for each in guilds), wake=lambda: None)


async def request(database: Database, slug: str, *, again: bool = False) -> Publication:
    """Ask for an article in the channel."""
    return await publishing(database).request(
        slug, guild_id=GUILD, channel_id=CHANNEL, channel_kind=ChannelKind.TEXT, again=again
    )


async def carry_out(database: Database, publication: Publication) -> list[str]:
    """Bring all messages to what they should show, in order; what that took, one line a message."""
    done = []
    while (each := await Placements(database).next_to_do(publication.id)) is not None:
        if not await _links_changed(database, publication, each):
            done.append(await _carry_out_one(database, publication, each))
    if await plan.bring_up_to_date(database, publication) != plan.Changes():
        return done + await carry_out(database, publication)
    async with database.transaction() as tx:
        await Publications(tx).set_thread(tx, publication.id, _thread(publication))
        await Publications(tx).set_state(
            tx, publication.id, PublicationState.LIVE, among=(PublicationState.POSTING,)
        )
    return done


async def _links_changed(database: Database, publication: Publication, each: Placement) -> bool:
    if each.message_id is not None or each.kind not in {PlacementKind.SECTION, PlacementKind.CLOSING}:
        return False
    async with database.transaction() as tx:
        return await plan.link(tx, publication, contents=each.kind is PlacementKind.CLOSING)


async def _carry_out_one(database: Database, publication: Publication, each: Placement) -> str:
    async with database.transaction() as tx:
        sending = Sending(tx)
        if each.message_id is None:
            channel = _thread(publication) if each.kind is PlacementKind.COMMENT else CHANNEL
            nonce = f"n{each.id}-{next(_ids)}"
            await sending.begin(each.id, channel, nonce, datetime.now(UTC))
            await confirm(tx, nonce, MessageId(next(_ids)))
            return f"create {each.wanted.content if each.wanted else ''}"
        if each.wanted is None:
            await sending.forget(each.id)
            return f"delete {each.shown.content if each.shown else ''}"
        await sending.show(each.id, each.wanted)
        return f"edit {each.wanted.content}"


def _thread(publication: Publication) -> ChannelId:
    return ChannelId(THREAD + publication.id - 1)


async def post(database: Database, slug: str) -> Publication:
    """Post an article, until it is live with its contents linked."""
    publication = await request(database, slug)
    await carry_out(database, publication)
    return publication


async def shown(database: Database, publication: Publication) -> dict[int, str]:
    """What stands in Discord, by message in the order of posting."""
    rows = await database.fetch_all(
        "SELECT message_id, json_extract(shown, '$.content') AS content FROM placement "
        "WHERE publication_id = ? AND message_id IS NOT NULL AND gone = 0 ORDER BY message_id",
        (publication.id,),
    )
    return {row["message_id"]: row["content"] for row in rows}
