"""What goes over the wire: flags, mentions, buttons, and what is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import ChannelId, GuildId, MessageId, Payload
from tests.delivery.scene import Scene
from tests.discussion.sources import article, comment, imported

SILENT = 1 << 12
WITHOUT_PREVIEWS = 1 << 2


def sent(scene: Scene, method: str, part: str) -> list[dict[str, object]]:
    """What requests of a kind said."""
    found = [each for each in scene.stage.discord.requests if each.method == method and part in each.path]
    return [each.body for each in found if isinstance(each.body, dict)]


async def test_nothing_that_is_posted_mentions_rings_or_previews(scene: Scene) -> None:
    await imported(scene.database, article("@everyone"), comment("1", "@here <@1> https://a.example/x"))
    async with scene.poster():
        await scene.post()
    messages = sent(scene, "POST", "/messages")
    posted = [each for each in messages if "content" in each]
    assert len(posted) == 5
    for body in (*posted, *sent(scene, "PATCH", "/messages")):
        assert body["allowed_mentions"] == {"parse": []}
    opening, *others = posted
    assert not int(str(opening.get("flags", 0))) & (SILENT | WITHOUT_PREVIEWS), "only the opening is heard"
    for body in others:
        assert int(str(body["flags"])) & SILENT
        assert int(str(body["flags"])) & WITHOUT_PREVIEWS
    assert len({str(body["nonce"]) for body in posted}) == 5
    assert all(body["enforce_nonce"] and len(str(body["nonce"])) <= 25 for body in posted)
    assert not any("flags" in body for body in sent(scene, "PATCH", "/messages")), "previews stay suppressed"


async def test_a_reply_outlives_what_it_answers(scene: Scene) -> None:
    async with scene.poster() as wire:
        publication = await scene.post()
        first = scene.ours(scene.thread)[0]
        await scene.stage.mo.delete(first)
        answer = await wire.send(
            ChannelId(scene.thread.id),
            Payload("All the same."),
            publication=publication.id,
            nonce="n",
            reply_to=MessageId(first.id),
            silent=True,
        )
    assert scene.ours(scene.thread)[-1].id == answer


async def test_our_posts_are_told_from_others_and_from_older_ones(scene: Scene) -> None:
    async with scene.poster() as wire:
        await scene.post(channel=scene.stage.forum)
        ours = scene.thread
        await scene.stage.alice.post(scene.stage.forum, "Hers", "Her words")
        await scene.stage.mo.change_thread(ours, archived=True)
        where = GuildId(scene.stage.server.id), ChannelId(scene.stage.forum.id)
        now = datetime.now(UTC)
        assert await wire.own_posts(*where, now - timedelta(minutes=5)) == [ours.id]
        assert await wire.own_posts(*where, now + timedelta(minutes=5)) == []


async def test_our_first_message_past_a_place_is_found_among_many(scene: Scene) -> None:
    async with scene.poster() as wire:
        await scene.post()
        channel, last = scene.stage.articles, scene.ours(scene.stage.articles)[-1]
        for number in range(120):
            await scene.stage.alice.say(channel, f"Chatter {number}")
        assert await wire.own_after(ChannelId(channel.id), last.id) is None
        found = await wire.own_after(ChannelId(channel.id), last.id - 1)
        assert found is not None
        assert found.id == last.id


async def test_deleting_twice_is_no_error(scene: Scene) -> None:
    async with scene.poster() as wire:
        await scene.post()
        message = scene.ours(scene.thread)[-1]
        for _ in range(2):
            await wire.delete(ChannelId(scene.thread.id), MessageId(message.id))
    assert message.deleted
