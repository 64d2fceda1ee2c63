"""One soak: an article posted and talked about under faults, then the database held against the server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import shutil
import signal
import sqlite3
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.stage import Stage, set_stage
from bot.discussion.identity import Identities
from bot.discussion.importing import import_records
from bot.formats.base import ReadOptions
from bot.formats.registry import recognise
from bot.formats.stream import head_of, open_source
from bot.sandbox import Act, Answer, Channel, RateLimits, Schedule
from bot.sandbox.faults import ANY_EVENT, ANY_REQUEST
from bot.sandbox.limits import CREATE_MESSAGE, EDIT_MESSAGE, START_FROM_MESSAGE, START_THREAD
from bot.store.database import Database
from tests.soak.members import OFFENDED, Members
from tests.soak.service import Service
from tests.soak.source import Source
from tests.soak.truth import damage, differences

PATIENCE = 60.0
"""Seconds for each thing that must come to pass."""

UNREACHABLE = 1
"""The bot's exit code where it cannot reach Discord at its start."""

READ_MESSAGES = "GET /channels/{channel_id}/messages"
POINTS = {
    ANY_REQUEST: 120,
    ANY_EVENT: 120,
    CREATE_MESSAGE: 30,
    EDIT_MESSAGE: 6,
    START_FROM_MESSAGE: 1,
    START_THREAD: 1,
    READ_MESSAGES: 8,
    "MESSAGE_CREATE": 60,
    "MESSAGE_UPDATE": 12,
    "MESSAGE_DELETE": 6,
    "THREAD_CREATE": 3,
}
"""Where faults come, each with the last number of interest: an ordinary play has about so many."""

EXCUSED_SECONDS = 2.0
"""For so long after a start or a fault the bot cannot know how far a limit is used up."""


def schedule_of(seed: int) -> Schedule:
    """The faults of a seed: a few of every act."""
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    acts = {act: chance.randint(0, 3) for act in Act}
    acts |= {Act.DIE: chance.randint(0, 1), Act.LOSE: chance.randint(0, 2), Act.KILL: chance.randint(1, 4)}
    return Schedule.drawn(seed, acts, POINTS)


@dataclass(slots=True)
class Outcome:
    """What came of a play."""

    seed: int
    faults: Counter[Act] = field(default_factory=Counter)
    kills: int = 0
    messages: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    folder: Path | None = None
    """Where schedule, server log and database of a failed one are."""


