"""Messages through the real discord.py: what simulated Discords commonly get wrong stands first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import discord
import pytest

from bot.sandbox import Permissions, Refused
from bot.sandbox.objects import MessageFlags, MessageType
from tests.sandbox.conftest import NEEDED

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


async def refused(awaitable: object, *codes: int) -> discord.HTTPException:
    with pytest.raises(discord.HTTPException) as caught:
        await awaitable  # type: ignore[misc]  # any coroutine
    assert caught.value.code in codes, caught.value
    return caught.value


async def test_after_gives_the_oldest_page_that_follows_the_mark(paper: Paper) -> None:
    sent = [await paper.alice.say(paper.channel, str(number)) for number in range(230)]
    mark = discord.Object(sent[9].id)
    page = [m.content async for m in paper.place(paper.channel).history(after=mark, limit=100)]
    assert page == [str(number) for number in range(10, 110)]
    rest = [m.content async for m in paper.place(paper.channel).history(after=mark, limit=None)]
    assert rest == [str(number) for number in range(10, 230)]


async def test_a_page_is_answered_newest_first(paper: Paper) -> None:
    sent = [await paper.alice.say(paper.channel, str(number)) for number in range(9)]
    http = paper.bot.http
    after = await http.logs_from(paper.channel.id, 3, after=sent[0].id)
    assert [m["content"] for m in after] == ["3", "2", "1"]
    before = await http.logs_from(paper.channel.id, 3, before=sent[8].id)
    assert [m["content"] for m in before] == ["7", "6", "5"]
    around = await http.logs_from(paper.channel.id, 3, around=sent[4].id)
    assert [m["content"] for m in around] == ["5", "4", "3"]


async def test_the_same_nonce_sends_one_message(paper: Paper) -> None:
    place = paper.place(paper.channel)
    first = await place.send("once", nonce="n" * 25)
    second = await place.send("twice", nonce="n" * 25)
    assert second.id == first.id
    assert [m.content for m in paper.sandbox.messages(paper.channel)] == ["once"]


async def test_the_nonce_is_echoed_through_the_gateway(paper: Paper) -> None:
    sent = await paper.place(paper.channel).send("once", nonce="mine")
    (heard,) = await paper.heard("message")
    assert isinstance(heard, discord.Message)
    assert (heard.id, heard.nonce) == (sent.id, "mine")
    assert sent.nonce == "mine"


async def test_a_nonce_whose_message_was_deleted_is_answered_with_404(paper: Paper) -> None:
    place = paper.place(paper.channel)
    first = await place.send("once", nonce="mine")
    await first.delete()
    await refused(place.send("twice", nonce="mine"), 10008)


async def test_a_nonce_is_forgotten_after_some_minutes(paper: Paper) -> None:
    place = paper.place(paper.channel)
    first = await place.send("once", nonce="mine")
    paper.sandbox.advance(minutes=6)
    second = await place.send("twice", nonce="mine")
    assert second.id != first.id


async def test_a_nonce_of_26_characters_is_refused(paper: Paper) -> None:
    error = await refused(paper.place(paper.channel).send("x", nonce="n" * 26), 50035)
    assert "nonce" in error.text


@pytest.mark.parametrize("text", ["", " \n "])
async def test_an_empty_message_is_refused(paper: Paper, text: str) -> None:
    await refused(paper.place(paper.channel).send(text), 50006)


async def test_content_is_bounded_for_bots_and_people(paper: Paper) -> None:
    error = await refused(paper.place(paper.channel).send("x" * 2001), 50035)
    assert "Must be 2000 or fewer in length." in error.text
    with pytest.raises(Refused, match="50035"):
        await paper.alice.say(paper.channel, "x" * 2001)


async def test_a_reply_carries_its_target(paper: Paper) -> None:
    target = await paper.alice.say(paper.channel, "a thought")
    reply = await paper.held(target).reply("an answer")
    assert reply.type is discord.MessageType.reply
    assert reply.reference is not None
    assert isinstance(reply.reference.resolved, discord.Message)
    assert reply.reference.resolved.content == "a thought"
    await paper.alice.delete(target)
    again = await paper.place(paper.channel).fetch_message(reply.id)
    assert again.reference is not None
    assert isinstance(again.reference.resolved, discord.DeletedReferencedMessage)


async def test_a_reply_to_what_is_gone_is_refused_unless_it_may_stand_alone(paper: Paper) -> None:
    target = await paper.alice.say(paper.channel, "a thought")
    await paper.alice.delete(target)
    error = await refused(paper.held(target).reply("an answer"), 50035)
    assert "MESSAGE_REFERENCE_UNKNOWN_MESSAGE" in str(error.text) or "Unknown message" in error.text
    loose = paper.held(target).to_reference(fail_if_not_exists=False)
    alone = await paper.place(paper.channel).send("an answer", reference=loose)
    assert alone.type is discord.MessageType.default
    assert alone.reference is None


async def test_a_system_message_cannot_be_replied_to(paper: Paper) -> None:
    opening = await paper.alice.say(paper.channel, "an article")
    thread = await paper.alice.open_thread(opening, "Comments")
    (starter,) = paper.sandbox.messages(thread)
    assert starter.type is MessageType.THREAD_STARTER
    await refused(paper.held(starter).reply("to you"), 50035)
    with pytest.raises(Refused, match="SYSTEM_MESSAGE"):
        await paper.alice.reply(starter, "to you")


async def test_a_reply_cannot_point_to_another_channel(paper: Paper) -> None:
    opening = await paper.alice.say(paper.channel, "an article")
    thread = await paper.alice.open_thread(opening, "Comments")
    await refused(paper.place(thread).send("to you", reference=paper.held(opening)), 50035)


async def test_replying_takes_read_message_history(paper: Paper) -> None:
    target = await paper.alice.say(paper.channel, "a thought")
    paper.let(NEEDED & ~Permissions.READ_MESSAGE_HISTORY)
    await refused(paper.held(target).reply("an answer"), 160002)
    assert [m async for m in paper.place(paper.channel).history()] == []


async def test_edits_and_deletions_are_told(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "a thought")
    await paper.alice.edit(said, "a better thought")
    await paper.alice.delete(said)
    (edited,) = await paper.heard("raw_message_edit")
    assert isinstance(edited, discord.RawMessageUpdateEvent)
    assert edited.message.content == "a better thought"
    assert edited.message.edited_at is not None
    (deleted,) = await paper.heard("raw_message_delete")
    assert isinstance(deleted, discord.RawMessageDeleteEvent)
    assert deleted.message_id == said.id


async def test_an_edit_keeps_what_it_does_not_name(paper: Paper) -> None:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Enter", custom_id="enter"))
    sent = await paper.place(paper.channel).send("text", view=view, suppress_embeds=True, silent=True)
    await paper.bot.get_partial_messageable(paper.channel.id).get_partial_message(sent.id).edit(content="new")
    (kept,) = paper.sandbox.messages(paper.channel)
    assert (kept.content, len(kept.components)) == ("new", 1)
    assert kept.flags == MessageFlags.SUPPRESS_EMBEDS | MessageFlags.SUPPRESS_NOTIFICATIONS


async def test_editing_anothers_message_is_refused(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "mine")
    await refused(paper.held(said).edit(content="yours"), 50005)
    with pytest.raises(Refused, match="50005"):
        await paper.mo.edit(said, "yours")


async def test_deleting_anothers_message_takes_manage_messages(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "mine")
    await refused(paper.held(said).delete(), 50013)
    await paper.mo.delete(said)
    await refused(paper.held(said).delete(), 10008)


async def test_bulk_deletion_takes_two_to_a_hundred_young_messages(paper: Paper) -> None:
    paper.let(NEEDED | Permissions.MANAGE_MESSAGES)
    old = await paper.alice.say(paper.channel, "old")
    paper.sandbox.advance(days=14, seconds=1)
    young = [await paper.alice.say(paper.channel, str(number)) for number in range(101)]
    delete = paper.bot.http.delete_messages
    await refused(delete(paper.channel.id, [young[0].id]), 50016)
    await refused(delete(paper.channel.id, [m.id for m in young]), 50016)
    await refused(delete(paper.channel.id, [young[0].id, old.id]), 50034)
    await refused(delete(paper.channel.id, [young[0].id, young[0].id]), 50035)
    assert len(paper.sandbox.messages(paper.channel)) == 102
    await delete(paper.channel.id, [m.id for m in young[:100]])
    (told,) = await paper.heard("raw_bulk_message_delete")
    assert isinstance(told, discord.RawBulkMessageDeleteEvent)
    assert told.message_ids == {m.id for m in young[:100]}
    assert [m.content for m in paper.sandbox.messages(paper.channel)] == ["old", "100"]


async def test_slow_mode_holds_people_but_not_bots_or_moderators(paper: Paper) -> None:
    slow = paper.server.add_text_channel("slow", slow_mode=30)
    await paper.alice.say(slow, "one")
    with pytest.raises(Refused) as caught:
        await paper.alice.say(slow, "two")
    assert caught.value.code == 20016
    assert 29 <= (caught.value.retry_after or 0) <= 30
    for _ in range(2):
        await paper.mo.say(slow, "moderating")
        await paper.place(slow).send("posting")
    paper.sandbox.advance(seconds=30)
    await paper.alice.say(slow, "two")


async def test_a_forward_carries_a_snapshot_without_its_author(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "a thought")
    elsewhere = paper.server.add_text_channel("elsewhere")
    await paper.alice.forward(said, elsewhere)
    heard = (await paper.heard("message", 2))[-1]
    assert isinstance(heard, discord.Message)
    assert heard.content == ""
    assert heard.reference is not None
    assert heard.reference.type is discord.MessageReferenceType.forward
    assert [snapshot.content for snapshot in heard.message_snapshots] == ["a thought"]


async def test_message_times_follow_the_clock(paper: Paper) -> None:
    first = await paper.place(paper.channel).send("one")
    paper.sandbox.advance(hours=3)
    second = await paper.place(paper.channel).send("two")
    assert timedelta(hours=3) <= second.created_at - first.created_at < timedelta(hours=3, minutes=1)


async def test_a_moderator_may_hide_anothers_previews_and_no_more(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "https://example.org")
    paper.let(NEEDED | Permissions.MANAGE_MESSAGES)
    http = paper.bot.http
    params = discord.http.handle_message_parameters(flags=discord.MessageFlags(suppress_embeds=True))
    assert params.payload is not None
    del params.payload["tts"]
    await http.edit_message(paper.channel.id, said.id, params=params)
    assert MessageFlags.SUPPRESS_EMBEDS in said.flags
    assert said.edited is None


async def test_system_messages_can_hardly_be_touched(paper: Paper) -> None:
    sent = await paper.place(paper.channel).send("an article")
    thread = await sent.create_thread(name="Comments")
    starter = paper.sandbox.messages(paper.server.guild.threads[thread.id])[0]
    await refused(paper.held(starter).edit(content="x"), 50021)
    await refused(paper.held(starter).delete(), 50021)
    with pytest.raises(Refused, match="50024"):
        await paper.alice.open_thread(starter, "Nested")


async def test_people_may_bulk_delete_and_react_as_they_are_allowed(paper: Paper) -> None:
    said = [await paper.alice.say(paper.channel, str(number)) for number in range(3)]
    with pytest.raises(Refused, match="50013"):
        await paper.alice.bulk_delete(said)
    await paper.mo.bulk_delete(said[:2])
    assert paper.sandbox.messages(paper.channel) == said[2:]


async def test_a_forward_takes_seeing_its_source(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "a thought")
    elsewhere = paper.server.add_text_channel("elsewhere")
    paper.server.set_permissions(paper.channel, paper.mo, deny=Permissions.READ_MESSAGE_HISTORY)
    with pytest.raises(Refused, match="50001"):
        await paper.mo.forward(said, elsewhere)
    sent = paper.place(paper.channel).get_partial_message(said.id)
    assert (await sent.forward(paper.place(elsewhere))).message_snapshots[0].content == "a thought"


async def test_typing_is_allowed(paper: Paper) -> None:
    async with paper.place(paper.channel).typing():
        pass
