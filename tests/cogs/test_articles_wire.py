from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Permissions
from tests.cogs.stage import Stage


async def test_an_article_is_posted_and_the_answer_ends_in_a_link_to_it(stage: Stage) -> None:
    async with stage.bot():
        offered = await stage.mo.autocomplete("article post", "article", "RIV", here=stage.channel)
        assert offered == [("On rivers", "on-rivers")]

        answer = await stage.mo.command(
            "article post", here=stage.channel, article=offered[0][1], channel=stage.channel
        )

        assert answer.deferred
        assert answer.ephemeral
        await stage.discord.until(lambda: "Posted" in answer.content)
        opening = await stage.shown("# On rivers", stage.channel)
        link = f"https://discord.com/channels/{stage.server.id}/{stage.channel.id}/{opening.id}"
        assert answer.content == f"Posted in <#{stage.channel.id}>, 6 messages: {link}"


async def test_a_second_request_leads_to_the_first(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        answer = await stage.mo.command(
            "article post", here=stage.channel, article="on-rivers", channel=stage.channel
        )
        opening = await stage.shown("# On rivers", stage.channel)
        assert answer.ephemeral
        assert (
            f"https://discord.com/channels/{stage.server.id}/{stage.channel.id}/{opening.id}"
            in answer.content
        )
        assert "already posted" in answer.content


async def test_in_a_forum_the_tag_is_offered_and_set(stage: Stage) -> None:
    async with stage.bot():
        offered = await stage.mo.autocomplete(
            "article post", "tag", "OPI", here=stage.channel, channel=stage.forum
        )
        assert [name for name, _ in offered] == ["opinion"]
        thread = await stage.post(stage.forum, tag=str(offered[0][1]))
        assert [str(each) for each in thread.applied_tags] == [offered[0][1]]
        assert thread.name == "On rivers"


async def test_only_forums_offer_tags(stage: Stage) -> None:
    async with stage.bot():
        assert (
            await stage.mo.autocomplete("article post", "tag", "", here=stage.channel, channel=stage.channel)
            == []
        )
        assert await stage.mo.autocomplete("article post", "tag", "", here=stage.channel) == []


async def test_a_forum_that_wants_a_tag_gets_none_without(stage: Stage) -> None:
    strict = stage.server.add_forum("strict", tags=["opinion"], require_tag=True)
    async with stage.bot():
        answer = await stage.mo.command(
            "article post", here=stage.channel, article="on-rivers", channel=strict
        )
        assert answer.content == "This forum wants a tag on every post. Choose one."


async def test_the_missing_permissions_are_named(stage: Stage) -> None:
    role = stage.server.role_of(stage.app)
    stage.server.set_permissions(
        stage.channel, role, deny=Permissions.MANAGE_THREADS | Permissions.SEND_MESSAGES
    )
    async with stage.bot():
        answer = await stage.mo.command(
            "article post", here=stage.channel, article="on-rivers", channel=stage.channel
        )
        assert answer.content == (
            f"I cannot post in <#{stage.channel.id}>. Give me there: Send Messages, Manage Threads."
        )


async def test_a_channel_that_the_bot_cannot_see_is_told_as_that(stage: Stage) -> None:
    hidden = stage.server.add_text_channel("hidden")
    stage.server.set_permissions(hidden, stage.server.role_of(stage.app), deny=Permissions.VIEW_CHANNEL)
    async with stage.bot():
        answer = await stage.mo.command(
            "article post", here=stage.channel, article="on-rivers", channel=hidden
        )
        assert answer.ephemeral
        assert "View Channel" in answer.content


async def test_an_article_that_is_not_there_is_refused(stage: Stage) -> None:
    async with stage.bot():
        answer = await stage.mo.command(
            "article post", here=stage.channel, article="nope", channel=stage.channel
        )
        assert answer.content == "There is no such article here. Choose one from the list."


async def test_a_posting_that_outlasts_its_answer_says_where_to_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.articles.PATIENCE", -1.0)
    async with stage.bot():
        answer = await stage.mo.command(
            "article post", here=stage.channel, article="on-rivers", channel=stage.channel
        )
        assert "0 of 6 messages" in answer.content
        assert answer.content.endswith("see /article status.")
        await stage.discord.until(lambda: stage.server.guild.threads)
        await stage.shown("So do I.", stage.thread_in(stage.channel))


async def test_list_and_status_tell_how_it_fares(stage: Stage) -> None:
    async with stage.bot():
        empty = await stage.mo.command("article list", here=stage.channel)
        assert empty.content == "No article is posted here yet. Post one with /article post."
        thread = await stage.post()

        listed = await stage.mo.command("article list", here=stage.channel)
        link = f"https://discord.com/channels/{stage.server.id}/{thread.id}"
        assert listed.content == f"- **On rivers** in <#{stage.channel.id}>: live [jump]({link})"

        offered = await stage.mo.autocomplete("article status", "publication", "on", here=stage.channel)
        assert offered == [("On rivers in #articles (live)", "1")]
        status = await stage.mo.command("article status", here=stage.channel, publication="1")
        assert status.ephemeral
        assert "6 of 6 messages posted" in status.content
        assert "Comments: 2 visible" in status.content
        assert "Message Content" not in status.content
        assert status.components == []


async def test_status_says_that_texts_are_hidden_from_the_bot(stage: Stage) -> None:
    stage.app.message_content = False
    async with stage.bot():
        await stage.post()
        status = await stage.mo.command("article status", here=stage.channel, publication="1")
        assert "The *Message Content* intent is off" in status.content


async def test_retiring_closes_the_discussion_and_keeps_everything(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        before = len(stage.discord.messages(thread))

        answer = await stage.mo.command("article retire", here=stage.channel, publication="1")

        assert answer.ephemeral
        assert f"<#{thread.id}> is closed" in answer.content
        await stage.discord.until(lambda: thread.locked)
        await stage.discord.until(lambda: stage.closing().components[0]["components"][0].get("disabled"))
        assert len(stage.discord.messages(thread)) == before
        again = await stage.mo.command("article retire", here=stage.channel, publication="1")
        assert again.content == "This publication is retired already."


async def test_a_failed_posting_goes_on_when_asked_again(stage: Stage) -> None:
    async with stage.bot():
        status = await stage.fail()
        assert "failed" in status.content

        stage.mend()
        again = await stage.mo.press(status, "Try again")

        assert again.ephemeral
        await stage.discord.until(lambda: "Posted" in again.content)
        assert "It stopped" in status.content


async def test_try_again_outlives_a_restart(stage: Stage) -> None:
    async with stage.bot():
        status = await stage.fail()
    stage.mend()
    async with stage.bot():
        again = await stage.mo.press(status, "Try again")
        await stage.discord.until(lambda: "Posted" in again.content)


async def test_there_is_nothing_to_try_again_once_it_goes_well(stage: Stage) -> None:
    async with stage.bot():
        status = await stage.fail()
        stage.mend()
        first = await stage.mo.press(status, "Try again")
        await stage.discord.until(lambda: "Posted" in first.content)
        second = await stage.mo.press(status, "Try again")
        assert second.ephemeral
        assert "nothing to try again" in second.content


async def test_whoever_lost_manage_server_cannot_try_again(stage: Stage) -> None:
    async with stage.bot():
        status = await stage.fail()
        stage.mo.member.role_ids.intersection_update({stage.server.members_role.id})
        refused = await stage.mo.press(status, "Try again")
        assert refused.content == "Only members with the permission *Manage Server* can do this."


@pytest.mark.parametrize("name", ["list", "status", "retire", "post"])
async def test_a_command_opened_to_everyone_still_asks_for_manage_server(stage: Stage, name: str) -> None:
    options: dict[str, dict[str, Any]] = {
        "list": {},
        "status": {"publication": "1"},
        "retire": {"publication": "1"},
        "post": {"article": "on-rivers", "channel": stage.channel},
    }
    async with stage.bot():
        stage.open_to_everyone("article")
        answer = await stage.alice.command(f"article {name}", here=stage.channel, **options[name])
        assert answer.ephemeral
        assert answer.content == "Only members with the permission *Manage Server* can do this."


async def test_nor_does_it_tell_everyone_what_there_is(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        stage.open_to_everyone("article")
        here, forum, alice = stage.channel, stage.forum, stage.alice
        assert await alice.autocomplete("article post", "article", "", here=here) == []
        assert await alice.autocomplete("article post", "tag", "", here=here, channel=forum) == []
        assert await alice.autocomplete("article status", "publication", "", here=here) == []


async def test_members_are_not_even_offered_the_commands(stage: Stage) -> None:
    async with stage.bot():
        forbidden = {"article", "moderation"}
        assert "comment" in stage.alice.offered(stage.channel)
        assert forbidden.isdisjoint(stage.alice.offered(stage.channel))
        assert forbidden.issubset(stage.mo.offered(stage.channel))
        assert {"My comment", "Reply", "Report comment"} <= set(stage.alice.offered(stage.channel, "message"))


async def test_another_server_sees_nothing_of_it(stage: Stage) -> None:
    _, stranger, channel = stage.another_server()
    async with stage.bot():
        await stage.post()
        listed = await stranger.command("article list", here=channel)
        assert listed.content.startswith("No article is posted here yet.")
        assert await stranger.autocomplete("article status", "publication", "", here=channel) == []
        # Articles are offered in the server of the first publication, unless OPED_GUILDS says otherwise.
        assert await stranger.autocomplete("article post", "article", "", here=channel) == []
        for name in ("article status", "article retire"):
            answer = await stranger.command(name, here=channel, publication="1")
            assert answer.content.startswith("There is no such publication here.")
        posted = await stranger.command("article post", here=channel, article="on-rivers", channel=channel)
        assert posted.content.startswith("There is no such article here.")


async def test_a_manager_who_cannot_read_a_channel_does_not_learn_of_it(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        stage.server.set_permissions(stage.channel, stage.mo, deny=Permissions.VIEW_CHANNEL)
        lounge = stage.server.add_text_channel("lounge")
        listed = await stage.mo.command("article list", here=lounge)
        assert listed.content.startswith("No article is posted here yet.")
        assert await stage.mo.autocomplete("article retire", "publication", "", here=lounge) == []
