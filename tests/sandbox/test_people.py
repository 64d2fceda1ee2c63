"""Buttons, selects, forms and menus, as people press them and the real discord.py answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import Permissions, Refused
from tests.sandbox.fixtures import ready_for_more
from tests.sandbox.test_interactions import quick, register
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
        ready_for_more(interaction.client)

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


async def test_a_button_opens_a_form_and_the_form_is_answered(paper: Paper) -> None:
    message = await door(paper)
    form = await paper.alice.press(message, "Enter")
    assert form.is_form
    await paper.heard("shown")
    answer = await paper.alice.fill_in(form, {"Your comment": "hello", "section": ["1"]})
    assert answer.content == "hello ['1']"
    again = await paper.alice.press(message, "enter")
    await paper.heard("shown", 2)
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


async def test_another_persons_ephemeral_answer_cannot_be_pressed(paper: Paper) -> None:
    @app_commands.command(description="Show the door")
    async def show(interaction: Interaction) -> None:
        await interaction.response.send_message("door", view=Door(), ephemeral=True)
        ready_for_more(interaction.client)

    await register(paper, show)
    answer = await paper.alice.command("show", here=paper.channel)
    await paper.heard("shown")
    with pytest.raises(Refused, match="10008"):
        await paper.mo.press(answer, "Enter")
    assert (await paper.alice.press(answer, "Tags", values=["b"])).content == "b"


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
        ready_for_more(interaction.client)

    await register(paper, ask)
    form = await paper.alice.command("ask", here=paper.channel)
    await paper.heard("shown")
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


async def test_what_has_no_control_or_menu_says_so(paper: Paper) -> None:
    said = await paper.alice.say(paper.channel, "no buttons")
    with pytest.raises(LookupError, match="no 'Go'"):
        await paper.alice.press(said, "Go")
    with pytest.raises(ValueError, match="in a channel"):
        await paper.alice.menu(paper.mo, "Greet")
