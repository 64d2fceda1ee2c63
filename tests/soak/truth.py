"""The server's truth, and whether the database agrees with it.

The database is read with plain SQL, not through the bot's own code, which is on trial here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.demo.stage import Stage
from bot.sandbox import Message
from tests.soak.members import Entered, Members

Row = sqlite3.Row


@dataclass(frozen=True)
class Stored:
    """What lies in the database."""

    publications: list[Row]
    comments: dict[int, Row]
    """Members' messages, by message id."""
    entered: list[Row]
    placements: list[Row]
    notices: frozenset[int]
    """Messages that tell members of answers."""
    removed: frozenset[int]
    """Messages that we have taken from Discord, of comments that are hidden or deleted."""

    @classmethod
    def read(cls, path: Path) -> Stored:
        """Read all that counts in one transaction."""
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            database.execute("BEGIN")
            comments = database.execute("SELECT * FROM comment WHERE origin = 'discord'").fetchall()
            return cls(
                publications=database.execute("SELECT * FROM publication").fetchall(),
                comments={row["message_id"]: row for row in comments if not row["by_form"]},
                entered=[row for row in comments if row["by_form"]],
                placements=database.execute(
                    "SELECT p.*, c.parent_id, c.section_id AS about FROM placement AS p "
                    "LEFT JOIN comment AS c ON c.id = p.comment_id ORDER BY p.publication_id, ordinal, part"
                ).fetchall(),
                notices=frozenset(
                    row["message_id"] for row in database.execute("SELECT message_id FROM notice")
                ),
                removed=frozenset(
                    row["message_id"] for row in database.execute("SELECT message_id FROM removal")
                ),
            )


def differences(
    path: Path, stage: Stage, members: Members, orders: Mapping[int, Sequence[int]], words: Mapping[str, bool]
) -> list[str]:
    """Everything in which the database and the server differ; nothing at all if nothing is lost or doubled.

    `orders` has the placements of each publication in the order of its first plan, `words` what our messages
    must show in the live publications and what not.
    """
    stored = Stored.read(path)
    return [
        *_unfinished(stored),
        *_ours(stage, stored),
        *_order(stored, orders),
        *_references(stage, stored),
        *_words(stage, stored, words),
        *_members(stage, stored, members),
        *_forms(stage, stored, members.entered),
    ]


