from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.discussion import buttons
from bot.errors import RefusedError
from bot.model import CommentId, PublicationId
from cogs.forms import check_may_write, form
from tests.cogs.objects import WRITE, World

NOW = datetime(2026, 5, 1, 10, tzinfo=UTC)


def refusal(
    everyone: discord.Permissions = WRITE,
    *,
    member: dict[str, Any] | None = None,
    thread: dict[str, Any] | None = None,
    last: datetime | None = None,
) -> str | None:
    world = World(everyone)
    try:
        check_may_write(world.member(**member or {}), world.thread(**thread or {}), last, NOW)
    except RefusedError as error:
        return error.sentence()
    return None


def test_an_ordinary_member_may_write() -> None:
    assert refusal() is None


def test_a_locked_discussion_takes_no_comments_but_from_those_who_manage_threads() -> None:
    assert "locked" in (refusal(thread={"locked": True}) or "")
    assert refusal(WRITE | discord.Permissions(manage_threads=True), thread={"locked": True}) is None


def test_a_timed_out_member_is_told_when_it_ends() -> None:
    until = NOW + timedelta(hours=1)
    told = refusal(member={"communication_disabled_until": until.isoformat()})
    assert told == f"You are timed out: you can write again <t:{int(until.timestamp())}:R>."


def test_a_time_out_that_is_over_does_not_matter() -> None:
    assert refusal(member={"communication_disabled_until": (NOW - timedelta(hours=1)).isoformat()}) is None


def test_a_member_who_has_not_accepted_the_rules_is_sent_there() -> None:
    assert "rules" in (refusal(member={"pending": True}) or "")


@pytest.mark.parametrize("lacking", ["send_messages_in_threads", "view_channel"])
def test_without_the_permission_there_is_no_form(lacking: str) -> None:
    everyone = discord.Permissions(WRITE.value)
    everyone.update(**{lacking: False})
    assert "permission" in (refusal(everyone) or "")


def test_slow_mode_counts_from_the_members_last_comment() -> None:
    slow = {"rate_limit_per_user": 60}
    assert "Slow mode" in (refusal(thread=slow, last=NOW - timedelta(seconds=59)) or "")
    assert refusal(thread=slow, last=NOW - timedelta(seconds=60)) is None
    assert refusal(thread=slow) is None
    bypassing = WRITE | discord.Permissions(bypass_slowmode=True)
    assert refusal(bypassing, thread=slow, last=NOW) is None


async def test_the_form_keeps_within_discords_limits() -> None:
    shown = form(
        buttons.COMMENT_FORM(PublicationId(10**19 - 1), 2**64 - 1), heading="A heading " * 30, text="x" * 4000
    ).to_dict()

    assert shown["title"] == "Enter comments here:"
    assert len(shown["custom_id"]) <= 100
    assert buttons.COMMENT_FORM.read(shown["custom_id"])
    (label,) = shown["components"]
    assert len(label["label"]) <= 45
    assert len(label["description"]) <= 100
    assert label["component"]["max_length"] == 4000
    assert label["component"]["style"] == discord.TextStyle.paragraph.value
    assert label["component"]["value"] == "x" * 4000


async def test_an_empty_form_has_no_value_to_begin_with() -> None:
    shown = form(buttons.EDIT_FORM(CommentId(1)), heading="Reply to Ben").to_dict()
    assert "value" not in shown["components"][0]["component"]
