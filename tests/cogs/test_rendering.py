from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discussion.lookup import CommentView
from bot.discussion.publish import Progress, PublicationStatus
from bot.model import (
    Article,
    ArticleId,
    Attachment,
    ChannelId,
    ChannelKind,
    Comment,
    CommentId,
    ContentState,
    GuildId,
    MessageId,
    Origin,
    Publication,
    PublicationId,
    PublicationState,
    Status,
    UserId,
)
from bot.text import dialect
from cogs import rendering

WHEN = datetime(2026, 5, 1, 10, tzinfo=UTC)
SECOND = int(WHEN.timestamp())


def made(
    number: int = 1,
    *,
    author: str = "Anna",
    text: str = "Well said.",
    status: Status = Status.VISIBLE,
    content_state: ContentState = ContentState.SHOWN,
    attachments: tuple[Attachment, ...] = (),
) -> Comment:
    return Comment(
        id=CommentId(number),
        article_id=ArticleId(1),
        parent_id=None,
        section=None,
        author=author,
        user_id=UserId(5),
        origin=Origin.DISCORD,
        status=status,
        status_by=None,
        text=text,
        source_id=None,
        created_at=WHEN,
        edited_at=None,
        publication_id=PublicationId(1),
        channel_id=ChannelId(2),
        message_id=MessageId(number),
        content_state=content_state,
        attachments=attachments,
    )


def view(
    comment: Comment,
    ancestors: tuple[Comment, ...] = (),
    replies: tuple[Comment, ...] = (),
    title: str = "On reading",
) -> CommentView:
    everyone = (comment, *ancestors, *replies)
    links = {each.id: f"https://discord.com/channels/1/2/{each.id}" for each in everyone}
    return CommentView(
        comment=comment,
        ancestors=ancestors,
        depth=len(ancestors),
        replies=replies,
        answered=len(replies),
        links=links,
        article_title=title,
    )


def publication(state: PublicationState = PublicationState.LIVE, error: str | None = None) -> Publication:
    return Publication(
        id=PublicationId(1),
        article_id=ArticleId(1),
        guild_id=GuildId(1),
        channel_id=ChannelId(2),
        channel_kind=ChannelKind.TEXT,
        thread_id=ChannelId(3),
        tag_id=None,
        state=state,
        error=error,
        requested_at=WHEN,
    )


def test_a_comment_shows_what_it_answers_and_what_answers_it() -> None:
    shown = rendering.comment(
        view(
            made(3, author="Chen", text="I doubt it."),
            ancestors=(made(2, author="Ben", text="Second."), made(1, text="First.")),
            replies=(made(4, author="Dora", text="So do I."),),
        )
    )

    jump = "[jump](https://discord.com/channels/1/2/{})"
    assert shown.split("\n") == [
        f"**Chen**, <t:{SECOND}:f> on **On reading** {jump.format(3)}",
        "In answer to",
        f"- **Ben**, <t:{SECOND}:f>: Second. {jump.format(2)}",
        f"- **Anna**, <t:{SECOND}:f>: First. {jump.format(1)}",
        "> I doubt it.",
        "Replies (1)",
        f"- **Dora**, <t:{SECOND}:f>: So do I. {jump.format(4)}",
    ]


def test_a_comment_without_replies_says_so() -> None:
    assert rendering.comment(view(made())).endswith("\nNo replies yet.")


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        (made(text="", status=Status.DELETED), "> *withdrawn*"),
        (made(text="Rude words", status=Status.HIDDEN), "> *hidden by a moderator*"),
        (made(text="", content_state=ContentState.HIDDEN), "> *Discord did not let me read this text*"),
    ],
)
def test_what_may_not_be_seen_is_named_instead(comment: Comment, told: str) -> None:
    shown = rendering.comment(view(comment))
    assert told in shown
    assert "Rude" not in shown
    assert "Rude" not in rendering.comment_choice(comment)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DELETED}))
def test_attachments_are_named_where_the_comment_can_be_seen(status: Status) -> None:
    shown = rendering.comment(view(made(status=status, attachments=(Attachment("file", "graph.png"),))))
    assert ("With graph.png" in shown) is (status is Status.VISIBLE)


