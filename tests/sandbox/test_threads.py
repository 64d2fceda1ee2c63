"""Threads and forum posts through the real discord.py: started, archived, woken, locked, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
import pytest

from bot.sandbox import Permissions, Refused
from bot.sandbox.objects import MessageFlags, MessageType
from tests.sandbox.conftest import NEEDED
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from bot.sandbox import Message, Thread
    from tests.sandbox.conftest import Paper


async def opened(paper: Paper) -> tuple[Message, Thread]:
    """A thread that the bot opened on its own message."""
    sent = await paper.place(paper.channel).send("an article")
    made = await sent.create_thread(name="Comments")
    thread = paper.server.guild.threads[made.id]
    return paper.channel.messages[sent.id], thread


async def test_a_thread_bears_its_messages_id_and_begins_with_a_system_message(paper: Paper) -> None:
    message, thread = await opened(paper)
    assert thread.id == message.id
    assert MessageFlags.HAS_THREAD in message.flags
    (starter,) = [m async for m in paper.place(thread).history()]
    assert starter.type is discord.MessageType.thread_starter_message
    assert starter.content == ""
    assert starter.reference is not None
    assert starter.reference.message_id == message.id
    assert thread.message_count == 0
    fetched = await paper.place(paper.channel).fetch_message(message.id)
    assert fetched.flags.has_thread
    assert fetched.thread is not None


async def test_a_message_can_have_one_thread(paper: Paper) -> None:
    message, _ = await opened(paper)
    await refused(paper.held(message).create_thread(name="Again"), 160004)
    with pytest.raises(Refused, match="160004"):
        await paper.alice.open_thread(message, "Again")


async def test_a_thread_outlives_its_message(paper: Paper) -> None:
    message, thread = await opened(paper)
    await paper.held(message).delete()
    await paper.alice.say(thread, "still here")


@pytest.mark.parametrize("name", ["", "n" * 101])
async def test_a_threads_name_has_1_to_100_characters(paper: Paper, name: str) -> None:
    said = await paper.alice.say(paper.channel, "x")
    await refused(paper.held(said).create_thread(name=name), 50035)


async def test_opening_a_thread_takes_the_permission(paper: Paper) -> None:
    paper.let(NEEDED & ~Permissions.CREATE_PUBLIC_THREADS)
    said = await paper.alice.say(paper.channel, "x")
    await refused(paper.held(said).create_thread(name="Comments"), 50013)


async def test_a_thread_without_message_is_announced_in_its_parent(paper: Paper) -> None:
    thread = await paper.alice.open_thread(paper.channel, "Loose talk")
    (notice,) = paper.sandbox.messages(paper.channel)
    assert (notice.type, notice.content) == (MessageType.THREAD_CREATED, "Loose talk")
    assert notice.reference is not None
    assert notice.reference.channel_id == thread.id
    (heard,) = await paper.heard("thread_create")
    assert isinstance(heard, discord.Thread)
    assert heard.id == thread.id


async def test_a_private_thread_is_seen_by_its_members_and_moderators_only(paper: Paper) -> None:
    ben = paper.server.add_member("Ben")
    secret = await paper.alice.open_thread(paper.channel, "Secret", private=True)
    await paper.alice.say(secret, "psst")
    assert paper.mo.sees(secret)
    assert not ben.sees(secret)
    with pytest.raises(Refused, match="50001"):
        await ben.say(secret, "what?")
    await refused(paper.place(secret).send("what?"), 50001)
    await paper.alice.invite(secret, ben)
    await ben.say(secret, "ah")
    assert paper.bot.all("message") == []


async def test_sending_wakes_an_archived_thread(paper: Paper) -> None:
    _, thread = await opened(paper)
    await paper.mo.change_thread(thread, archived=True)
    await paper.place(thread).send("good morning")
    assert not thread.archived
    await paper.mo.change_thread(thread, archived=True)
    await paper.alice.say(thread, "good morning")
    assert not thread.archived
    updates = await paper.heard("raw_thread_update", 4)
    archived = [
        u.data["thread_metadata"]["archived"] for u in updates if isinstance(u, discord.RawThreadUpdateEvent)
    ]
    assert archived == [True, False, True, False]


async def test_an_archived_thread_takes_no_edits_and_reactions_but_deletions(paper: Paper) -> None:
    paper.let(NEEDED | Permissions.ADD_REACTIONS)
    _, thread = await opened(paper)
    sent = await paper.place(thread).send("text")
    said = await paper.alice.say(thread, "text")
    await paper.mo.change_thread(thread, archived=True)
    await refused(sent.edit(content="new"), 50083)
    await refused(sent.add_reaction("👍"), 50083)
    await refused(paper.bot.http.join_thread(thread.id), 50083)
    with pytest.raises(Refused, match="50083"):
        await paper.alice.edit(said, "new")
    assert [m.content async for m in paper.place(thread).history()] == ["text", "text", ""]
    assert thread.archived
    await sent.delete()
    assert thread.archived


async def test_a_locked_thread_is_shut_to_all_without_manage_threads(paper: Paper) -> None:
    _, thread = await opened(paper)
    sent = await paper.place(thread).send("text")
    await paper.mo.change_thread(thread, locked=True)
    await refused(paper.place(thread).send("more"), 160005)
    await refused(sent.edit(content="new"), 160005)
    with pytest.raises(Refused, match="160005"):
        await paper.alice.say(thread, "me too")
    await paper.mo.say(thread, "closed")
    paper.let(NEEDED | Permissions.MANAGE_THREADS)
    await sent.edit(content="new")
    await paper.place(thread).send("more")


async def test_an_archived_and_locked_thread_is_woken_by_moderators_only(paper: Paper) -> None:
    _, thread = await opened(paper)
    await paper.mo.change_thread(thread, archived=True, locked=True)
    await refused(paper.place(thread).send("hello?"), 160005)
    with pytest.raises(Refused, match="50013"):
        await paper.alice.change_thread(thread, archived=False)
    assert thread.archived
    await paper.mo.say(thread, "as you were")
    assert not thread.archived


async def test_locking_an_archived_thread_takes_unarchiving_in_the_same_breath(paper: Paper) -> None:
    paper.let(NEEDED | Permissions.MANAGE_THREADS)
    _, thread = await opened(paper)
    edit = paper.bot.http.edit_channel
    await edit(thread.id, archived=True)
    await refused(edit(thread.id, locked=True), 50083)
    await edit(thread.id, archived=False, locked=True)
    assert (thread.archived, thread.locked) == (False, True)


async def test_editing_a_thread_takes_manage_threads_or_owning_it(paper: Paper) -> None:
    theirs = await paper.alice.open_thread(paper.channel, "Hers")
    edit = paper.bot.http.edit_channel
    await refused(edit(theirs.id, name="Mine"), 50013)
    _, ours = await opened(paper)
    await edit(ours.id, name="Renamed", archived=True)
    assert (ours.name, ours.archived) == ("Renamed", True)
    await edit(ours.id, archived=False)
    await refused(edit(ours.id, locked=True), 50013)
    paper.let(NEEDED | Permissions.MANAGE_THREADS)
    await edit(theirs.id, locked=True)
    assert theirs.locked


async def test_anyone_who_may_send_may_unarchive(paper: Paper) -> None:
    _, thread = await opened(paper)
    await paper.mo.change_thread(thread, archived=True)
    await paper.alice.change_thread(thread, archived=False)
    assert not thread.archived


async def test_an_idle_thread_archives_itself(paper: Paper) -> None:
    thread = await paper.alice.open_thread(paper.channel, "Talk")
    paper.sandbox.advance(days=2)
    await paper.alice.say(thread, "still talking")
    paper.sandbox.advance(days=2)
    assert not thread.archived
    paper.sandbox.advance(days=1)
    assert thread.archived


async def test_threads_are_listed_by_their_state(paper: Paper) -> None:
    _, first = await opened(paper)
    _, second = await opened(paper)
    _, third = await opened(paper)
    guild = paper.bot.get_guild(paper.server.id)
    assert guild is not None
    assert [t.id for t in await guild.active_threads()] == [third.id, second.id, first.id]
    await paper.mo.change_thread(third, archived=True)
    await paper.mo.change_thread(first, archived=True)
    assert [t.id for t in await guild.active_threads()] == [second.id]
    parent = guild.get_channel(paper.channel.id)
    assert isinstance(parent, discord.TextChannel)
    assert [t.id async for t in parent.archived_threads(limit=None)] == [first.id, third.id]
    assert [t.id async for t in parent.archived_threads(limit=1)] == [first.id]


async def test_a_forum_posts_starter_bears_its_id_and_can_be_replied_to(paper: Paper) -> None:
    forum = paper.bot.get_channel(paper.forum.id)
    assert isinstance(forum, discord.ForumChannel)
    made = await forum.create_thread(name="A post", content="text", applied_tags=[forum.available_tags[1]])
    assert made.thread.id == made.message.id
    assert made.thread.starter_message is not None or made.message.type is discord.MessageType.default
    assert [tag.name for tag in made.thread.applied_tags] == ["culture"]
    reply = await made.message.reply("hello")
    assert reply.reference is not None
    assert reply.reference.message_id == made.thread.id
    assert paper.server.guild.threads[made.thread.id].message_count == 1


async def test_a_forum_may_require_a_tag(paper: Paper) -> None:
    forum = paper.bot.get_channel(paper.forum.id)
    assert isinstance(forum, discord.ForumChannel)
    await refused(forum.create_thread(name="A post", content="text"), 40067)
    await refused(paper.place(paper.forum).send("text"), 40058)
    with pytest.raises(Refused, match="40067"):
        await paper.alice.post(paper.forum, "A post", "text")
    post = await paper.alice.post(paper.forum, "A post", "text", tags=["culture"])
    assert paper.sandbox.messages(post)[0].id == post.id


async def test_deleting_a_thread_is_told_once(paper: Paper) -> None:
    message, thread = await opened(paper)
    await paper.alice.say(thread, "gone soon")
    await paper.mo.delete_thread(thread)
    (told,) = await paper.heard("raw_thread_delete")
    assert isinstance(told, discord.RawThreadDeleteEvent)
    assert told.thread_id == thread.id
    await refused(paper.place(thread).send("hello?"), 10003)
    assert paper.bot.all("raw_message_delete") == []
    assert MessageFlags.HAS_THREAD not in message.flags


async def test_speaking_joins_the_thread(paper: Paper) -> None:
    thread = await paper.alice.open_thread(paper.channel, "Talk")
    assert paper.app.bot.id not in thread.joined
    await paper.place(thread).send("hello")
    held = await paper.bot.fetch_channel(thread.id)
    assert isinstance(held, discord.Thread)
    assert {member.id for member in await held.fetch_members()} == {paper.alice.id, paper.app.bot.id}
    await held.leave()
    assert set(thread.joined) == {paper.alice.id}


async def test_the_bot_opens_threads_of_its_own(paper: Paper) -> None:
    channel = paper.bot.get_channel(paper.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await refused(channel.create_thread(name="Private"), 50013)
    made = await channel.create_thread(name="Public", type=discord.ChannelType.public_thread)
    assert paper.server.guild.threads[made.id].name == "Public"
    route = discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=channel.id)
    await refused(paper.bot.http.request(route, json={"name": "x", "type": 5}), 50035)
    await refused(
        paper.bot.http.request(route, json={"name": "x", "type": 11, "auto_archive_duration": 61}), 50035
    )
    forum = discord.http.Route("POST", "/channels/{channel_id}/threads", channel_id=paper.forum.id)
    await refused(paper.bot.http.request(forum, json={"name": "x"}), 50035)


async def test_a_thousand_active_threads_are_the_most(paper: Paper) -> None:
    made = [await paper.alice.open_thread(paper.channel, str(number)) for number in range(1000)]
    with pytest.raises(Refused, match="160006"):
        await paper.alice.open_thread(paper.channel, "One more")
    await paper.mo.change_thread(made[0], archived=True)
    await paper.alice.open_thread(paper.channel, "One more")


async def test_tags_are_held_to_the_forums(paper: Paper) -> None:
    paper.forum.tags[0].moderated = True
    with pytest.raises(Refused, match="50013"):
        await paper.alice.post(paper.forum, "A post", "text", tags=["politics"])
    post = await paper.mo.post(paper.forum, "A post", "text", tags=["politics"])
    await paper.mo.change_thread(post, applied_tags=[])
    assert post.applied_tags == []
    with pytest.raises(Refused, match="50035"):
        await paper.mo.change_thread(post, applied_tags=["1"])
    with pytest.raises(Refused, match="50035"):
        await paper.mo.change_thread(post, applied_tags=[str(number) for number in range(6)])


async def test_a_pinned_post_does_not_archive_itself(paper: Paper) -> None:
    post = await paper.mo.post(paper.forum, "A post", "text", tags=["culture"])
    await paper.mo.change_thread(post, flags=2)
    paper.sandbox.advance(days=30)
    assert not post.archived


async def test_members_come_and_go(paper: Paper) -> None:
    _, thread = await opened(paper)
    http = paper.bot.http
    await http.add_user_to_thread(thread.id, paper.alice.id)
    assert paper.alice.id in thread.joined
    assert (await http.get_thread_member(thread.id, paper.alice.id))["user_id"] == str(paper.alice.id)
    await http.remove_user_from_thread(thread.id, paper.alice.id)
    await refused(http.get_thread_member(thread.id, paper.alice.id), 10007)
    await http.join_thread(thread.id)
    await refused(http.join_thread(paper.channel.id), 50024)
    await paper.mo.change_thread(thread, archived=True)
    await refused(http.leave_thread(thread.id), 50083)


async def test_slow_mode_in_a_thread_is_its_own(paper: Paper) -> None:
    _, thread = await opened(paper)
    await paper.mo.change_thread(thread, rate_limit_per_user=60)
    await paper.alice.say(thread, "one")
    with pytest.raises(Refused, match="20016"):
        await paper.alice.say(thread, "two")
    with pytest.raises(Refused, match="50035"):
        await paper.mo.change_thread(thread, rate_limit_per_user=21601)
