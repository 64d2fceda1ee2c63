"""What a message carries besides its text: files, embeds, stickers, polls."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import discord
import pytest

from bot.sandbox import Permissions, Refused
from tests.sandbox.conftest import NEEDED
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


async def test_files_take_attach_files(paper: Paper) -> None:
    await refused(paper.place(paper.channel).send(file=discord.File(BytesIO(b"ink"), "a.txt")), 50013)
    paper.let(NEEDED | Permissions.ATTACH_FILES)
    sent = await paper.place(paper.channel).send(
        file=discord.File(BytesIO(b"ink"), "a.txt", description="ink")
    )
    (attachment,) = sent.attachments
    assert (attachment.filename, attachment.size, attachment.description) == ("a.txt", 3, "ink")


async def test_eleven_files_are_too_many(paper: Paper) -> None:
    with pytest.raises(Refused, match="50035"):
        await paper.alice.say(paper.channel, attachments=[f"{number}.png" for number in range(11)])


async def test_stickers_polls_and_attachments_arrive(paper: Paper) -> None:
    await paper.alice.say(paper.channel, stickers=["Wave"], attachments=["photo.jpg"])
    await paper.alice.say(paper.channel, poll=("Tea?", ["Yes", "No"]))
    first, second = await paper.heard("message", 2)
    assert isinstance(first, discord.Message)
    assert isinstance(second, discord.Message)
    assert [sticker.name for sticker in first.stickers] == ["Wave"]
    assert [file.filename for file in first.attachments] == ["photo.jpg"]
    assert second.poll is not None
    assert [answer.text for answer in second.poll.answers] == ["Yes", "No"]
    fetched = [m async for m in paper.place(paper.channel).history()]
    assert fetched[0].poll is not None


async def test_an_edit_may_drop_and_add_files_but_not_everything(paper: Paper) -> None:
    paper.let(NEEDED | Permissions.ATTACH_FILES)
    place = paper.place(paper.channel)
    sent = await place.send(files=[discord.File(BytesIO(b"1"), "one"), discord.File(BytesIO(b"2"), "two")])
    held = place.get_partial_message(sent.id)
    await held.edit(attachments=[sent.attachments[1], discord.File(BytesIO(b"3"), "three")])
    assert [file.filename for file in paper.channel.messages[sent.id].attachments] == ["two", "three"]
    await refused(held.edit(attachments=[]), 50006)
    await refused(held.edit(attachments=[discord.File(BytesIO(b"x"), str(n)) for n in range(11)]), 50035)


async def test_embeds_take_embed_links(paper: Paper) -> None:
    embed = discord.Embed(title="Title").add_field(name="n", value="v").set_footer(text="f")
    assert (await paper.place(paper.channel).send("text", embed=embed)).embeds == []
    paper.let(NEEDED | Permissions.EMBED_LINKS)
    assert (await paper.place(paper.channel).send(embed=embed)).embeds[0].title == "Title"


async def test_polls_take_their_permission(paper: Paper) -> None:
    poll = discord.Poll("Tea?", duration=timedelta(hours=1))
    poll.add_answer(text="Yes")
    await refused(paper.place(paper.channel).send(poll=poll), 50013)
    paper.let(NEEDED | Permissions.SEND_POLLS)
    assert (await paper.place(paper.channel).send(poll=poll)).poll is not None