hostile = st.text(
    alphabet=st.one_of(st.sampled_from("*_~|`>#-[]()<@&1.:/\n\\ é😀"), st.characters(codec="utf-8")),
    max_size=1200,
)
comments = st.builds(made, st.integers(1, 10**6), author=hostile, text=hostile)


@given(comments, st.lists(comments, max_size=12), st.lists(comments, max_size=30), hostile)
def test_whatever_people_write_the_answer_fits_one_message(
    comment: Comment, ancestors: list[Comment], replies: list[Comment], title: str
) -> None:
    shown = rendering.comment(view(comment, tuple(ancestors), tuple(replies), title))
    assert dialect.utf16_length(shown) <= 2000


@given(hostile)
def test_no_line_of_a_comment_leaves_its_quote(text: str) -> None:
    shown = rendering.own_comment(made(text=text))
    assert all(line.startswith("> ") for line in shown.split("\n")[1:])


def test_a_long_list_of_replies_is_counted() -> None:
    replies = tuple(made(number, text="A reply of some length. " * 10) for number in range(10, 60))
    shown = rendering.comment(view(made(), replies=replies)).split("\n")
    listed = [line for line in shown if line.startswith("- ")]
    assert shown[-1] == f"… and {50 - len(listed)} more"
    assert "Replies (50)" in shown


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (Progress(PublicationState.POSTING, 0, 40, None, None), "`░░░░░░░░░░░░░░░░░░░░` 0 of 40 messages"),
        (Progress(PublicationState.POSTING, 12, 40, None, None), "`██████░░░░░░░░░░░░░░` 12 of 40 messages"),
        (Progress(PublicationState.LIVE, 40, 40, None, "https://discord.com/channels/1/2/9"), "/1/2/9"),
        (Progress(PublicationState.RETIRING, 3, 40, None, None), "ended"),
        (Progress(PublicationState.FAILED, 3, 40, "No permission.", None), "stopped: No permission"),
    ],
)
def test_progress_ends_in_a_link_or_a_reason(now: Progress, told: str) -> None:
    assert told in rendering.progress(publication(), now)


def status(**more: object) -> PublicationStatus:
    article = Article(ArticleId(1), "on-reading", "On reading", None, None, None, ())
    facts: dict[str, object] = {
        "publication": publication(),
        "article": article,
        "done": 12,
        "total": 12,
        "missing": (),
        "comments": Counter({Status.VISIBLE: 4, Status.HIDDEN: 1}),
        "url": "https://discord.com/channels/1/2/9",
    }
    return PublicationStatus(**(facts | more))  # type: ignore[arg-type]  # the names are checked at run time


def test_the_status_tells_all_that_a_moderator_asks() -> None:
    shown = rendering.publication_status(status(), readable=True)

    assert shown.split("\n") == [
        "**On reading** in <#2>: live",
        f"12 of 12 messages posted, requested <t:{SECOND}:f>",
        "Comments: 4 visible, 1 hidden",
        "https://discord.com/channels/1/2/9",
    ]


def test_the_status_names_what_people_deleted_and_why_posting_stopped() -> None:
    failed = publication(PublicationState.FAILED, "Oped cannot see the channel.")
    shown = rendering.publication_status(
        status(publication=failed, missing=("the introduction",)), readable=True
    )

    assert "It stopped: Oped cannot see the channel" in shown
    assert "- the introduction" in shown


def test_the_status_says_when_the_intent_is_off() -> None:
    assert "Message Content" in rendering.publication_status(status(), readable=False)


@given(hostile, st.lists(hostile, max_size=60))
def test_the_status_fits_one_message(error: str, missing: list[str]) -> None:
    failed = publication(PublicationState.FAILED, error)
    shown = rendering.publication_status(status(publication=failed, missing=tuple(missing)), readable=False)
    assert dialect.utf16_length(shown) <= 2000


@given(hostile)
def test_a_publications_line_is_one_line(title: str) -> None:
    line = rendering.publication_line(publication(PublicationState.POSTING), title or "x", 1, 2)
    assert "\n" not in line