@dataclass(slots=True)
class Play:
    """A stage, the bot kept running beside it, and members."""

    stage: Stage
    path: Path
    service: Service
    members: Members
    chance: random.Random
    words: dict[str, bool] = field(default_factory=dict)
    """What our messages must show in the end, and what not."""
    orders: dict[int, list[int]] = field(default_factory=dict)
    """The placements of each publication in the order of its first plan."""

    # What is done

    async def import_source(self, source: Source) -> str:
        """Import what a source holds now; the article's slug."""
        self.words = source.expected
        return await self.import_file(source.write(self.path.with_name("source.json")))

    async def import_file(self, file: Path) -> str:
        """Import a file as `oped import` does beside a running bot; the article's slug."""
        async with Database.open(self.path, migrate=True) as database:
            with file.open("rb") as raw, open_source(raw) as stream:
                found = recognise(head_of(stream))
                report = await import_records(
                    database,
                    found.read(stream, ReadOptions()),
                    format_name=found.name,
                    identities=Identities.beside(self.path),
                )
        return report.articles[0].slug

    async def post(self, slug: str, channel: Channel) -> None:
        """Have the article posted in a channel."""
        mo, here = self.stage.mo, self.stage.articles
        await self._insist(
            lambda: mo.command("article post", here=here, article=slug, channel=channel, patience=2),
            lambda: self._publications(channel),
        )
        (publication,) = self._publications(channel)

        def planned() -> list[sqlite3.Row]:
            return self.rows(
                "SELECT id FROM placement WHERE publication_id = ? ORDER BY ordinal, part", publication
            )

        await self.stage.discord.until(planned, PATIENCE)
        self.orders[publication] = [row["id"] for row in planned()]

    async def update(self, channel: Channel) -> None:
        """Bring what is posted in a channel to what the source holds."""
        (publication,) = self._publications(channel)
        done = False

        async def ask() -> None:
            nonlocal done
            answer = await self._manage("update", publication)
            if "up to date" in answer.content or "is retired" in answer.content:
                done = True
            else:
                await self.stage.mo.press(answer, "Update", patience=2)

        await self._insist(ask, lambda: done)

    async def retire(self, channel: Channel) -> None:
        """Have the discussion in a channel closed."""
        (publication,) = self._publications(channel)
        await self._insist(
            lambda: self._manage("retire", publication),
            lambda: self.rows(
                "SELECT 1 FROM publication WHERE id = ? AND state IN ('retiring', 'retired')", publication
            ),
        )

    async def mend(self, channel: Channel) -> None:
        """Have what is posted in a channel go on where it has stopped. What was missed the bot must find by itself."""
        (publication,) = self._publications(channel)

        async def ask() -> None:
            status = await self._manage("status", publication)
            if "It stopped: " in status.content:
                await self.stage.mo.press(status, "Try again", patience=2)

        await self._insist(
            ask, lambda: self.rows("SELECT 1 FROM publication WHERE id = ? AND state = 'live'", publication)
        )

    def _manage(self, what: str, publication: int) -> Awaitable[Answer]:
        here = self.stage.articles
        return self.stage.mo.command(f"article {what}", here=here, publication=str(publication), patience=2)

    async def _insist(self, ask: Callable[[], Awaitable[object]], done: Callable[[], object]) -> None:
        """Ask until it is done, as people do whose bot did not answer."""
        async with asyncio.timeout(PATIENCE):
            while not done():
                with contextlib.suppress(*OFFENDED):
                    await ask()
                with contextlib.suppress(TimeoutError):
                    await self.stage.discord.until(done, 0.5)

    # What is found

    def rows(self, statement: str, *parameters: object) -> list[sqlite3.Row]:
        """What lies in the database."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            return database.execute(statement, parameters).fetchall()

    async def settle(self, *, patience: float = PATIENCE) -> list[str]:
        """Wait until database and server agree; in what they still differ so long after the last fault."""
        found: list[str] = []
        faults, seen = self.stage.discord.faults, 0

        def agree() -> bool:
            found[:] = differences(self.path, self.stage, self.members, self.orders, self.words)
            return not found

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience) as limit:
                while not agree():
                    await asyncio.sleep(0.25)
                    if faults is not None and len(faults.happened) > seen:
                        # Each kill costs a start, which on a busy machine takes seconds.
                        seen = len(faults.happened)
                        limit.reschedule(asyncio.get_running_loop().time() + patience)
        return found

    def own_429s(self) -> list[str]:
        """Requests that met a limit which the bot could have known of."""
        faults = self.stage.discord.faults
        moments = [each.time for each in faults.happened] if faults else []
        moments += self.service.starts
        return [
            f"{request.method} {request.path} met a limit by itself"
            for request in self.stage.discord.requests
            if request.status == 429
            and not any(0 <= request.time - moment < EXCUSED_SECONDS for moment in moments)
        ]

    def _publications(self, channel: Channel) -> list[int]:
        return [row["id"] for row in self.rows("SELECT id FROM publication WHERE channel_id = ?", channel.id)]


@asynccontextmanager
async def playing(
    folder: Path, seed: int, schedule: Schedule | None, *, limits: RateLimits | None = None
) -> AsyncIterator[Play]:
    """Set the stage; the bot is stopped at the end of the block, if it was started."""
    limits = limits or RateLimits.real().faster(20)
    async with set_stage(limits=limits, schedule=schedule) as stage:
        path = folder / "oped.db"
        service = Service(stage, path)
        chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
        play = Play(stage, path, service, Members(stage, chance), chance)
        try:
            yield play
        finally:
            await service.stop()
            _log_server(stage, folder / "server.log")


Doing = Callable[[Play, Outcome], Awaitable[None]]


async def carry_out(
    doing: Doing,
    *,
    seed: int,
    schedule: Schedule,
    folder: Path | None = None,
    limits: RateLimits | None = None,
) -> Outcome:
    """Do something on a stage with faults. Where it fails, its folder is left with all it takes to see why."""
    place = Path(tempfile.mkdtemp(prefix=f"oped-soak-{seed}-", dir=folder))
    outcome, begun = Outcome(seed), time.monotonic()
    (place / "schedule.json").write_text(schedule.dump(), encoding="utf-8")
    try:
        async with playing(place, seed, schedule, limits=limits) as play:
            await doing(play, outcome)
            await _conclude(play, outcome)
    except Exception as error:  # noqa: BLE001 - it is the outcome
        outcome.problems.append("".join(traceback.format_exception(error)))
    outcome.seconds = time.monotonic() - begun
    if outcome.problems:
        outcome.folder = place
        (place / "problems.txt").write_text("\n".join(outcome.problems), encoding="utf-8")
    else:
        shutil.rmtree(place)
    return outcome


async def soak(seed: int, folder: Path | None = None) -> Outcome:
    """Play one seed."""
    return await carry_out(_perform, seed=seed, schedule=schedule_of(seed), folder=folder)


async def _conclude(play: Play, outcome: Outcome) -> None:
    """Wait until all agree, end the bot, and look once more at what is left."""
    outcome.problems += await play.settle()
    await play.stage.discord.until(lambda: play.stage.discord.is_connected(play.stage.app), PATIENCE)
    code = await play.service.stop()
    if code not in {0, -signal.SIGKILL}:
        outcome.problems.append(f"the bot ended with {code} when asked to stop")
    if set(play.service.ends) - {UNREACHABLE}:
        outcome.problems.append(f"the bot ended by itself: {play.service.ends}")
    outcome.problems += damage(play.path)
    outcome.problems += play.service.unforeseen()
    outcome.problems += play.own_429s()
    outcome.kills = play.service.kills
    outcome.messages = len(play.members.said) + len(play.members.entered)
    if play.stage.discord.faults is not None:
        outcome.faults = play.stage.discord.faults.counts


async def _perform(play: Play, outcome: Outcome) -> None:
    """Post in a text channel and in a forum, one soon after the other, while members take part."""
    chance, places, source = play.chance, [play.stage.articles, play.stage.forum], Source.first()
    slug = await play.import_source(source)
    await play.service.start()
    chance.shuffle(places)
    async with asyncio.TaskGroup() as tasks:
        posting = [tasks.create_task(play.post(slug, places[0]))]
        await play.stage.discord.until(play.members.have_something, PATIENCE)
        await act(play, chance.randint(10, 25))
        posting.append(tasks.create_task(play.post(slug, places[1])))
        await act(play, chance.randint(10, 30))
        await asyncio.wait(posting)
        source.revise()
        await play.import_source(source)
        updating = [tasks.create_task(play.update(each)) for each in places]
        await act(play, chance.randint(10, 30))
        await asyncio.wait(updating)
        await act(play, chance.randint(0, 10))
        tasks.create_task(play.retire(chance.choice(places)))
        await act(play, chance.randint(5, 20))
        await play.members.rest()


async def act(play: Play, times: int) -> None:
    """Have members do so many things."""
    for _ in range(times):
        await play.members.act()
        await asyncio.sleep(play.chance.uniform(0, 0.15))  # people take their time


def _log_server(stage: Stage, file: Path) -> None:
    """Write what was asked of the server and which faults came, in order of time."""
    faults = stage.discord.faults
    lines: list[tuple[float, str]] = [
        (each.time, f"{each.method} {each.path} -> {each.status} {json.dumps(each.body)}")
        for each in stage.discord.requests
    ]
    lines += [(each.time, f"FAULT {each.fault} at {each.at}") for each in (faults.happened if faults else ())]
    file.write_text("".join(f"{moment:.3f} {line}\n" for moment, line in sorted(lines)), encoding="utf-8")
