"""What a person sees come back after a command, a button or a form."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from bot.sandbox import interactions
from bot.sandbox.applications import Interaction
from bot.sandbox.world import PATIENCE

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Message
    from bot.sandbox.world import World


class NoAnswer(Exception):  # noqa: N818 - what the person sees
    """The bot did not answer in time: Discord shows "The application did not respond"."""


class Answer:
    """A bot's answer to one act, as it stands now: edits show through."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self.world = world
        self.interaction = interaction

    @property
    def message(self) -> Message:
        """The message that answers, or that was updated. Raises LookupError if there is none."""
        message = self.interaction.original
        if message is None or message.deleted:
            raise LookupError("the answer is no message")
        return message

    @property
    def deleted(self) -> bool:
        """Whether there was a message and it is gone."""
        return self.interaction.original is not None and self.interaction.original.deleted

    @property
    def content(self) -> str:
        """The text of the answer."""
        return self.message.content

    @property
    def ephemeral(self) -> bool:
        """Whether only the person who asked sees it."""
        return self.message.ephemeral

    @property
    def components(self) -> list[Json]:
        """The answer's components, nested as Discord gives them."""
        return self.message.components

    @property
    def embeds(self) -> list[Json]:
        """The answer's embeds."""
        return self.message.embeds

    @property
    def edits(self) -> int:
        """How often the answer was edited, the filling of a deferred one included."""
        return self.interaction.edits

    @property
    def deferred(self) -> bool:
        """Whether the bot first said that it was thinking."""
        return self.interaction.answered_with in {5, 6}

    @property
    def followups(self) -> list[Message]:
        """The further answers that still stand, oldest first."""
        return [message for message in self.interaction.followups if not message.deleted]

    @property
    def is_form(self) -> bool:
        """Whether the answer is a form to fill in."""
        return self.interaction.form is not None

    @property
    def form(self) -> Json:
        """The form (modal) that was opened. Raises LookupError if there is none."""
        if self.interaction.form is None:
            raise LookupError(f"the answer is no form but {self.content!r}")
        return self.interaction.form

    async def wait_edited(self, timeout: float = PATIENCE) -> Answer:  # noqa: ASYNC109 - a test's patience
        """Wait until the answer is edited once more than now. Raises TimeoutError."""
        before = self.edits
        await self.world.until(lambda: self.edits > before, timeout)
        return self


async def await_answer(world: World, interaction: Interaction, patience: float) -> Answer:
    """Wait for the first answer and, for at most `patience` seconds, until a deferred one is filled."""
    deadline = interaction.created + interactions.FIRST_ANSWER_WITHIN
    seconds = interactions.FIRST_ANSWER_WITHIN.total_seconds()
    with contextlib.suppress(TimeoutError):
        await world.until(lambda: interaction.answered_with is not None or world.now() > deadline, seconds)
    if interaction.answered_with is None:
        raise NoAnswer(f"the bot did not answer within {seconds:.0f} s")
    answer = Answer(world, interaction)
    if interaction.loading and patience:
        try:
            await world.until(lambda: not interaction.loading or answer.deleted, patience)
        except TimeoutError:
            raise NoAnswer(f"the bot deferred its answer and did not fill it within {patience:g} s") from None
    return answer
