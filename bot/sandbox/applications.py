"""What applications have in this world: their commands, and what people do with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.objects import MessageFlags

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Application, Channel, Member, Message

COMMAND, COMPONENT, AUTOCOMPLETE, FORM = 2, 3, 4, 5
"""Kinds of interaction (interactions/receiving-and-responding)."""


@dataclass(eq=False)
class Command:
    """A command of an application, everywhere or (`guild_id`) in one guild."""

    id: int
    application_id: int
    guild_id: int | None
    version: int
    body: Json

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.body["name"])

    @property
    def type(self) -> int:
        """Slash command, user menu or message menu."""
        return int(self.body["type"])

    def payload(self) -> Json:
        """The command as REST gives it."""
        payload = self.body | {
            "id": str(self.id),
            "application_id": str(self.application_id),
            "version": str(self.version),
        }
        return payload | {"guild_id": str(self.guild_id)} if self.guild_id is not None else payload


@dataclass(eq=False)
class Interaction:
    """One act of a person, and what has come back."""

    id: int
    token: str = field(repr=False)
    application: Application
    kind: int
    channel: Channel
    member: Member
    created: datetime
    data: Json
    source: Message | None = None
    """The message that holds the component, also for a form that a component opened."""
    opened_by: Interaction | None = None
    """For a form: what it was the answer to."""
    answered_with: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    form: Json | None = None
    edits: int = 0
    """How often the first answer was edited, the filling of a deferred one included."""

    @property
    def loading(self) -> bool:
        """Whether the person sees that the bot is thinking."""
        return self.original is not None and MessageFlags.LOADING in self.original.flags

    def metadata(self) -> Json:
        """What messages tell of the interaction they answer."""
        told: Json = {
            "id": str(self.id),
            "type": self.kind,
            "user": payloads.user(self.member.user),
            "authorizing_integration_owners": {"0": str(self.member.guild.id)},
        }
        if self.kind == COMPONENT and self.source is not None:
            told["interacted_message_id"] = str(self.source.id)
        if self.kind == FORM and self.opened_by is not None:
            told["triggering_interaction_metadata"] = self.opened_by.metadata()
        return told
