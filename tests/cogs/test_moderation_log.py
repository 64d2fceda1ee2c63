from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.discussion import buttons, chronicle
from bot.discussion.privacy import Privacy
from bot.language import Language, speaking
from bot.model import (
    Action,
    ChannelId,
    Entry,
    EntryId,
    GuildId,
    NewEntry,
    PublicationId,
    RoleId,
    Server,
    UserId,
)
from bot.sandbox import Channel, Message, Permissions
from bot.store.servers import Servers
from bot.store.trail import Trail
from tests.cogs.stage import Stage
from tests.cogs.test_moderating import labels, said


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.logbook.POLL_SECONDS", 0.02)


async def set_log_channel(stage: Stage, channel: Channel) -> None:
    async with stage.production.database() as database, database.transaction() as tx:
        server = Server(
            GuildId(stage.server.id),
            log_channel_id=ChannelId(channel.id),
            moderator_roles=frozenset({RoleId(1)}),
        )
        await Servers(tx).save(tx, server)


async def record(stage: Stage, number: int, **of: Any) -> None:
    """Add entries to the trail by the score."""
    async with stage.production.database() as database, database.transaction() as tx:
        for place in range(number):
            action = (Action.MEMBER_MUTED, Action.MEMBER_BANNED)[place % 2]
            values: dict[str, Any] = {
                "action": action,
                "actor_id": UserId(stage.mo.id),
                "user_id": UserId(stage.ben.id),
            } | of
            entry = NewEntry(guild_id=GuildId(stage.server.id), at=datetime.now(UTC), **values)
            await Trail(tx).record(entry)


def told(stage: Stage, channel: Channel) -> list[Message]:
    """What the bot has written in the log channel."""
    return [each for each in stage.discord.messages(channel) if each.author is stage.app.bot]


async def test_a_deed_is_told_in_the_log_channel_and_can_be_undone_from_there(stage: Stage) -> None:
    channel = stage.server.add_text_channel("mod-log")
    await set_log_channel(stage, channel)
    async with stage.bot():
        thread = await stage.post()
        message = await said(stage, thread)
        await stage.mo.command("comment hide", here=stage.channel, comment="#3", reason="<@1> *rude* `x`")
        await stage.discord.until(lambda: told(stage, channel))
        (entry,) = told(stage, channel)
        assert entry.content == (
            f"`#1` <@{stage.mo.id}> hid a comment of Alice on On rivers. Reason: \\<@1> \\*rude\\* \\`x\\`"
        )
        assert message.content not in entry.content
        assert entry.mentions == []
        assert "SUPPRESS_NOTIFICATIONS" in entry.flags.name  # type: ignore[operator]  # a flag's names
    async with stage.bot():
        undone = await stage.mo.press(entry, "Undo")
        assert "visible again" in undone.content
        await stage.discord.until(lambda: len(told(stage, channel)) == 2)
    assert "showed a comment of Alice" in told(stage, channel)[1].content


async def test_entries_survive_a_restart_and_are_told_once(stage: Stage) -> None:
    channel = stage.server.add_text_channel("mod-log")
    await set_log_channel(stage, channel)
    await record(stage, 3)
    async with stage.bot():
        await stage.discord.until(lambda: len(told(stage, channel)) == 3)
    # Killed after the message was made and before that was written down, and away for long:
    async with stage.production.database() as database, database.transaction() as tx:
        await tx.execute("UPDATE trail_entry SET log_message_id = NULL WHERE id = 3")
    stage.discord.advance(minutes=10)
    await record(stage, 1)
    async with stage.bot():
        await stage.discord.until(lambda: len(told(stage, channel)) >= 4)
    assert [each.content.split()[0] for each in told(stage, channel)] == ["`#1`", "`#2`", "`#3`", "`#4`"]


async def test_a_log_channel_that_the_bot_may_not_look_back_in_is_told_all_the_same(stage: Stage) -> None:
    channel = stage.server.add_text_channel("mod-log")
    role = stage.server.role_of(stage.app)
    stage.server.set_permissions(channel, role, deny=Permissions.READ_MESSAGE_HISTORY)
    await set_log_channel(stage, channel)
    await record(stage, 2)
    async with stage.bot():
        await stage.discord.until(lambda: len(told(stage, channel)) == 2)


