"""What members write in Discord, stored batch by batch.

Events come in any order and more than once. Whatever the order, the same comments result: a message is known
by its id, a reply by the message it answers, and a deletion counts also when it comes first (`bot.store.tombstones`).

A batch is handed to SQLite as a whole and stored set by set: a statement for each message would spend more time
on the way between threads than in the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import Attachment, ChannelId, ContentState, MessageId, RoleId, UserId
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds

CAPTURING = "q.state IN ('posting', 'live', 'failed')"

_SCHEMA = """
CREATE TEMP TABLE IF NOT EXISTS incoming (
    message_id INTEGER PRIMARY KEY, channel_id INTEGER, user_id INTEGER, author TEXT, knows_nick INTEGER,
    text TEXT, content_state TEXT, created_at INTEGER, edited_at INTEGER, reply_to INTEGER, attachments TEXT,
    publication_id INTEGER, section_id INTEGER, outcome TEXT
)
"""
_FILL = f"""
INSERT INTO incoming
SELECT {", ".join(f"json_extract(value, '$[{column}]')" for column in range(11))}, NULL, NULL, NULL
FROM json_each(?)
"""

# A reply belongs where the message it answers does; any other message of a publication's thread, or of a thread
# on one of its sections, is a comment of its own. (A thread bears the id of the message it stands on, so that the
# one on the closing message is known even before Discord has told us that it was made.) In a text channel itself
# only replies count. Whatever answers a comment is about the same section.
_LOCATE = f"""
UPDATE incoming SET
    outcome = iif(EXISTS (SELECT 1 FROM comment AS c WHERE c.message_id = incoming.message_id), 'known', 'created'),
    publication_id = coalesce(
        (SELECT q.id FROM comment AS c JOIN publication AS q ON q.id = c.publication_id
            WHERE c.message_id = incoming.message_id AND {CAPTURING}),
        (SELECT q.id FROM comment AS c JOIN publication AS q ON q.id = c.publication_id
            WHERE c.message_id = incoming.reply_to AND c.channel_id = incoming.channel_id AND {CAPTURING}),
        (SELECT q.id FROM placement AS m JOIN publication AS q ON q.id = m.publication_id
            WHERE m.message_id = incoming.reply_to AND m.channel_id = incoming.channel_id AND {CAPTURING}),
        (SELECT q.id FROM publication AS q WHERE q.thread_id = incoming.channel_id AND {CAPTURING}),
        (SELECT q.id FROM placement AS m JOIN publication AS q ON q.id = m.publication_id
            WHERE m.message_id = incoming.channel_id AND m.kind IN ('section', 'closing') AND {CAPTURING})
    ),
    section_id = coalesce(
        (SELECT m.section_id FROM placement AS m WHERE m.message_id = incoming.channel_id),
        (SELECT c.section_id FROM comment AS c
            WHERE c.message_id = incoming.reply_to AND c.channel_id = incoming.channel_id),
        (SELECT ifnull(m.section_id, c.section_id) FROM placement AS m LEFT JOIN comment AS c ON c.id = m.comment_id
            WHERE m.message_id = incoming.reply_to AND m.channel_id = incoming.channel_id)
    )
"""
# What a reply in a publication's text channel answers may yet turn out to be ours.
_SET_ASIDE = f"""
UPDATE incoming SET outcome = iif(reply_to < message_id AND EXISTS (
    SELECT 1 FROM publication AS q WHERE q.channel_id = incoming.channel_id AND {CAPTURING}), 'open', 'foreign')
WHERE publication_id IS NULL
"""
# Nobody is named again for a tombstone: its author may have had everything erased.
_COMMENTERS = """
INSERT INTO commenter (user_id, name)
SELECT user_id, author FROM (SELECT user_id, author, max(message_id) FROM incoming
    WHERE publication_id IS NOT NULL AND knows_nick = ? AND NOT EXISTS (
        SELECT 1 FROM comment AS c WHERE c.message_id = incoming.message_id AND c.status = 'deleted')
    GROUP BY user_id)
WHERE true ON CONFLICT (user_id) DO
"""
_CREATE = """
INSERT INTO comment (article_id, section_id, commenter_id, origin, status, text, created_at, edited_at,
    publication_id, channel_id, message_id, reply_to, content_state)
SELECT q.article_id, i.section_id, w.id, 'discord', iif(d.message_id IS NULL, 'visible', 'deleted'),
    iif(d.message_id IS NULL, i.text, ''), i.created_at, iif(d.message_id IS NULL, i.edited_at, NULL),
    q.id, i.channel_id, i.message_id, i.reply_to, i.content_state
