"""What a member takes back leaves no trace in any file that the bot keeps."""

from __future__ import annotations

import pytest

from bot.demo.sample import sample_path
from bot.model import Status
from tests.stage import Production, eventually, imported, posted

WORDS = "quokkas-prefer-the-evening-train"


async def test_a_deleted_message_leaves_no_file(
    production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.discussion.retention.ROUND_SECONDS", 0.1)
    stage = production.stage
    slug = await imported(production, sample_path())

    def kept() -> bool:
        files = production.path.parent.glob(f"{production.path.name}*")
        return any(WORDS.encode() in file.read_bytes() for file in files)

    async with production.running():
        await posted(production, slug, stage.articles)
        message = await stage.alice.say(production.thread, f"To be honest, {WORDS}.")
        await eventually(production, slug, lambda rows: any(WORDS in row.comment.text for row in rows))
        assert kept()
        await stage.alice.edit(message, "Never mind.")
        await stage.alice.delete(message)
        await eventually(
            production, slug, lambda rows: any(row.comment.status is Status.DELETED for row in rows)
        )
        await stage.discord.until(lambda: not kept())
