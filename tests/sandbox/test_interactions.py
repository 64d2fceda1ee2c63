"""Commands and their answers through the real discord.py."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import Answer, NoAnswer
from bot.sandbox.objects import MessageType
from tests.conftest import AT_DISCORD
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper

Interaction = discord.Interaction[discord.Client]


async def register(
    paper: Paper, *commands: app_commands.Command[Any, ..., None] | app_commands.ContextMenu
) -> None:
    for command in commands:
        paper.bot.tree.add_command(command)
    await paper.bot.tree.sync()


@app_commands.command(description="Say something in a moment")
async def slow(interaction: Interaction, text: str) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    message = await interaction.original_response()
    assert message.flags.loading
    await interaction.edit_original_response(content=text)


@app_commands.command(description="Say something at once")
async def quick(interaction: Interaction, text: str) -> None:
    response = await interaction.response.send_message(text)
    assert response.message_id is not None
    await interaction.followup.send(f"{text} again")


async def kept(paper: Paper) -> tuple[Answer, Interaction]:
    """An answer that says "one", and what the bot answered with it."""
    taken: list[Interaction] = []

    @app_commands.command(description="Keep")
    async def keep(interaction: Interaction) -> None:
        await interaction.response.send_message("one", ephemeral=True)
        taken.append(interaction)

    await register(paper, keep)
    answer = await paper.alice.command("keep", here=paper.channel)
    await paper.sandbox.until(lambda: taken)
    return answer, taken[0]


async def test_an_ephemeral_answer_reaches_its_addressee_alone(paper: Paper) -> None:
    await register(paper, slow)
    with paper.sandbox.subscribe() as events:
        answer = await paper.alice.command("slow", text="psst", here=paper.channel)
        assert (answer.content, answer.ephemeral, answer.deferred) == ("psst", True, True)
        seen = [await anext(events) for _ in range(3)]
    assert [(event.name, event.user_id) for event in seen[1:]] == [
        ("MESSAGE_CREATE", paper.alice.id),
        ("MESSAGE_UPDATE", paper.alice.id),
    ]
    assert paper.sandbox.messages(paper.channel) == []
    await refused(paper.place(paper.channel).fetch_message(answer.message.id), 10008)
    assert paper.bot.all("message") == []


async def test_an_open_answer_stands_in_the_channel(paper: Paper) -> None:
    await register(paper, quick)
    answer = await paper.alice.command("quick", text="hello", here=paper.channel)
    await paper.sandbox.until(lambda: answer.followups)
    first, second = paper.sandbox.messages(paper.channel)
    assert (first.type, first.content) == (MessageType.CHAT_INPUT_COMMAND, "hello")
    assert second.content == "hello again"
    heard = (await paper.heard("message", 2))[0]
    assert isinstance(heard, discord.Message)
    assert heard.interaction_metadata is not None
    assert heard.interaction_metadata.user.id == paper.alice.id
    assert heard.webhook_id == paper.app.id


async def test_the_payload_carries_who_asked_and_what_they_may_do(paper: Paper) -> None:
    found: dict[str, object] = {}

    @app_commands.command(description="Look")
    async def look(interaction: Interaction) -> None:
        found["user"] = interaction.user.id
        found["manage"] = interaction.permissions.manage_messages
        found["app"] = interaction.app_permissions.send_messages
        found["locale"] = str(interaction.locale)
        found["channel"] = interaction.channel_id
        found["guild"] = interaction.guild_id
        await interaction.response.send_message("ok", ephemeral=True)

    await register(paper, look)
    await paper.mo.command("look", here=paper.channel)
    assert found == {
        "user": paper.mo.id,
        "manage": True,
        "app": True,
        "locale": "en-US",
        "channel": paper.channel.id,
        "guild": paper.server.id,
    }


async def test_a_bot_that_says_nothing_is_given_three_seconds(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.interactions.FIRST_ANSWER_WITHIN", AT_DISCORD)
    late = asyncio.Event()

    @app_commands.command(description="Be late")
    async def late_one(interaction: Interaction) -> None:
        paper.sandbox.advance(seconds=4)
        with pytest.raises(discord.NotFound) as caught:
            await interaction.response.send_message("sorry")
        assert caught.value.code == 10062
        late.set()

    await register(paper, late_one)
    with pytest.raises(NoAnswer, match="within 3 s"):
        await paper.alice.command("late_one", here=paper.channel)
    await late.wait()


async def test_an_interaction_is_answered_once(paper: Paper) -> None:
    codes = []

    @app_commands.command(description="Say it twice")
    async def twice(interaction: Interaction) -> None:
        await interaction.response.send_message("one", ephemeral=True)
        body = {"type": 4, "data": {"content": "two"}}
        route = discord.http.Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=interaction.id,
            webhook_token=interaction.token,
        )
        codes.append((await refused(paper.bot.http.request(route, json=body), 40060)).code)
        await interaction.edit_original_response(content="done")

    await register(paper, twice)
    answer = await paper.alice.command("twice", here=paper.channel)
    await paper.sandbox.until(lambda: answer.content == "done")
    assert codes == [40060]
    assert answer.edits == 1


async def test_a_token_lasts_fifteen_minutes(paper: Paper) -> None:
    answer, interaction = await kept(paper)
    paper.sandbox.advance(minutes=14)
    await interaction.edit_original_response(content="still there")
    assert answer.content == "still there"
    paper.sandbox.advance(minutes=2)
    await refused(interaction.edit_original_response(content="too late"), 50027)
    await refused(interaction.followup.send("too late"), 50027)


async def test_answers_can_be_fetched_edited_and_deleted(paper: Paper) -> None:
    answer, interaction = await kept(paper)
    followup = await interaction.followup.send("two", ephemeral=True, wait=True)
    await followup.edit(content="two, edited")
    assert [message.content for message in answer.followups] == ["two, edited"]
    await followup.delete()
    assert answer.followups == []
    assert (await interaction.original_response()).content == "one"
    await interaction.delete_original_response()
    assert answer.deleted
    await refused(interaction.edit_original_response(content="?"), 10008)


async def test_autocomplete_offers_choices(paper: Paper) -> None:
    @app_commands.command(description="Pick")
    async def pick(interaction: Interaction, kind: str, name: str) -> None:
        await interaction.response.send_message(f"{kind} {name}", ephemeral=True)

    @pick.autocomplete("name")
    async def names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        kind = interaction.namespace.kind
        return [app_commands.Choice(name=f"{kind}: {typed}{end}", value=typed + end) for end in "xy"]

    await register(paper, pick)
    offered = await paper.alice.autocomplete("pick", "name", "a", kind="letter", here=paper.channel)
    assert offered == [("letter: ax", "ax"), ("letter: ay", "ay")]


async def test_what_left_no_answer_is_forgotten_with_its_token(paper: Paper) -> None:
    @app_commands.command(description="Pick")
    async def pick(interaction: Interaction, name: str) -> None:
        await interaction.response.send_message(name, ephemeral=True)

    @pick.autocomplete("name")
    async def names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return []

    await register(paper, pick)
    for typed in ("a", "ab", "abc"):
        await paper.alice.autocomplete("pick", "name", typed, here=paper.channel)
    answer = await paper.alice.command("pick", name="abc", here=paper.channel)
    paper.sandbox.advance(minutes=16)
    await paper.alice.autocomplete("pick", "name", "d", here=paper.channel)
    kept = list(paper.sandbox.world.interactions.values())
    assert [each.original for each in kept] == [answer.message, None]


async def test_a_command_runs_in_a_thread_with_its_payload(paper: Paper) -> None:
    places = []

    @app_commands.command(description="Where")
    async def where(interaction: Interaction) -> None:
        places.append(interaction.channel)
        await interaction.response.send_message("here", ephemeral=True)

    await register(paper, where)
    thread = await paper.alice.open_thread(paper.channel, "Talk")
    await paper.alice.command("where", here=thread)
    assert isinstance(places[0], discord.Thread)
    assert places[0].parent_id == paper.channel.id


async def test_answers_are_held_to_their_kind_and_bounds(paper: Paper) -> None:
    codes = []

    async def post(interaction: Interaction, body: dict[str, Any]) -> None:
        route = discord.http.Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=interaction.id,
            webhook_token=interaction.token,
        )
        codes.append((await refused(paper.bot.http.request(route, json=body), 50035)).code)

    @app_commands.command(description="Pick")
    async def pick(interaction: Interaction, name: str) -> None:
        await post(interaction, {"type": 7, "data": {"content": "there is no message to update"}})
        await post(interaction, {"type": 99})
        await interaction.response.send_message(name, ephemeral=True)

    @pick.autocomplete("name")
    async def names(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        await post(interaction, {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}] * 26}})
        await post(interaction, {"type": 8, "data": {"choices": [{"name": "n" * 101, "value": "v"}]}})
        return []

    await register(paper, pick)
    assert await paper.alice.autocomplete("pick", "name", "a", here=paper.channel) == []
    assert (await paper.alice.command("pick", name="x", here=paper.channel)).content == "x"
    assert codes == [50035] * 4


async def test_each_answer_can_be_reached_by_its_id(paper: Paper) -> None:
    answer, interaction = await kept(paper)
    webhook = interaction.followup
    assert (await webhook.fetch_message(answer.message.id)).content == "one"
    await webhook.edit_message(answer.message.id, content="edited")
    assert answer.content == "edited"
    await refused(webhook.fetch_message(1), 10008)
