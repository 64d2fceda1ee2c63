"""Commands, buttons, forms and their answers through the real discord.py."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import NoAnswer, Permissions, Refused
from bot.sandbox.objects import MessageType
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from bot.sandbox import Message
    from tests.sandbox.conftest import Paper

Interaction = discord.Interaction[discord.Client]


class Form(discord.ui.Modal, title="Enter a comment"):
    text: discord.ui.Label[Form] = discord.ui.Label(
        text="Your comment",
        component=discord.ui.TextInput(custom_id="text", style=discord.TextStyle.paragraph, max_length=20),
    )
    section: discord.ui.Label[Form] = discord.ui.Label(
        text="Section",
        component=discord.ui.Select(
            custom_id="section", required=False, options=[discord.SelectOption(label="One", value="1")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        text, section = self.text.component, self.section.component
        assert isinstance(text, discord.ui.TextInput)
        assert isinstance(section, discord.ui.Select)
        await interaction.response.send_message(f"{text.value} {section.values}", ephemeral=True)


class Door(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Enter", custom_id="enter")
    async def enter(self, interaction: discord.Interaction, _: discord.ui.Button[Door]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Close", custom_id="close")
    async def close(self, interaction: discord.Interaction, button: discord.ui.Button[Door]) -> None:
        button.disabled = True
        await interaction.response.edit_message(content="Closed", view=self)

    @discord.ui.button(label="Think", custom_id="think")
    async def think(self, interaction: discord.Interaction, _: discord.ui.Button[Door]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Thought")
        await interaction.followup.send("Also this", ephemeral=True)

    @discord.ui.select(
        placeholder="Tags", options=[discord.SelectOption(label=x) for x in "abc"], max_values=2
    )
    async def choose(self, interaction: discord.Interaction, select: discord.ui.Select[Door]) -> None:
        await interaction.response.send_message(",".join(select.values), ephemeral=True)


async def door(paper: Paper) -> Message:
    sent = await paper.place(paper.channel).send("Comments", view=Door())
    return paper.channel.messages[sent.id]


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


async def test_a_bot_that_says_nothing_is_given_three_seconds(paper: Paper) -> None:
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
    taken: list[Interaction] = []

    @app_commands.command(description="Keep")
    async def keep(interaction: Interaction) -> None:
        await interaction.response.send_message("kept", ephemeral=True)
        taken.append(interaction)

    await register(paper, keep)
    answer = await paper.alice.command("keep", here=paper.channel)
    await paper.sandbox.until(lambda: taken)
    paper.sandbox.advance(minutes=14)
    await taken[0].edit_original_response(content="still there")
    assert answer.content == "still there"
    paper.sandbox.advance(minutes=2)
    await refused(taken[0].edit_original_response(content="too late"), 50027)
    await refused(taken[0].followup.send("too late"), 50027)


async def test_answers_can_be_fetched_edited_and_deleted(paper: Paper) -> None:
    taken: list[Interaction] = []

    @app_commands.command(description="Keep")
    async def keep(interaction: Interaction) -> None:
        await interaction.response.send_message("one", ephemeral=True)
        taken.append(interaction)

    await register(paper, keep)
    answer = await paper.alice.command("keep", here=paper.channel)
    await paper.sandbox.until(lambda: taken)
    followup = await taken[0].followup.send("two", ephemeral=True, wait=True)
    await followup.edit(content="two, edited")
    assert [message.content for message in answer.followups] == ["two, edited"]
    await followup.delete()
    assert answer.followups == []
    assert (await taken[0].original_response()).content == "one"
    await taken[0].delete_original_response()
    assert answer.deleted
    await refused(taken[0].edit_original_response(content="?"), 10008)


async def test_a_button_opens_a_form_and_the_form_is_answered(paper: Paper) -> None:
    message = await door(paper)
    form = await paper.alice.press(message, "Enter")
    assert form.is_form
    answer = await paper.alice.fill_in(form, {"Your comment": "hello", "section": ["1"]})
    assert answer.content == "hello ['1']"
    again = await paper.alice.press(message, "enter")
    assert (await paper.alice.fill_in(again, {"text": "just this"})).content == "just this []"


async def test_a_form_holds_people_to_its_bounds(paper: Paper) -> None:
    form = await paper.alice.press(await door(paper), "Enter")
    for text in ("", "x" * 21):
        with pytest.raises(Refused, match="50035"):
            await paper.alice.fill_in(form, {"text": text})
    with pytest.raises(LookupError, match="Your comment"):
        await paper.alice.fill_in(form, {"Name": "Alice"})


async def test_a_button_can_change_its_message(paper: Paper) -> None:
    message = await door(paper)
    answer = await paper.alice.press(message, "Close")
    assert answer.message is message
    assert message.content == "Closed"
    with pytest.raises(Refused):
        await paper.alice.press(message, "Close")
    with pytest.raises(LookupError, match="Enter"):
        await paper.alice.press(message, "Open")


async def test_a_button_can_be_deferred_and_followed_up(paper: Paper) -> None:
    message = await door(paper)
    answer = await paper.alice.press(message, "Think")
    await paper.sandbox.until(lambda: answer.followups)
    assert message.content == "Thought"
    assert answer.followups[0].ephemeral


async def test_a_select_sends_its_values(paper: Paper) -> None:
    answer = await paper.alice.press(await door(paper), "Tags", values=["a", "c"])
    assert answer.content == "a,c"


async def test_menus_carry_their_target_and_its_text(paper: Paper) -> None:
    @app_commands.context_menu(name="Repeat")
    async def repeat(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(message.content, ephemeral=True)

    @app_commands.context_menu(name="Greet")
    async def greet(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"Hello {member.global_name}", ephemeral=True)

    await register(paper, repeat, greet)
    said = await paper.alice.say(paper.channel, "a thought")
    assert (await paper.mo.menu(said, "Repeat")).content == "a thought"
    assert (await paper.mo.menu(paper.alice, "Greet", here=paper.channel)).content == "Hello Alice"


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


async def test_another_persons_ephemeral_answer_cannot_be_pressed(paper: Paper) -> None:
    @app_commands.command(description="Show the door")
    async def show(interaction: Interaction) -> None:
        await interaction.response.send_message("door", view=Door(), ephemeral=True)

    await register(paper, show)
    answer = await paper.alice.command("show", here=paper.channel)
    with pytest.raises(Refused, match="10008"):
        await paper.mo.press(answer, "Enter")
    assert (await paper.alice.press(answer, "Tags", values=["b"])).content == "b"


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


async def test_without_the_permission_no_command_can_be_run(paper: Paper) -> None:
    await register(paper, quick)
    paper.server.set_permissions(paper.channel, paper.alice, deny=Permissions.USE_APPLICATION_COMMANDS)
    with pytest.raises(Refused, match="50013"):
        await paper.alice.command("quick", text="x", here=paper.channel)


async def test_a_form_cannot_answer_a_form(paper: Paper) -> None:
    codes = []

    class Nested(discord.ui.Modal, title="One"):
        field: discord.ui.TextInput[Nested] = discord.ui.TextInput(label="Text")

        async def on_submit(self, interaction: discord.Interaction) -> None:
            codes.append((await refused(interaction.response.send_modal(Form()), 50035)).code)
            await interaction.response.send_message(self.field.value, ephemeral=True)

    @app_commands.command(description="Ask")
    async def ask(interaction: Interaction) -> None:
        await interaction.response.send_modal(Nested())

    await register(paper, ask)
    form = await paper.alice.command("ask", here=paper.channel)
    answer = await paper.alice.fill_in(form, "one")
    assert (answer.content, codes) == ("one", [50035])


async def test_layouts_hold_their_text_and_buttons(paper: Paper) -> None:
    class Page(discord.ui.LayoutView):
        text: discord.ui.TextDisplay[Page] = discord.ui.TextDisplay("# Title")
        row: discord.ui.ActionRow[Page] = discord.ui.ActionRow()

        @row.button(label="Go", custom_id="go")
        async def go(self, interaction: discord.Interaction, _: discord.ui.Button[Page]) -> None:
            await interaction.response.send_message("gone", ephemeral=True)

    sent = await paper.place(paper.channel).send(view=Page(timeout=None))
    assert (await paper.alice.press(paper.channel.messages[sent.id], "Go")).content == "gone"
    beside: Any = {"content": "text", "view": Page(timeout=None)}
    await refused(paper.place(paper.channel).send(**beside), 50035)


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
    taken: list[Interaction] = []

    @app_commands.command(description="Keep")
    async def keep(interaction: Interaction) -> None:
        await interaction.response.send_message("one", ephemeral=True)
        taken.append(interaction)

    await register(paper, keep)
    answer = await paper.alice.command("keep", here=paper.channel)
    await paper.sandbox.until(lambda: taken)
    webhook = taken[0].followup
    assert (await webhook.fetch_message(answer.message.id)).content == "one"
    await webhook.edit_message(answer.message.id, content="edited")
    assert answer.content == "edited"
    await refused(webhook.fetch_message(1), 10008)


async def test_what_has_no_control_or_menu_says_so(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "no buttons")
    with pytest.raises(LookupError, match="no 'Go'"):
        await paper.alice.press(said, "Go")
    with pytest.raises(ValueError, match="in a channel"):
        await paper.alice.menu(paper.mo, "Greet")
