"""Who may do what: the one source of the README's table and of the test that tries every cell of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """Who does it, as the table's columns are called."""

    MEMBER = "Member"
    MUTED = "Muted"
    BANNED = "Banned"
    OPTED_OUT = "Opted out"
    CHOSEN = "Chosen role"
    MESSAGES = "Manage Messages"
    SERVER = "Manage Server"


EVERYBODY = frozenset(Role)
MODERATORS = frozenset({Role.CHOSEN, Role.MESSAGES})


class Kind(StrEnum):
    """What an act is done with."""

    COMMAND = "command"
    MENU = "menu"
    BUTTON = "button"


@dataclass(frozen=True)
class Act:
    """A command with its options, the menu of a comment, or a button under the article or in the log.

    What is `targeted` names a row that other servers and who cannot read the channel must not reach.
    """

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    kind: Kind = Kind.COMMAND
    targeted: bool = False

    def __str__(self) -> str:
        return f"`/{self.name}`" if self.kind is Kind.COMMAND else f"*{self.name}*"


@dataclass(frozen=True)
class Rule:
    """Acts that the same people may do."""

    what: str
    allowed: frozenset[Role]
    acts: tuple[Act, ...]


def _menu(name: str) -> Act:
    return Act(name, kind=Kind.MENU, targeted=True)


def _button(name: str) -> Act:
    return Act(name, kind=Kind.BUTTON, targeted=True)


def _on(name: str, **options: Any) -> Act:
    return Act(name, options, targeted=True)


IMPORTED, OWN, ARTICLE, POSTED = {"comment": "#1"}, {"comment": "#3"}, {"article": "1"}, {"publication": "1"}

RULES = (
    Rule(
        "Read and look up",
        EVERYBODY,
        (
            _button("Read here"),
            _button("Discuss"),
            _menu("More"),
            _menu("My comment"),
            _on("comment show", **IMPORTED),
            _on("comment search", words="live"),
            _on("comment tree", article="on-rivers"),
            _on("comment best", **ARTICLE),
            _on("comment more", **ARTICLE),
            Act("comment mine"),
            Act("help"),
        ),
    ),
    Rule(
        "Follow, be told of answers",
        EVERYBODY - {Role.OPTED_OUT},
        (
            _on("follow article", **ARTICLE),
            Act("follow digest", {"how_often": 24}),
            Act("follow replies", {"notices": False}),
        ),
    ),
    Rule(
        "See what is new of it, stop it",
        EVERYBODY,
        (
            Act("follow news"),
            Act("follow list"),
            Act("follow stop", {"what": "everything"}),
        ),
    ),
    Rule(
        "Comment",
        EVERYBODY - {Role.MUTED, Role.BANNED, Role.OPTED_OUT},
        (_button("Enter a comment"), _menu("Reply")),
    ),
    Rule(
        "Report a comment, claim an imported one",
        EVERYBODY - {Role.BANNED, Role.OPTED_OUT},
        (_menu("Report comment"), _on("comment claim", **IMPORTED)),
    ),
    Rule(
        "Moderate comments and people",
        MODERATORS,
        (
            _menu("Moderate comment"),
            _button("Undo"),
            Act("comment claims"),
            _on("comment history", **OWN),
            _on("comment pin", **OWN, reason="r"),
            _on("comment hide", **OWN, reason="r"),
            _on("comment restore", **OWN),
            _on("comment move", **OWN, to="section 2", reason="r"),
            _on("comment delete", comment="#2", reason="r"),
            Act("moderation queue"),
            Act("moderation log"),
            Act("moderation reports"),
            Act("moderation mute", {"time": "1h"}),
            Act("moderation unmute"),
            Act("moderation ban"),
            Act("moderation unban"),
        ),
    ),
    Rule(
        "Keep order in a discussion",
        MODERATORS,
        (
            _on("discussion status", **ARTICLE),
            _on("discussion lock", **ARTICLE),
            _on("discussion unlock", **ARTICLE),
            _on("discussion slowmode", **ARTICLE, seconds=0),
            _on("discussion close-after", **ARTICLE),
            _on("discussion mode", **ARTICLE, mode="open"),
        ),
    ),
    Rule(
        "Choose filters",
        MODERATORS | {Role.SERVER},
        (Act("discussion filter", {"kind": "links", "action": "off"}),),
    ),
    Rule(
        "Post articles, set the server up",
        frozenset({Role.SERVER}),
        (
            Act("settings"),
            Act("article list"),
            _on("article status", **POSTED),
            _on("article stats", **POSTED),
            _on("article export", **POSTED, format="json"),
            _on("article update", **POSTED),
            _on("article catch-up", **POSTED),
            Act("article post", {"article": "on-rivers"}),
            _on("article retire", **POSTED),
        ),
    ),
    Rule(
        "Privacy",
        EVERYBODY,
        (
            Act("privacy policy"),
            Act("privacy export"),
            Act("privacy erase"),
            Act("privacy opt-in"),
            Act("privacy opt-out"),
        ),
    ),
)
"""In an order in which what one act changes does not stand in the way of the next."""


def table() -> Iterator[str]:
    """The lines of the README's table."""
    yield "| | " + " | ".join(Role) + " |"
    yield "| --- |" + " :-: |" * len(Role)
    for rule in RULES:
        what = f"**{rule.what}**: {', '.join(map(str, rule.acts))}"
        cells = ("yes" if role in rule.allowed else "no" for role in Role)
        yield f"| {what} | {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table())
