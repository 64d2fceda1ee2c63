from __future__ import annotations

from bot.model import ChannelId
from bot.store.database import Database
from bot.store.warned import Warned
from tests.store.making import THREAD, add_article, add_publication, capture, message

OTHER = ChannelId(50)


async def test_signs_are_found_channel_by_channel_but_for_those_that_were_refused(database: Database) -> None:
    await add_publication(database, await add_article(database))
    await add_publication(database, await add_article(database, "other"), channel=40)
    comments = [
        (await capture(database, message(number, channel=channel)))[0]
        for number, channel in ((100, THREAD), (101, OTHER), (102, THREAD))
    ]
    async with database.transaction() as tx:
        for comment in comments:
            await Warned(tx).warn(tx, comment, "links")
    warned = Warned(database)
    assert sorted(await warned.channels(besides=())) == [THREAD, OTHER]
    first, there, second = comments
    for besides, channel, expected in (
        ((), THREAD, first),
        ((first,), THREAD, second),
        ((), OTHER, there),
        ((there,), OTHER, None),
    ):
        sign = await warned.next_sign(channel, besides=besides)
        assert (sign and sign.comment_id) == expected
    assert await warned.channels(besides=(there,)) == [THREAD]
