"""Members who write, reply, edit and delete wherever an article is posted, and use the form."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.demo.stage import Stage
from bot.sandbox import Answer, Channel, Message, NoAnswer, Person, Refused, Thread

OFFENDED = (NoAnswer, Refused, LookupError, TimeoutError)
"""What people meet at a bot that is away, late, or thinks otherwise."""

ANSWER_SECONDS = 10.0
"""How long a member waits for an answer that was begun: from a bot that was killed meanwhile it never comes."""

T = TypeVar("T")


@dataclass(eq=False)
class Entered:
    """A comment that somebody sent by form. Every text of it begins with its mark."""

    mark: str
    person: Person
    certain: bool = False
    """Whether the bot said that it has it."""
    settled: bool = False
    """Whether nothing about it is under way or in doubt."""
    texts: set[str] = field(default_factory=set)
    """The texts that it may have in the end."""
    withdrawn: bool = False
    """Whether its author asked to have it withdrawn."""
    gone: bool = False
    """Whether the bot said that it is."""


class Members:
    """Does one thing after the other, drawn by `chance`; what was said stays known here."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage = stage
        self._chance = chance
        self._number = 0
        self._busy: set[asyncio.Task[None]] = set()
        self.said: list[Message] = []
        self.entered: list[Entered] = []
        self._acts: tuple[tuple[int, Callable[[], Awaitable[object]]], ...] = (
            (5, self.say),
            (7, self.reply),
            (4, self.edit),
            (3, self.delete),
            (1, self.purge),
            (2, self.open_thread),
            (1, self.archive),
            (1, self.moderate),
            (2, self.enter),
            (1, self.change),
            (1, self.withdraw),
        )

    async def act(self) -> None:
        """Do something, where Discord lets them."""
        weights, acts = zip(*self._acts, strict=True)
        (act,) = self._chance.choices(acts, weights)
        with contextlib.suppress(Refused):
            await act()

    def have_something(self) -> bool:
        """Whether there is anything to talk about."""
        return bool(self._everything())

    async def rest(self) -> None:
        """Wait until every form that was begun is done with."""
        while self._busy:
            await asyncio.wait(self._busy)

    # Messages

    async def say(self) -> None:
        """Write in a thread."""
        for room in self._one(self._rooms()):
            self.said.append(await self._anybody().say(room, self._words()))

    async def reply(self) -> None:
        """Answer a message, most often one of the bot's."""
        for room in self._one([self._stage.articles, *self._rooms()]):
            there = [each for each in self._stage.discord.messages(room) if not each.type.is_system]
            for target in self._one(there):
                self.said.append(await self._anybody().reply(target, self._words()))

    async def edit(self) -> None:
        """Change a message of one's own."""
        for message in self._one(self._living()):
            await self._author(message).edit(message, self._words())

    async def delete(self) -> None:
        """Delete a message of one's own."""
        for message in self._one(self._living()):
            await self._author(message).delete(message)

    async def purge(self) -> None:
        """Have a moderator delete members' messages of one room at once."""
        for room in self._one(self._rooms()):
            there = [each for each in self._living() if each.channel is room][-3:]
            if len(there) > 1:
                await self._stage.mo.bulk_delete(there)

    async def open_thread(self) -> None:
        """Open a thread on a message of the article."""
        for message in self._one(self._ours(self._stage.articles)):
            await self._anybody().open_thread(message, "Aside")

    async def archive(self) -> None:
        """Have a moderator close a thread for the time being."""
        for room in self._one(self._rooms()):
            await self._stage.mo.change_thread(room, archived=True)

    async def moderate(self) -> None:
        """Have a moderator delete a comment that the bot shows."""
        if self._chance.random() < 0.5:
            for room in self._one(self._rooms()):
                for message in self._one(
                    [each for each in self._ours(room) if each.content.startswith("-# Reader")]
                ):
                    await self._stage.mo.delete(message)

    # The form

    async def enter(self) -> None:
        """Write with the form, top-level or in answer to something."""
        person, mark = self._anybody(), f"Form {len(self.entered)}:"
        closing = [each for each in self._everything() if "## Comments (" in each.content]
        by_menu = self._chance.random() < 0.5
        for target in self._one(self._everything() if by_menu else closing):
            entered = Entered(mark, person)
            self.entered.append(entered)
            self._begin(self._enter(entered, target, by_menu=by_menu))

    async def change(self) -> None:
        """Edit what one entered by form."""
        for entered in self._one([each for each in self.entered if each.settled]):
            entered.settled = False
            self._begin(self._change(entered, f"{entered.mark} {self._words()}"))

    async def withdraw(self) -> None:
        """Withdraw what one entered by form."""
        for entered in self._one([each for each in self.entered if each.settled]):
            entered.settled = False
            self._begin(self._withdraw(entered))

    async def _enter(self, entered: Entered, target: Message, *, by_menu: bool) -> None:
        with contextlib.suppress(*OFFENDED):
            form = await (
                entered.person.menu(target, "Reply", patience=ANSWER_SECONDS)
                if by_menu
                else entered.person.press(target, "Enter a comment", patience=ANSWER_SECONDS)
            )
            text = f"{entered.mark} {self._words()}"
            entered.texts.add(text)
            answer = await entered.person.fill_in(form, text, patience=ANSWER_SECONDS)
            entered.certain = entered.settled = "Thank you" in answer.content

    async def _change(self, entered: Entered, text: str) -> None:
        with contextlib.suppress(*OFFENDED):
            menu = await self._menu(entered)
            form = await entered.person.press(menu, "Edit", patience=ANSWER_SECONDS)
            entered.texts.add(text)
            answer = await entered.person.fill_in(form, text, patience=ANSWER_SECONDS)
            if "is changed" in answer.content:
                entered.texts = {text}
                entered.settled = True

    async def _withdraw(self, entered: Entered) -> None:
        with contextlib.suppress(*OFFENDED):
            menu = await self._menu(entered)
            entered.withdrawn = True
            answer = await entered.person.press(menu, "Withdraw", patience=ANSWER_SECONDS)
            entered.gone = "is withdrawn" in answer.content

    async def _menu(self, entered: Entered) -> Answer:
        shown = next((each for each in self._everything() if entered.mark in each.content), None)
        if shown is None:
            raise LookupError("it does not show yet")
        return await entered.person.menu(shown, "My comment", patience=ANSWER_SECONDS)

    def _begin(self, doing: Awaitable[None]) -> None:
        async def done() -> None:
            await doing

        task = asyncio.create_task(done())
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    # What there is

    def _rooms(self) -> list[Thread]:
        return [each for each in self._stage.server.guild.threads.values() if not each.locked]

    def _ours(self, room: Channel) -> list[Message]:
        messages = self._stage.discord.messages(room)
        return [each for each in messages if each.author is self._stage.app.bot and not each.type.is_system]

    def _everything(self) -> list[Message]:
        return [each for room in (self._stage.articles, *self._rooms()) for each in self._ours(room)]

    def _living(self) -> list[Message]:
        return [each for each in self.said if not each.deleted]

    def _author(self, message: Message) -> Person:
        return next(each for each in (self._stage.alice, self._stage.ben) if each.id == message.author.id)

    def _anybody(self) -> Person:
        return self._chance.choice((self._stage.alice, self._stage.ben))

    def _words(self) -> str:
        self._number += 1
        return f"Words {self._number}, *said* in passing."

    def _one(self, among: Sequence[T]) -> Iterator[T]:
        """One of them by chance, nothing where there is none."""
        if among:
            yield self._chance.choice(among)
