from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import pytest

from bot.discussion.layout import notice as notice_text
from bot.model import Attachment, ContentState, UserId
from cogs.events import written
from tests.cogs.objects import ALICE, GUILD, THREAD, World, message, user

WRITTEN = datetime(2026, 5, 1, 10, tzinfo=UTC)
MESSAGE = discord.utils.time_snowflake(WRITTEN)
FILE = {
    "id": "1",
    "filename": "graph.png",
    "size": 3,
    "url": "https://cdn/graph",
    "proxy_url": "https://cdn/g",
}
STICKER = {"id": "2", "name": "applause", "format_type": 1}
POLL = {
    "question": {"text": "Are you convinced?"},
    "answers": [],
    "expiry": "2026-05-02T10:00:00+00:00",
    "allow_multiselect": False,
    "layout_type": 1,
}
FORWARD = {
    "message_reference": {"type": 1, "message_id": "55", "channel_id": "66"},
    "message_snapshots": [
        {
            "message": {
                "type": 0,
                "content": "Said elsewhere",
                "embeds": [],
                "attachments": [],
                "timestamp": "2026-05-01T09:00:00+00:00",
                "edited_timestamp": None,
                "flags": 0,
                "mentions": [],
                "mention_roles": [],
            }
        }
    ],
}


def test_a_members_message_keeps_who_when_and_what() -> None:
    event = written(World().message(id=str(MESSAGE), author=user(global_name="Alice A.")), readable=True)

    assert event is not None
    assert (event.channel_id, event.message_id, event.user_id) == (THREAD, MESSAGE, ALICE)
    assert (event.author, event.text) == ("Alice A.", "Well said.")
    assert event.created_at == WRITTEN
    assert event.edited_at is None
    assert event.reply_to is None
    assert event.content_state is ContentState.SHOWN


def test_a_reply_names_the_message_it_answers() -> None:
    reference = {"type": 0, "message_id": "5999", "channel_id": str(THREAD), "guild_id": str(GUILD)}
    event = written(World().message(type=19, message_reference=reference), readable=True)

    assert event is not None
    assert event.reply_to == 5999


@pytest.mark.parametrize(
    ("more", "means"),
    [
        pytest.param({}, 5998, id="a notice"),
        pytest.param({"author": user()}, 5999, id="a member's message that looks like one"),
        pytest.param({"content": "-# **Ben** · now\nWell."}, 5999, id="our message of a comment"),
        pytest.param(
            {"message_reference": {"type": 0, "message_id": "5", "channel_id": "6"}}, 5999, id="elsewhere"
        ),
    ],
)
def test_a_reply_to_a_notice_is_one_to_what_it_tells_of(more: dict[str, Any], means: int) -> None:
    notice = {
        "id": "5999",
        "author": user(4242, bot=True),
        "content": notice_text(UserId(ALICE)),
        "type": 19,
        "message_reference": {"type": 0, "message_id": "5998", "channel_id": str(THREAD)},
        **more,
    }
    reference = {"type": 0, "message_id": "5999", "channel_id": str(THREAD)}
    reply = World().message(type=19, message_reference=reference, referenced_message=message(**notice))
    event = written(reply, readable=True)

    assert event is not None
    assert event.reply_to == means


def test_an_edited_message_keeps_the_time_of_the_edit() -> None:
    event = written(World().message(edited_timestamp="2026-05-01T11:00:00+00:00"), readable=True)

    assert event is not None
    assert event.edited_at == datetime(2026, 5, 1, 11, tzinfo=UTC)


def test_a_forward_is_no_reply_and_its_words_are_not_kept() -> None:
    event = written(World().message(content="", **FORWARD), readable=True)

    assert event is not None
    assert event.reply_to is None
    assert event.text == ""
    assert event.attachments == (Attachment("forward", "forwarded message"),)


def test_files_stickers_and_polls_are_kept_by_name() -> None:
    event = written(World().message(attachments=[FILE], sticker_items=[STICKER], poll=POLL), readable=True)

    assert event is not None
    assert event.attachments == (
        Attachment("file", "graph.png"),
        Attachment("sticker", "applause"),
        Attachment("poll", "Are you convinced?"),
    )


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"author": user(4242, bot=True)}, id="a bot's"),
        pytest.param({"webhook_id": "88"}, id="a webhook's"),
        pytest.param({"type": 6}, id="a notice that something was pinned"),
        pytest.param({"type": 21}, id="the first notice of a thread"),
        pytest.param({"type": 20}, id="an answer to a command"),
    ],
)
def test_what_no_member_wrote_is_not_a_comment(more: dict[str, Any]) -> None:
    assert written(World().message(**more), readable=True) is None


@pytest.mark.parametrize(
    ("readable", "more", "state"),
    [
        pytest.param(True, {"content": ""}, ContentState.HIDDEN, id="nobody can leave nothing at all"),
        pytest.param(
            True, {"content": "", "attachments": [FILE]}, ContentState.SHOWN, id="cleared but for a file"
        ),
        pytest.param(
            True, {"content": "", "sticker_items": [STICKER]}, ContentState.SHOWN, id="only a sticker"
        ),
        pytest.param(False, {"content": ""}, ContentState.HIDDEN, id="hidden"),
        pytest.param(False, {"content": "Hi"}, ContentState.SHOWN, id="shown, as it mentions the bot"),
        pytest.param(False, {"content": "", "attachments": [FILE]}, ContentState.SHOWN, id="only a file"),
        pytest.param(
            False,
            {"content": "", "sticker_items": [STICKER]},
            ContentState.HIDDEN,
            id="perhaps only a sticker",
        ),
    ],
)
def test_an_empty_text_is_told_from_a_hidden_one(
    readable: bool, more: dict[str, Any], state: ContentState
) -> None:
    event = written(World().message(**more), readable=readable)

    assert event is not None
    assert event.content_state is state
