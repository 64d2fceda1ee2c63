"""Waiting for a bot's answer, and reading it."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord import app_commands

from bot.sandbox import NoAnswer
from tests.sandbox.conftest import Paper
from tests.sandbox.test_interactions import Interaction, quick, register


async def test_a_deferred_answer_that_is_never_filled_is_reported(paper: Paper) -> None:
    @app_commands.command(description="Think")
    async def think(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)

    await register(paper, think)
    with pytest.raises(NoAnswer, match="did not fill it"):
        await paper.alice.command("think", here=paper.channel, patience=0.05)
    at_once = await paper.alice.command("think", here=paper.channel, patience=0)
    assert at_once.deferred
    assert at_once.content == ""


async def test_a_deferred_answer_may_be_filled_by_a_follow_up_or_deleted(paper: Paper) -> None:
    @app_commands.command(description="Fill")
    async def fill(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("filled")

    @app_commands.command(description="Vanish")
    async def vanish(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.delete_original_response()

    await register(paper, fill, vanish)
    filled = await paper.alice.command("fill", here=paper.channel)
    assert (filled.content, filled.ephemeral, filled.followups) == ("filled", True, [])
    vanished = await paper.alice.command("vanish", here=paper.channel)
    assert vanished.deleted
    with pytest.raises(LookupError):
        assert vanished.content


async def test_one_can_wait_for_an_edit(paper: Paper) -> None:
    go = asyncio.Event()

    @app_commands.command(description="Count")
    async def count(interaction: Interaction) -> None:
        embed = discord.Embed(title="Counting")
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Stop", custom_id="stop"))
        await interaction.response.send_message("1", embed=embed, view=view, ephemeral=True)
        await go.wait()
        await interaction.edit_original_response(content="2")

    await register(paper, count)
    answer = await paper.alice.command("count", here=paper.channel)
    assert answer.content == "1"
    assert answer.embeds[0]["title"] == "Counting"
    assert answer.components[0]["components"][0]["label"] == "Stop"
    waiting = asyncio.create_task(answer.wait_edited())
    await asyncio.sleep(0)
    go.set()
    assert (await waiting).content == "2"


async def test_an_answer_that_is_no_form_says_so(paper: Paper) -> None:
    await register(paper, quick)
    answer = await paper.alice.command("quick", text="hello", here=paper.channel)
    assert not answer.is_form
    with pytest.raises(LookupError, match="hello"):
        await paper.alice.fill_in(answer, "text")
    await paper.sandbox.until(lambda: answer.followups)


async def test_refused_answers_leave_the_interaction_open(paper: Paper) -> None:
    @app_commands.command(description="Try")
    async def attempt(interaction: Interaction) -> None:
        with pytest.raises(discord.HTTPException):
            await interaction.response.send_message("x" * 2001)
        await interaction.response.defer(ephemeral=True, thinking=True)
        with pytest.raises(discord.HTTPException):
            await interaction.edit_original_response(content="x" * 2001)
        await interaction.edit_original_response(content="short")

    await register(paper, attempt)
    assert (await paper.alice.command("attempt", here=paper.channel)).content == "short"
