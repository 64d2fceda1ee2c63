"""What a member takes back leaves no trace in any file that the bot keeps."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from bot.demo.sample import sample_path
from bot.demo.stage import BotProcess
from bot.model import Status
from bot.sandbox import Message
from bot.store.database import Database
from tests.stage import Production, eventually, imported, posted

WORDS = "quokkas-prefer-the-evening-train"

SOURCE = """Where the river bends

It was there before the town. Nobody asked it.

  1. {claimed}
  2. Another one, which nobody claims.

Enter comments here:
"""
SECRETS = {
    "wrote": "zibblefrost",
    "wrote first": "quandlewick",
    "entered": "marrowplume",
    "entered first": "thistlegrove",
    "claimed": "ombershade",
    "attached": "velvetkiln",
    "late": "yarrowdrift",
    "while away": "juniperkelp",
}
SHARED = 3
"""How many first letters of a word the full-text index may keep with a neighbour's that begins alike."""


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


async def test_after_an_erasure_no_file_holds_a_word(
    production: Production, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Messages, forms, edits, file names and claimed comments; in the database, its log, temporary files and logs."""
    stage, temporary = production.stage, tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    slug = await import_claimed(production, tmp_path)
    bot = BotProcess(stage, production.path, tmp_path / "log")

    await bot.start()
    answer = await stage.mo.command("article post", here=stage.articles, article=slug, channel=stage.articles)
    await stage.discord.until(lambda: "Posted in" in answer.content)
    entered = await write_everything(production, slug)
    await claim(production)
    await indexed(production)
    assert found_in(tmp_path) == {*SECRETS} - {"late", "while away"}
    await bot.kill()
    await stage.alice.say(production.thread, SECRETS["while away"])
    await bot.start()
    await stage.discord.until(lambda: stage.discord.is_connected(stage.app))
    asked = await stage.alice.command("privacy erase", here=stage.articles)
    await stage.alice.say(production.thread, SECRETS["late"])
    await stage.alice.press(asked, "Erase everything")

    await stage.discord.until(lambda: not found_in(tmp_path))
    await stage.discord.until(lambda: entered.deleted)
    # A catch-up reads what still stands in Discord, and stores none of it.
    await stage.mo.command("article catch-up", here=stage.articles, publication="1")
    export = await stage.mo.command("article export", here=stage.articles, publication="1")
    assert export.message.attachments
    await bot.stop()
    assert not found_in(tmp_path)
    async with Database.open(production.path) as database:
        assert await database.fetch_value("SELECT count(*) FROM commenter WHERE name = 'Alice'") == 0


async def indexed(production: Production) -> None:
    """Wait until all that is stored can be searched for."""

    async def nothing_waits() -> bool:
        async with Database.open(production.path) as database:
            return not await database.fetch_value("SELECT EXISTS (SELECT 1 FROM search_todo)")

    await production.stage.discord.until(nothing_waits)


def found_in(folder: Path) -> set[str]:
    """Which of the secrets stand in any file below a folder, as words of a text or of the full-text index."""
    files = []
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # SQLite's temporary files come and go
            if file.is_file():
                files.append(file.read_bytes())
    return {name for name, words in SECRETS.items() if any(words[SHARED:].encode() in file for file in files)}


async def import_claimed(production: Production, tmp_path: Path) -> str:
    """Import a source that is gone afterwards; the article's slug."""
    source = tmp_path / "source.txt"
    source.write_text(SOURCE.format(claimed=f"I wrote {SECRETS['claimed']} elsewhere."))
    try:
        return await imported(production, source)
    finally:
        source.unlink()


async def write_everything(production: Production, slug: str) -> Message:
    """Have Alice write in every way there is; our message that shows what she entered by form."""
    stage, thread = production.stage, production.thread
    written = await stage.alice.say(
        thread, SECRETS["wrote first"], attachments=[f"{SECRETS['attached']}.png"]
    )
    await eventually(production, slug, lambda rows: any(row.comment.text == written.content for row in rows))
    await stage.alice.edit(written, SECRETS["wrote"])
    closing = next(each for each in stage.discord.messages(stage.articles) if "Comments (" in each.content)
    form = await stage.alice.press(closing, "Enter a comment")
    await stage.alice.fill_in(form, SECRETS["entered first"])
    await stage.discord.until(lambda: SECRETS["entered first"] in production.ours(thread)[-1].content)
    entered = production.ours(thread)[-1]
    await eventually(production, slug, lambda rows: any(row.message_id == entered.id for row in rows))
    mine = await stage.alice.menu(entered, "My comment")
    await stage.alice.fill_in(await stage.alice.press(mine, "Edit"), SECRETS["entered"])
    await stage.discord.until(lambda: SECRETS["entered"] in entered.content)
    await eventually(production, slug, lambda rows: any(row.comment.text == SECRETS["wrote"] for row in rows))
    return entered


async def claim(production: Production) -> None:
    """Have Alice claim an imported comment, and Mo confirm it."""
    stage, thread = production.stage, production.thread
    mirrored = next(each for each in production.ours(thread) if SECRETS["claimed"] in each.content)
    await stage.alice.command("comment claim", here=thread, comment=str(mirrored.id))
    asked = await stage.mo.command("comment claims", here=thread)
    done = await stage.mo.press(asked, "Confirm")
    await stage.discord.until(lambda: "Confirmed" in done.content)