async def test_after_a_restart_each_log_channel_is_looked_through_first(stage: Stage) -> None:
    here, there = stage.server.add_text_channel("mod-log"), stage.server.add_text_channel("other-log")
    for channel in (here, there):  # it was changed in between, as servers do
        await set_log_channel(stage, channel)
        await record(stage, 1)
    async with stage.bot():
        await stage.discord.until(lambda: told(stage, here) and told(stage, there))
        await stage.discord.until(lambda: _all_noted(stage))
    async with stage.production.database() as database, database.transaction() as tx:
        await tx.execute("UPDATE trail_entry SET log_message_id = NULL")
    stage.discord.advance(minutes=10)
    async with stage.bot():
        await stage.discord.until(lambda: _all_noted(stage))
    assert [len(told(stage, each)) for each in (here, there)] == [1, 1]


async def _all_noted(stage: Stage) -> bool:
    async with stage.production.database() as database:
        return not await database.fetch_value("SELECT count(*) FROM trail_entry WHERE log_message_id IS NULL")


async def test_who_is_erased_while_an_entry_is_sent_is_not_named_in_the_log_channel(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = stage.server.add_text_channel("mod-log")
    await set_log_channel(stage, channel)
    async with stage.bot() as bot:
        await stage.post()
        tell = bot.wire.tell

        async def erased_meanwhile(*arguments: Any) -> Any:
            told = await tell(*arguments)
            await Privacy(bot.database, lambda: None).erase(UserId(stage.ben.id), datetime.now(UTC))
            return told

        monkeypatch.setattr(bot.wire, "tell", erased_meanwhile)
        await record(stage, 1)

        async def asked_to_go() -> bool:
            async with stage.production.database() as database:
                return bool(await database.fetch_value("SELECT count(*) FROM removal"))

        await stage.discord.until(asked_to_go)
        bot.remover.wake()
        await stage.discord.until(lambda: told(stage, channel) == [])


@pytest.mark.parametrize("obstacle", ["deleted", "forbidden", "an article's"])
async def test_a_log_channel_that_will_not_do_stops_nothing(stage: Stage, obstacle: str) -> None:
    channel = stage.server.add_text_channel("mod-log")
    await set_log_channel(stage, stage.channel if obstacle == "an article's" else channel)
    if obstacle == "deleted":
        await set_log_channel(stage, await_deleted(stage, channel))
    elif obstacle == "forbidden":
        stage.server.set_permissions(channel, stage.server.role_of(stage.app), deny=Permissions.SEND_MESSAGES)
    async with stage.bot():
        await stage.post()
        await record(stage, 2)

        async def left() -> bool:
            async with stage.production.database() as database:
                return not await database.fetch_value(
                    "SELECT count(*) FROM trail_entry WHERE log_channel_id IS NOT NULL"
                )

        await stage.discord.until(left)
        log = await stage.mo.command("moderation log", here=stage.channel)
        assert log.content.count("`#") == 2
    assert told(stage, channel) == []
    assert not any("`#" in each.content for each in told(stage, stage.channel))


def await_deleted(stage: Stage, channel: Channel) -> Channel:
    del stage.discord.world.channels[channel.id]
    del stage.server.guild.channels[channel.id]
    return channel


async def test_the_log_is_paged_filtered_and_outlives_a_restart(stage: Stage) -> None:
    await record(stage, 20)
    async with stage.bot():
        await stage.post()
        first = await stage.mo.command("moderation log", here=stage.channel)
        assert first.ephemeral
        assert numbers(first) == list(range(20, 14, -1))
        assert labels(first) == ["Older"]
    async with stage.bot():
        await turned(stage, first, "Older", list(range(14, 8, -1)))
        await turned(stage, first, "Older", list(range(8, 2, -1)))
        await turned(stage, first, "Older", [2, 1])
        assert labels(first) == ["Newest"]
        await turned(stage, first, "Newest", list(range(20, 14, -1)))

        banned = await stage.mo.command("moderation log", here=stage.channel, action="member_banned")
        assert numbers(banned) == list(range(20, 8, -2))
        await turned(stage, banned, "Older", [8, 6, 4, 2])
        await record(stage, 1, actor_id=UserId(stage.ben.id), user_id=UserId(stage.alice.id))
        by_ben = await stage.mo.command("moderation log", here=stage.channel, moderator=stage.ben)
        about_alice = await stage.mo.command("moderation log", here=stage.channel, member=stage.alice)
        assert numbers(by_ben) == numbers(about_alice) == [21]
        nothing = await stage.mo.command("moderation log", here=stage.channel, article="1")
        assert nothing.content == "There are no such entries."
        offered = await stage.mo.autocomplete("moderation log", "action", "BANNED", here=stage.channel)
        assert offered == [("member banned", "member_banned"), ("member unbanned", "member_unbanned")]


async def test_no_entry_is_lost_between_two_pages_however_long_they_are(stage: Stage) -> None:
    await record(stage, 9, reason="*" * 300)
    async with stage.bot():
        await stage.post()
        page = await stage.mo.command("moderation log", here=stage.channel)
        seen = numbers(page)
        while "Older" in labels(page):

            def is_turned(last: int = seen[-1]) -> bool:
                return numbers(page)[0] < last

            await stage.mo.press(page, "Older")
            await stage.discord.until(is_turned)
            assert "more" not in page.content
            seen += numbers(page)
    assert seen == list(range(9, 0, -1))


async def turned(stage: Stage, page: Any, button: str, wanted: list[int]) -> None:
    """Press a button under a page, which then shows other entries."""
    await stage.mo.press(page, button)
    await stage.discord.until(lambda: numbers(page) == wanted)


def numbers(answer: Any) -> list[int]:
    return [int(each.split("`")[0]) for each in answer.content.split("`#")[1:]]


async def test_the_log_is_for_moderators_of_this_server_and_what_they_can_read(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await said(stage, thread)
        await stage.mo.command("comment hide", here=stage.channel, comment="#3", reason="rude")
        shown = await stage.mo.command("moderation log", here=stage.channel)
        assert labels(shown) == ["Undo #1"]
        stage.open_to_everyone("moderation")
        refused = await stage.ben.command("moderation log", here=stage.channel)
        assert refused.content == "Only moderators can do this."
        _, stranger, elsewhere = stage.another_server()
        away = await stranger.command("moderation log", here=elsewhere)
        assert away.content == "There are no such entries."
        stage.server.set_permissions(stage.channel, stage.mo.member, deny=Permissions.VIEW_CHANNEL)
        general = stage.server.add_text_channel("general")
        unseen = await stage.mo.command("moderation log", here=general)
        assert unseen.content == "There are no such entries."


async def test_the_log_says_which_comment_it_was_to_those_who_may_read_it(stage: Stage) -> None:
    channel = stage.server.add_text_channel("log")
    await set_log_channel(stage, channel)
    async with stage.bot():
        thread = await stage.post()
        await said(stage, thread)
        await stage.mo.command("comment pin", here=stage.channel, comment="#1")
        await stage.mo.command("comment hide", here=stage.channel, comment="#3", reason="rude")
        await stage.discord.until(lambda: len(told(stage, channel)) == 2)
        # What is told in the log channel stays there whatever becomes of the comment.
        assert not any("\n>" in each.content for each in told(stage, channel))
        shown = await stage.mo.command("moderation log", here=stage.channel)
        assert "> I live by one." in shown.content
        assert "> Rivers are overrated." in shown.content
        stage.server.set_permissions(stage.channel, stage.mo.member, deny=Permissions.MANAGE_MESSAGES)
        elsewhere = stage.server.add_text_channel("general")
        shown = await stage.mo.command("moderation log", here=elsewhere)
        assert "> I live by one." in shown.content
        assert "> Rivers are overrated." not in shown.content


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("language", Language)
def test_each_kind_of_entry_has_words_and_fits_a_button(action: Action, language: Language) -> None:
    hostile = Entry(
        id=EntryId(9),
        guild_id=GuildId(1),
        at=datetime(2025, 1, 1, tzinfo=UTC),
        action=action,
        author="<@&5> `a` " * 30,
        title="**b** [c](https://d.example) @everyone " * 30,
        reason="\n# shout " * 100,
        details={"until": 1_800_000_000, "in_discord": True},
    )
    with speaking(language):
        assert chronicle.action_names()[action]
        sentence = chronicle.sentence(hostile)
    assert 20 < len(sentence) < 1900
    assert "\n" not in sentence
    someone = UserId(10**19)
    custom_id = buttons.LOG(EntryId(10**11), action, someone, someone, PublicationId(10**9))
    assert len(custom_id) <= 100
    assert buttons.LOG.read(custom_id)
