"""The comparison at the end of a soak finds what differs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.soak.play import Play, playing
from tests.soak.source import Source
from tests.soak.truth import damage


async def settled(play: Play) -> None:
    """Post a small article; Alice writes, edits and deletes, Ben answers and uses the form."""
    stage = play.stage
    slug = await play.import_source(Source.first(comments=4))
    await play.service.start()
    await play.post(slug, stage.articles)
    assert await play.settle() == []
    (thread,) = stage.server.guild.threads.values()
    said = [await stage.alice.say(thread, word) for word in ("one", "two", "three")]
    said.append(await stage.ben.reply(said[0], "answer"))
    await stage.alice.edit(said[1], "two, edited")
    await stage.alice.delete(said[2])
    play.members.said += said
    assert await play.settle() == []
    await play.service.stop()


LIES = {
    "DELETE FROM comment WHERE text = 'answer'": "is not stored",
    "UPDATE comment SET text = 'two' WHERE text = 'two, edited'": "is stored with text 'two'",
    "UPDATE comment SET parent_id = NULL WHERE text = 'answer'": "is stored with parent_id None",
    "UPDATE comment SET status = 'hidden' WHERE text = 'one'": "is stored with status 'hidden'",
    "UPDATE comment SET status = 'visible' WHERE status = 'deleted' AND origin = 'discord'": "was deleted",
    "UPDATE comment SET message_id = 1 WHERE text = 'one'": "nobody wrote it",
    "UPDATE comment SET parent_id = 1 WHERE id = 4": "which is none of",
    "DELETE FROM placement WHERE kind = 'closing'": "is one too many",
    "UPDATE placement SET message_id = message_id + 1 WHERE kind = 'opening'": "is not there",
    "UPDATE placement SET wanted = replace(wanted, 'Comment 3', 'Comment 4')": "Comment 4",
    "UPDATE placement SET message_id = -message_id WHERE kind = 'section'": "out of order",
    "UPDATE publication SET state = 'posting'": "publication 1 is posting",
}


async def test_every_kind_of_difference_is_found(tmp_path: Path) -> None:
    async with playing(tmp_path, seed=0, schedule=None) as play:
        await settled(play)
        truth = play.path.read_bytes()
        assert damage(play.path) == []
        for lie, consequence in LIES.items():
            play.path.write_bytes(truth)
            with closing(sqlite3.connect(play.path)) as database, database:
                assert database.execute(lie).rowcount > 0, lie
            found = await play.settle(patience=0)
            assert any(consequence in each for each in found), f"{lie}: {found}"


async def test_a_message_that_we_posted_twice_is_found(tmp_path: Path) -> None:
    async with playing(tmp_path, seed=0, schedule=None) as play:
        await settled(play)
        ours = [each for each in play.stage.discord.messages(play.stage.articles) if each.components]
        copy = await play.stage.alice.say(play.stage.articles, ours[0].content)
        copy.author = play.stage.app.bot
        assert any("one too many" in each for each in await play.settle(patience=0))


async def test_a_notice_is_ours_too_and_a_second_one_too_many(tmp_path: Path) -> None:
    async with playing(tmp_path, seed=0, schedule=None) as play:
        await settled(play)
        (thread,) = play.stage.server.guild.threads.values()
        first, second = [await play.stage.alice.say(thread, "Your comment was answered.") for _ in range(2)]
        first.author = second.author = play.stage.app.bot
        with closing(sqlite3.connect(play.path)) as database, database:
            database.execute(
                "INSERT INTO notice (user_id, publication_id, comment_id, nonce, at, channel_id, message_id) "
                "SELECT 1, 1, id, 'n', 0, channel_id, ? FROM comment WHERE text = 'one'",
                (first.id,),
            )
        (found,) = await play.settle(patience=0)
        assert f"our message {second.id} " in found
        assert "one too many" in found


@pytest.mark.parametrize("revised", [False, True])
def test_a_source_says_what_must_show(revised: bool) -> None:
    source = Source.first()
    if revised:
        source.revise()
    assert source.expected["Revised since."] is revised
    assert source.expected["Comment 3 on"] is not revised