FROM incoming AS i JOIN publication AS q ON q.id = i.publication_id JOIN commenter AS w ON w.user_id = i.user_id
    LEFT JOIN deleted_message AS d ON d.message_id = i.message_id
WHERE i.outcome = 'created' ORDER BY i.message_id
"""
_ATTACH = """
INSERT INTO attachment (comment_id, position, kind, name)
SELECT c.id, a.key, json_extract(a.value, '$[0]'), json_extract(a.value, '$[1]')
FROM incoming AS i JOIN comment AS c ON c.message_id = i.message_id JOIN json_each(i.attachments) AS a
WHERE i.outcome = ? AND c.status <> 'deleted'
"""

# A message answers older ones only, which also keeps replies from running in a circle.
_WAITING = "parent_id IS NULL AND reply_to < message_id"
# What a message answers: a member's comment, or a comment or section that one of our messages shows.
_ANSWERED = """
    parent_id = coalesce(
        (SELECT c.id FROM comment AS c
            WHERE c.message_id = comment.reply_to AND c.article_id = comment.article_id),
        (SELECT p.comment_id FROM placement AS p JOIN publication AS q ON q.id = p.publication_id
            WHERE p.message_id = comment.reply_to AND q.article_id = comment.article_id)),
    section_id = coalesce(
        section_id,
        (SELECT c.section_id FROM comment AS c
            WHERE c.message_id = comment.reply_to AND c.article_id = comment.article_id),
        (SELECT ifnull(p.section_id, c.section_id) FROM placement AS p JOIN publication AS q
            ON q.id = p.publication_id LEFT JOIN comment AS c ON c.id = p.comment_id
            WHERE p.message_id = comment.reply_to AND q.article_id = comment.article_id))
"""
_LINK = f"""
UPDATE comment SET {_ANSWERED} WHERE {_WAITING} AND (
    message_id IN (SELECT message_id FROM incoming WHERE outcome = 'created')
    OR reply_to IN (SELECT message_id FROM incoming WHERE outcome = 'created'))
"""
# What came before the comment that it answers learns only now which section it is about.
_INHERIT_SECTIONS = """
WITH RECURSIVE below (id, section_id) AS (
    SELECT r.id, c.section_id FROM comment AS c JOIN comment AS r ON r.parent_id = c.id
    WHERE c.message_id IN ({0}) AND c.section_id IS NOT NULL AND r.section_id IS NULL AND r.origin = 'discord'
    UNION ALL
    SELECT r.id, below.section_id FROM below JOIN comment AS r ON r.parent_id = below.id
    WHERE r.section_id IS NULL AND r.origin = 'discord'
)
UPDATE comment SET section_id = below.section_id FROM below WHERE comment.id = below.id
"""

# Discord's edit times can go back by a hair (discord-api-docs #8281), hence the few milliseconds.
_CURRENT = """
c.status <> 'deleted' AND i.content_state = 'shown'
AND coalesce(i.edited_at, i.created_at) + 5 >= ifnull(c.edited_at, 0)
"""
_DIFFERS = """
c.text <> i.text OR c.content_state = 'hidden' OR (
    SELECT json_group_array(json_array(json_extract(a.value, '$[0]'), json_extract(a.value, '$[1]')))
    FROM json_each(i.attachments) AS a)
<> (SELECT json_group_array(json_array(kind, name))
    FROM (SELECT kind, name FROM attachment WHERE comment_id = c.id ORDER BY position))
"""
_COMPARE = f"""
UPDATE incoming SET outcome = ifnull((
    SELECT iif({_DIFFERS}, 'edited', 'unchanged') FROM incoming AS i JOIN comment AS c ON c.message_id = i.message_id
    WHERE i.message_id = incoming.message_id AND {_CURRENT}), 'stale')
WHERE outcome = 'known'
"""
_KEEP_REVISIONS = """
INSERT INTO revision (comment_id, text, replaced_at)
SELECT c.id, c.text, coalesce(i.edited_at, i.created_at)
FROM incoming AS i JOIN comment AS c ON c.message_id = i.message_id
WHERE i.outcome = 'edited' AND c.text <> i.text AND c.text <> '' AND c.content_state = 'shown'
"""
_EDIT = """
UPDATE comment SET text = i.text, content_state = 'shown', edited_at = CASE
    WHEN i.edited_at IS NOT NULL THEN max(i.edited_at, ifnull(comment.edited_at, 0))
    WHEN comment.text <> i.text AND comment.content_state = 'shown' THEN i.created_at
    ELSE comment.edited_at END
