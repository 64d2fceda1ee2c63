"""Soaks of one kind of trouble each: kills while an article is posted, a long absence, rights that come and go."""

from __future__ import annotations

import asyncio
import contextlib
import random
from functools import partial
from pathlib import Path

from bot.demo.sample import sample_path
from bot.sandbox import Act, Channel, Fault, Message, Permissions, Schedule
from bot.sandbox.faults import ANY_REQUEST
from tests.soak.play import PATIENCE, Outcome, Play, act, carry_out, schedule_of
from tests.soak.source import Source

REQUESTS = 600
"""More than a publication of 60 comments takes, with all the starts in between."""

RIGHTS = (
    Permissions.VIEW_CHANNEL,
    Permissions.READ_MESSAGE_HISTORY,
    Permissions.SEND_MESSAGES,
    Permissions.SEND_MESSAGES_IN_THREADS,
    Permissions.CREATE_PUBLIC_THREADS,
    Permissions.MANAGE_THREADS,
)
"""Of which the bot needs each, now and then."""

THREADS, ARCHIVED = 30, 10
NEW, EDITED, DELETED = 5_000, 500, 500


async def kill_while_posting(seed: int, folder: Path | None = None) -> Outcome:
    """Post the sample or 60 comments, in a text channel or a forum, and kill the bot again and again."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    faults, at = [], 0
    while (at := at + chance.randint(1, 25)) < REQUESTS:
        faults.append(Fault(Act.KILL, at, ANY_REQUEST, chance.random() < 0.5))
    doing = partial(_post, seed % 4 < 2, in_forum=bool(seed % 2))
    return await carry_out(doing, seed=seed, schedule=Schedule(tuple(faults)), folder=folder)


async def _post(long: bool, play: Play, outcome: Outcome, *, in_forum: bool) -> None:
    if long:
        slug = await play.import_source(Source.first(comments=60))
    else:
        slug = await play.import_file(sample_path())
    await play.service.start()
    await play.post(slug, play.stage.forum if in_forum else play.stage.articles)


async def stay_away(seed: int = 0, folder: Path | None = None) -> Outcome:
    """Stop the bot while 5,000 messages are written, 500 edited and 500 deleted in 30 threads."""
    return await carry_out(_absence, seed=seed, schedule=Schedule(), folder=folder)


async def _absence(play: Play, outcome: Outcome) -> None:
    stage, said = play.stage, play.members.said
    slug = await play.import_source(Source.first(sections=THREADS, comments=10))
    await play.service.start()
    await play.post(slug, stage.articles)
    outcome.problems += await play.settle()
    ours = [each for each in stage.discord.messages(stage.articles) if each.author is stage.app.bot]
    threads: list[Channel] = list(stage.server.guild.threads.values())
    sections = [each for each in ours if each.content.startswith("## Pier")]
    missing = sections[: THREADS - len(threads)]
    threads += [await stage.alice.open_thread(section, "Aside") for section in missing]
    known = [await _write(play, threads, number) for number in range(EDITED + DELETED)]
    outcome.problems += await play.settle()

    await play.service.stop()
    for number in range(NEW):
        await _write(play, threads, EDITED + DELETED + number)
    for message in known[:EDITED]:
        await stage.alice.edit(message, f"{message.content} Edited while nobody listened.")
    for message in known[EDITED:]:
        await stage.alice.delete(message)
    for thread in threads[:ARCHIVED]:
        await stage.mo.change_thread(thread, archived=True)  # type: ignore[arg-type]
    if len(threads) != THREADS or len(said) != EDITED + DELETED + NEW:
        raise AssertionError(f"{len(threads)} threads, {len(said)} messages: not what was meant")
    await play.service.start()


async def _write(play: Play, threads: list[Channel], number: int) -> Message:
    """Write the next message: in one thread after the other, every third an answer to the one before there."""
    thread, alice = threads[number % len(threads)], play.stage.alice
    there = [each for each in list(thread.messages.values())[-3:] if not each.type.is_system]
    text = f"Message {number}."
    if number % 3 == 0 and there:
        message = await alice.reply(there[-1], text)
    else:
        message = await alice.say(thread, text)
    play.members.said.append(message)
    return message


async def take_rights(seed: int, folder: Path | None = None) -> Outcome:
    """Take one right after the other from the bot and give it back, with all the faults of a soak."""
    return await carry_out(_without_rights, seed=seed, schedule=schedule_of(seed), folder=folder)


async def _without_rights(play: Play, outcome: Outcome) -> None:
    places, source = [play.stage.articles, play.stage.forum], Source.first()
    slug = await play.import_source(source)
    await play.service.start()
    taken: list[Permissions] = []
    async with asyncio.TaskGroup() as tasks:
        posting = [tasks.create_task(play.post(slug, each)) for each in places]
        # Stopped before that, nobody would have anything to talk about.
        await play.stage.discord.until(play.members.have_something, PATIENCE)
        taking = asyncio.create_task(_come_and_go(play, places, taken))
        try:
            await act(play, 40)
            await asyncio.wait(posting)
            source.revise()
            await play.import_source(source)
            updating = [tasks.create_task(play.update(each)) for each in places]
            await act(play, 40)
            await asyncio.wait(updating)
            await play.members.rest()
        finally:
            taking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await taking
    if not taken:
        raise AssertionError("no right was ever taken")
    for each in places:
        await play.mend(each)


async def _come_and_go(play: Play, places: list[Channel], taken: list[Permissions]) -> None:
    server, role = play.stage.server, play.stage.server.role_of(play.stage.app)
    chance = random.Random(play.chance.random())  # noqa: S311 - no secret; apart from members' chance
    while True:
        place = chance.choice(places)
        await asyncio.sleep(chance.uniform(0, 1))
        taken.append(chance.choice(RIGHTS))
        server.set_permissions(place, role, deny=taken[-1])
        try:
            await asyncio.sleep(chance.uniform(0, 1.5))
        finally:
            server.set_permissions(place, role)
