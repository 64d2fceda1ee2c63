"""Erasing one person, some rows at a time: what remains to be done is seen from the rows themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.model import Payload, UserId
from bot.store.clearing import delete_some
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds
from bot.store.personal import CLAIMED, TRACES, WRITTEN, Fate
from bot.store.placements import encoded

FORMER_MEMBER = "Former member"
"""Who has written what was erased: all of it together, so that nobody is told apart any more."""

WITHDRAWN = Payload("*This comment was withdrawn.*")
"""What stands in the place of an erased text until its message is deleted, should it have to be sent once more."""

_IDS = "SELECT value FROM json_each(:ids)"
_NEXT_WRITTEN = f"SELECT json_group_array(id) FROM ({WRITTEN} LIMIT :limit)"
_NEXT_CLAIMED = f"SELECT json_group_array(comment_id) FROM ({CLAIMED} LIMIT :limit)"
# The order matters: who wrote a comment, and what is a claim's, is known until the end only.
_ERASE_COMMENTS = (
    f"DELETE FROM revision WHERE comment_id IN ({_IDS})",
    f"DELETE FROM attachment WHERE comment_id IN ({_IDS})",
    f"DELETE FROM placement WHERE comment_id IN ({_IDS}) AND nonce IS NULL AND message_id IS NULL",
    # What still stands in Discord is deleted by the poster, which sees that it shows something.
    f"UPDATE placement SET wanted = NULL, shown = iif(gone, NULL, :withdrawn) WHERE comment_id IN ({_IDS})",
    # A publication that has ended or failed is worked on no more, so that its messages are removed one by one.
    f"""INSERT INTO removal (message_id, channel_id, requested_at) SELECT p.message_id, p.channel_id, :until
        FROM placement AS p JOIN publication AS q ON q.id = p.publication_id
        WHERE p.comment_id IN ({_IDS}) AND p.message_id IS NOT NULL AND NOT p.gone
        AND q.state IN ('failed', 'retiring', 'retired') ON CONFLICT DO NOTHING""",
    # What tells moderators of it in their log channel names the member too.
    f"""INSERT INTO removal (message_id, channel_id, requested_at) SELECT log_message_id, log_channel_id, :until
        FROM trail_entry WHERE comment_id IN ({_IDS}) AND log_message_id IS NOT NULL ON CONFLICT DO NOTHING""",
    f"DELETE FROM report_case WHERE comment_id IN ({_IDS})",
    f"""UPDATE trail_entry SET reason = NULL, actor_id = nullif(actor_id, :user),
        user_id = nullif(user_id, :user) WHERE comment_id IN ({_IDS})""",
    f"""UPDATE comment SET commenter_id = :nobody, status = 'deleted', status_by = 'author', text = '',
        edited_at = NULL WHERE id IN ({_IDS})""",
    f"DELETE FROM claim WHERE user_id = :user AND comment_id IN ({_IDS})",
)
_NEXT_ENTRIES = (
    "SELECT json_group_array(id) FROM (SELECT id FROM trail_entry WHERE user_id = :user LIMIT :limit)"
)
_FORGET_ENTRIES = (
    f"""INSERT INTO removal (message_id, channel_id, requested_at) SELECT log_message_id, log_channel_id, :until
        FROM trail_entry WHERE id IN ({_IDS}) AND log_message_id IS NOT NULL ON CONFLICT DO NOTHING""",
    f"""UPDATE trail_entry SET reason = NULL, user_id = NULL, actor_id = nullif(actor_id, :user)
        WHERE id IN ({_IDS})""",
)
_NEXT_CASES = (
    "SELECT json_group_array(case_id) FROM (SELECT case_id FROM report WHERE user_id = :user LIMIT :limit)"
)
_TAKE_BACK_REPORTS = (
    f"DELETE FROM report WHERE user_id = :user AND case_id IN ({_IDS})",
    f"""DELETE FROM report_case WHERE id IN ({_IDS})
        AND NOT EXISTS (SELECT 1 FROM report AS r WHERE r.case_id = report_case.id)""",
)
_STEPS: Sequence[tuple[str, Sequence[str]]] = (
    (_NEXT_WRITTEN, _ERASE_COMMENTS),
    (_NEXT_CLAIMED, _ERASE_COMMENTS),
    (_NEXT_ENTRIES, _FORGET_ENTRIES),
    (_NEXT_CASES, _TAKE_BACK_REPORTS),
)
_END = (
    "DELETE FROM sanction WHERE user_id = :user AND until <= :until",
    """DELETE FROM commenter WHERE user_id = :user
        AND NOT EXISTS (SELECT 1 FROM comment WHERE commenter_id = commenter.id)""",
    "UPDATE erasure SET unfinished = 0 WHERE user_id = :user AND at <= :until",
)
_NOBODY = """
INSERT INTO commenter (name, identity) VALUES (?, zeroblob(16))
ON CONFLICT (identity) DO UPDATE SET name = excluded.name RETURNING id
"""


async def erase_some(tx: Transaction, user: UserId, *, at: datetime, limit: int) -> bool:
    """Erase some of what a person wrote until a moment, and of what names them; whether more of it is left.

    Bare tombstones stay, by which replies keep their place and no catch-up stores a message again. Messages of
    ours that show an erased text are to be deleted. Once nothing is left, the erasure is noted as finished.
    """
    values: dict[str, object] = {
        "user": user,
        "until": to_milliseconds(at),
        "limit": limit,
        "withdrawn": encoded(WITHDRAWN),
        "nobody": await tx.fetch_value(_NOBODY, (FORMER_MEMBER,)),
    }
    for query, statements in _STEPS:
        ids = await tx.fetch_value(query, values)
        if ids != "[]":
            for statement in statements:
                await tx.execute(statement, {**values, "ids": ids})
            return True
    for trace in TRACES:
        if trace.fate is Fate.DELETED and await delete_some(
            tx, trace.table, f"{trace.column} = :user", values, limit
        ):
            return True
    for statement in _END:
        await tx.execute(statement, values)
    return False