FROM incoming AS i WHERE comment.message_id = i.message_id AND i.outcome IN ('edited', 'unchanged')
"""


class Outcome(StrEnum):
    """What a message came to.

    `OPEN` is a reply in a publication's text channel to a message that is not known, or not known yet.
    """

    CREATED = "created"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    STALE = "stale"
    OPEN = "open"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """A member's message as Discord has it now: new, or edited, or read again by catch-up.

    `knows_nick` says whether `author` is the name on this server: a channel's history does not tell it, nor when the
    author joined the server, whether they have *Manage Messages* there (`moderates`) and which roles. With
    `content_state` hidden, `text` is empty because Discord withholds it.
    """

    channel_id: ChannelId
    message_id: MessageId
    user_id: UserId
    author: str
    text: str
    created_at: datetime
    edited_at: datetime | None = None
    reply_to: MessageId | None = None
    attachments: tuple[Attachment, ...] = ()
    content_state: ContentState = ContentState.SHOWN
    knows_nick: bool = True
    joined_at: datetime | None = None
    moderates: bool = False
    roles: frozenset[RoleId] = frozenset()


class Incoming:
    """Takes in what members do, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def store(self, messages: Sequence[MessageWritten]) -> dict[MessageId, Outcome]:
        """Store messages, or what has changed about them; what each came to. Each may be there once.

        A tombstone stays one. Replies that came before what they answer are attached to it now.
        """
        if not messages:
            return {}
        await self._tx.execute(_SCHEMA)
        await self._tx.execute(_FILL, (json.dumps([_row(each) for each in messages], ensure_ascii=False),))
        await self._tx.execute(_LOCATE)
        if await self._tx.execute(_SET_ASIDE) < len(messages):
            await self._note_commenters(messages)
            await self._create(messages)
            await self._edit()
        found = await self._tx.fetch_value(
            "SELECT json_group_array(json_array(message_id, outcome)) FROM incoming"
        )
        await self._tx.execute("DELETE FROM incoming")
        return {MessageId(message): Outcome(outcome) for message, outcome in json.loads(found)}

    async def link(self, message: MessageId) -> None:
        """Attach the replies that were waiting for a message to what it has turned out to be or show."""
        await self._tx.execute(
            f"UPDATE comment SET {_ANSWERED} WHERE reply_to = ? AND {_WAITING}", (message,)
        )
        await self._tx.execute(
            _INHERIT_SECTIONS.format("SELECT message_id FROM comment WHERE reply_to = ?"), (message,)
        )

    async def _note_commenters(self, messages: Iterable[MessageWritten]) -> None:
        known = {each.knows_nick for each in messages}
        if False in known:
            await self._tx.execute(f"{_COMMENTERS} NOTHING", (False,))
        if True in known:
            await self._tx.execute(
                f"{_COMMENTERS} UPDATE SET name = excluded.name WHERE name <> excluded.name", (True,)
            )

    async def _create(self, messages: Iterable[MessageWritten]) -> None:
        if not await self._tx.execute(_CREATE):
            return
        await self._tx.execute(
            "DELETE FROM deleted_message "
            "WHERE message_id IN (SELECT message_id FROM incoming WHERE outcome = 'created')"
        )
        await self._tx.execute(_LINK)
        await self._tx.execute(
            _INHERIT_SECTIONS.format("SELECT message_id FROM incoming WHERE outcome = 'created'")
        )
        if any(each.attachments for each in messages):
            await self._tx.execute(_ATTACH, (Outcome.CREATED,))

    async def _edit(self) -> None:
        if not await self._tx.execute(_COMPARE):
            return
        await self._tx.execute(_KEEP_REVISIONS)
        await self._tx.execute(_EDIT)
        await self._tx.execute(
            "DELETE FROM attachment WHERE comment_id IN (SELECT c.id FROM incoming AS i "
            "JOIN comment AS c ON c.message_id = i.message_id WHERE i.outcome = 'edited')"
        )
        await self._tx.execute(_ATTACH, (Outcome.EDITED,))


def _row(each: MessageWritten) -> tuple[object, ...]:
    return (
        each.message_id,
        each.channel_id,
        each.user_id,
        _clean(each.author),
        each.knows_nick,
        _clean(each.text),
        each.content_state,
        to_milliseconds(each.created_at),
        None if each.edited_at is None else to_milliseconds(each.edited_at),
        each.reply_to,
        [(attachment.kind, _clean(attachment.name)) for attachment in each.attachments],
    )


def _clean(text: str) -> str:
    """A text as SQLite can hold it: no half characters, and nothing that would end it early."""
    return (
        text.replace("\0", "")
        if text.isascii()
        else text.encode("utf-8", "replace").decode().replace("\0", "")
    )