def damage(path: Path) -> list[str]:
    """What SQLite itself finds wrong with the file."""
    with closing(sqlite3.connect(path)) as database:
        found = [row[0] for row in database.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [f"foreign key: {row}" for row in database.execute("PRAGMA foreign_key_check")]


def _unfinished(stored: Stored) -> Iterator[str]:
    for row in stored.publications:
        if row["state"] not in {"live", "retired"}:
            yield f"publication {row['id']} is {row['state']}: {row['error']}"


def _ours(stage: Stage, stored: Stored) -> Iterator[str]:
    """Each message of ours is one placement, and shows what it should."""
    there = {each.id: each for each in _our_messages(stage)}
    wanted = {row["message_id"]: row for row in stored.placements if row["wanted"] and not row["gone"]}
    retired = {row["id"] for row in stored.publications if row["state"] == "retired"}
    for row in stored.placements:
        if row["wanted"] and not row["gone"] and row["message_id"] is None:
            yield f"placement {row['id']} ({row['kind']}) was never posted"
        # What is taken out of a retired publication is removed without its placement.
        if not row["wanted"] and not row["gone"] and row["publication_id"] not in retired:
            yield f"placement {row['id']} ({row['kind']}) still waits to be deleted"
    for message in there.keys() - wanted.keys() - stored.notices:
        yield f"our message {message} ({there[message].content[:60]!r}) is one too many"
    for message, row in wanted.items():
        if message in there:
            yield from _one_of_ours(there[message], row)
        elif message is not None:
            yield f"our message {message} ({row['kind']}) is not there, and nothing says why"


def _one_of_ours(message: Message, row: Row) -> Iterator[str]:
    payload = json.loads(row["wanted"])
    if message.content != payload["content"].strip():
        yield f"our message {message.id} shows {message.content[:60]!r}, not {payload['content'][:60]!r}"
    if row["shown"] != row["wanted"]:
        yield f"our message {message.id} counts as not up to date"
    if message.channel.id != row["channel_id"]:
        yield f"our message {message.id} is in another channel than stored"
    if bool(message.components) != bool(payload["buttons"]):
        yield f"our message {message.id} has other buttons than it should"
    jumps = [each["url"] for buttons in message.components for each in buttons["components"] if "url" in each]
    if jumps != [payload[each] for each in ("previous", "following") if each in payload]:
        yield f"our message {message.id} jumps to {jumps}"


def _order(stored: Stored, orders: Mapping[int, Sequence[int]]) -> Iterator[str]:
    """What was planned at first stands in that order, channel by channel."""
    at = {row["id"]: row for row in stored.placements}
    for publication, planned in orders.items():
        rows = [at[each] for each in planned if each in at and at[each]["message_id"]]
        for channel in {row["channel_id"] for row in rows}:
            messages = [row["message_id"] for row in rows if row["channel_id"] == channel]
            if messages != sorted(messages):
                yield f"publication {publication} is out of order in {channel}: {messages}"


def _references(stage: Stage, stored: Stored) -> Iterator[str]:
    """Each comment of ours answers its parent, where that is gone the nearest ancestor or nothing, or its section."""
    there = {each.id: each for each in _our_messages(stage)}
    comments = {row["id"]: row for row in (*stored.comments.values(), *stored.entered)}
    parents = {row["id"]: row["parent_id"] for row in comments.values()}
    parents |= {row["comment_id"]: row["parent_id"] for row in stored.placements if row["comment_id"]}
    first = {(row["publication_id"], row["comment_id"]): row for row in stored.placements if row["part"] == 0}
    for row in stored.placements:
        message = there.get(row["message_id"])
        if row["kind"] != "comment" or message is None:
            continue
        answers = message.reference.message_id if message.reference else None
        if row["part"]:
            allowed = {None, first[row["publication_id"], row["comment_id"]]["message_id"]}
        else:
            allowed = set(_answerable(row, parents, first, comments))
            if row["about"]:
                allowed |= {
                    each["message_id"] for each in stored.placements if each["section_id"] == row["about"]
                }
        if answers not in allowed and (answers in there or answers not in stored.removed):
            yield f"our message {message.id} answers {answers}, which is none of {allowed}"


def _answerable(
    row: Row,
    parents: Mapping[int, int | None],
    first: Mapping[tuple[int, int], Row],
    comments: Mapping[int, Row],
) -> Iterator[int | None]:
    parent = parents[row["comment_id"]]
    while parent is not None:
        shown, written = first.get((row["publication_id"], parent)), comments.get(parent)
        if shown is not None and shown["message_id"]:
            yield shown["message_id"]
            if not shown["gone"]:
                return
            yield None  # what vanishes just before the answer to it leaves that a plain message
        if written is not None and written["message_id"] and written["channel_id"] == row["channel_id"]:
            yield written["message_id"]
            if written["status"] == "visible":
                return
            yield None
        parent = parents.get(parent)
    yield None


def _words(stage: Stage, stored: Stored, words: Mapping[str, bool]) -> Iterator[str]:
    there = {each.id: each for each in _our_messages(stage)}
    # What moderators deleted in one place is hidden in all.
    lost = any(row["gone"] for row in stored.placements)
    for publication in stored.publications:
        if publication["state"] != "live":
            continue
        placements = [row for row in stored.placements if row["publication_id"] == publication["id"]]
        texts = [there[row["message_id"]].content for row in placements if row["message_id"] in there]
        for word, wanted in words.items():
            shown = sum(word in text for text in texts)
            if (shown > 1) or (not wanted and shown) or (wanted and not shown and not lost):
                yield f"publication {publication['id']} shows {word!r} {shown} times"


def _members(stage: Stage, stored: Stored, members: Members) -> Iterator[str]:
    """Each member's message of a live publication is stored once, as it reads now."""
    ours = {row["message_id"]: row for row in stored.placements if row["message_id"]}
    live = {row["id"]: row for row in stored.publications if row["state"] == "live"}
    said = {each.id: each for each in members.said}
    for message in members.said:
        row = stored.comments.get(message.id)
        home = _home(message, stored, ours, said)
        if row is None:
            if home in live and not message.deleted:
                yield f"{_named(message)} is not stored"
        elif row["publication_id"] in live:
            yield from _one_member(message, row, home, ours, stored)
    for identifier in stored.comments.keys() - said.keys():
        yield f"message {identifier} is stored, and nobody wrote it"


def _home(
    message: Message, stored: Stored, ours: Mapping[int, Row], said: Mapping[int, Message]
) -> int | None:
    """The publication that a message belongs to; None for no comment, and where nobody can know any more."""
    target = message.reference.message_id if message.reference else None
    if target is not None and target in ours:
        return int(ours[target]["publication_id"])
    if target is not None and target in stored.comments:
        return int(stored.comments[target]["publication_id"])
    for publication in stored.publications:
        if publication["thread_id"] == message.channel.id:
            return int(publication["id"])
    section = ours.get(message.channel.id)
    if section is not None and section["kind"] == "section":
        return int(section["publication_id"])
    return None


def _one_member(
    message: Message, row: Row, home: int | None, ours: Mapping[int, Row], stored: Stored
) -> Iterator[str]:
    if message.deleted:
        if row["status"] != "deleted" or row["text"]:
            yield f"{_named(message)} was deleted and is {row['status']} with text {row['text']!r}"
        return
    target = message.reference.message_id if message.reference else None
    parent, section = None, None
    if target is not None and target not in stored.comments and target not in ours:
        parent = row[
            "parent_id"
        ]  # a message of ours that is deleted: what it showed, nobody can tell any more
    elif target is not None and target in stored.comments:
        parent = stored.comments[target]["id"]
    elif target is not None and target in ours:
        parent, section = ours[target]["comment_id"], ours[target]["section_id"]
    elif message.channel.id in ours:
        section = ours[message.channel.id]["section_id"]
    wanted = {
        "publication_id": home,
        "channel_id": message.channel.id,
        "text": message.content,
        "status": "visible",
        "parent_id": parent,
    } | ({"section_id": section} if parent is None and target in {None, *ours} else {})
    for name, value in wanted.items():
        if row[name] != value:
            yield f"{_named(message)} is stored with {name} {row[name]!r}, not {value!r}"


def _forms(stage: Stage, stored: Stored, entered: Iterable[Entered]) -> Iterator[str]:
    """What was entered by form is stored once, shows once, and reads as its author left it."""
    shown = [each.content for each in _our_messages(stage)]
    live = {row["id"] for row in stored.publications if row["state"] == "live"}
    for each in entered:
        rows = [row for row in stored.entered if row["text"].startswith(each.mark + " ")]
        copies = sum(f"{each.mark} " in content for content in shown)
        if len(rows) > 1 or copies > 1:
            yield f"{each.mark} is stored {len(rows)} times and shows {copies} times"
        if each.gone and (rows or copies):
            yield f"{each.mark} was withdrawn and is still there"
        if each.certain and not each.withdrawn and not rows:
            yield f"{each.mark} was accepted and is not stored"
        for row in rows:
            if row["text"] not in each.texts:
                yield f"{each.mark} is stored as {row['text']!r}, which is none of {each.texts}"
            if row["publication_id"] in live and not copies and row["status"] == "visible":
                yield f"{each.mark} is stored and does not show"


def _our_messages(stage: Stage) -> Iterator[Message]:
    for channel in (*stage.server.guild.channels.values(), *stage.server.guild.threads.values()):
        for message in channel.messages.values():
            if message.author is stage.app.bot and not message.type.is_system and not message.ephemeral:
                yield message


def _named(message: Message) -> str:
    return f"message {message.id} ({message.content!r} in {message.channel.name})"
