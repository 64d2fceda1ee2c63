from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.discussion import showing
from bot.discussion.access import Viewer
from bot.discussion.deeds import Deed
from bot.discussion.held import Queue
from bot.discussion.moderation import Moderation
from bot.discussion.moving import Target
from bot.errors import NotFoundError, RefusedError
from bot.model import (
    Action,
    Actor,
    ChannelId,
    Comment,
    CommentId,
    EntryId,
    GuildId,
    MessageId,
    Mode,
    Publication,
    PublicationState,
    RoleId,
    Server,
    Status,
    UserId,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.held_comments import HeldComments
from bot.store.publications import Publications
from bot.store.removals import Removals
from bot.store.scope import Scope
from bot.store.servers import Servers
from bot.store.trail import Entries
from tests.discussion.posting import CHANNEL, GUILD, THREAD, carry_out, post, shown
from tests.discussion.sources import article, comment, imported, listed
from tests.store.making import capture, message

ROLE = RoleId(5)
MEL = UserId(7)
"""Who writes in these tests."""


async def _above_all(_user: UserId) -> bool:
    return True


MO = Viewer(GUILD, UserId(1), lambda channel: True, lambda channel: True, may_act_on=_above_all)


@dataclass
class Pinned:
    """Discord's pins, as far as a use case sees them."""

    messages: set[tuple[ChannelId, MessageId]] = field(default_factory=set)

    async def pin(self, channel: ChannelId, message: MessageId) -> None:
        self.messages.add((channel, message))

    async def unpin(self, channel: ChannelId, message: MessageId) -> None:
        self.messages.discard((channel, message))


@dataclass
class Discussion:
    """A posted article with an imported comment, a reply to it and a reply to that by a member."""

    database: Database
    publication: Publication
    imported: CommentId
    members: CommentId
    pins: Pinned = field(default_factory=Pinned)
    woken: int = 0

    @property
    def moderation(self) -> Moderation:
        return Moderation(self.database, self.pins, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    async def comment(self, identifier: CommentId) -> Comment:
        found = await Comments(self.database).by_id(identifier)
        assert found is not None
        return found

    async def say(self, number: int, reply_to: int | None = None) -> CommentId:
        return (await capture(self.database, message(number, f"words {number}", reply_to=reply_to)))[0]

    async def become(self, status: Status) -> None:
        """Let the member's comment wait, or wait no more, as the gate and the queue do."""
        async with self.database.transaction() as tx:
            await showing.change_status(tx, self.members, status, Actor.MODERATOR, datetime.now(UTC))
            await HeldComments(tx).add(tx, self.members, GUILD, Mode.ALL_HELD)

    async def thread(self) -> list[str]:
        """What our messages of comments say, below their headers, once all is carried out."""
        await carry_out(self.database, self.publication)
        found = (await shown(self.database, self.publication)).values()
        return [each.split("\n", 1)[1] for each in found if each.startswith("-# ") and "read" not in each]

    async def remove(self) -> None:
        """Carry out the removals."""
        while (removal := await Removals(self.database).next_to_do(THREAD)) is not None:
            async with self.database.transaction() as tx:
                await Removals(tx).begin(tx, removal.message_id, datetime.now(UTC))
                await Removals(tx).finish(tx, [removal.message_id], datetime.now(UTC))


@pytest.fixture
async def discussion(tmp_path: Path) -> AsyncIterator[Discussion]:
    async with Database.open(tmp_path / "oped.db") as database:
        await imported(database, article(), comment("1"), comment("2", parent="1"))
        publication = await post(database, "a-bench")
        members, _ = await capture(database, message(5000))
        yield Discussion(database, publication, CommentId(1), members)


async def test_a_hidden_members_message_is_removed_and_comes_back_as_one_of_ours(
    discussion: Discussion,
) -> None:
    reply = await discussion.say(5001, reply_to=5000)
    deed = await discussion.moderation.hide(MO, discussion.members, "rude")
    assert (deed.action, deed.comment.status) == (Action.COMMENT_HIDDEN, Status.HIDDEN)
    assert deed.comment.text == "a member's words"
    assert discussion.woken == 1
    await discussion.remove()
    assert (await discussion.comment(reply)).parent_id == discussion.members

    await discussion.moderation.restore(MO, discussion.members, "all right")
    assert (await discussion.thread())[-1] == "a member's words"
    restored = await discussion.comment(discussion.members)
    assert (restored.status, restored.channel_id) == (Status.VISIBLE, THREAD)
    assert restored.message_id not in {None, 5000}
    assert restored.message_id is not None
    # What answers our message answers the comment.
    assert (
        await discussion.comment(await discussion.say(9000, restored.message_id))
    ).parent_id == restored.id


async def test_a_message_not_removed_yet_simply_stays_when_its_comment_is_restored(
    discussion: Discussion,
) -> None:
    await discussion.moderation.hide(MO, discussion.members, "rude")
    await discussion.moderation.restore(MO, discussion.members, None)
    assert await Removals(discussion.database).next_to_do(THREAD) is None
    assert await discussion.thread() == ["text of 1", "text of 2"]
    assert (await discussion.comment(discussion.members)).message_id == 5000


async def test_an_imported_comment_leaves_a_line_where_it_stood(discussion: Discussion) -> None:
    deed = await discussion.moderation.hide(MO, discussion.imported, "spam")
    assert await discussion.thread() == ["*This comment was hidden by a moderator.*", "text of 2"]
    await discussion.moderation.undo(MO, deed.entry_id)
    assert await discussion.thread() == ["text of 1", "text of 2"]
    await discussion.moderation.delete(MO, discussion.imported, "spam")
    assert await discussion.thread() == ["*This comment was deleted by a moderator.*", "text of 2"]
    # The source cannot bring it back.
    await imported(discussion.database, article(), comment("1", "again"), comment("2", parent="1"))
    assert (await discussion.comment(discussion.imported)).text == ""
    assert (await discussion.thread())[0] == "*This comment was deleted by a moderator.*"


async def test_a_source_without_ids_brings_back_nothing_either(tmp_path: Path) -> None:
    records = (article(), comment("1", known=False), comment("2", parent="1", known=False))
    async with Database.open(tmp_path / "oped.db") as database:
        await imported(database, *records)
        discussion = Discussion(database, await post(database, "a-bench"), CommentId(1), CommentId(2))
        await discussion.moderation.delete(MO, CommentId(1), "spam")
        await discussion.moderation.hide(MO, CommentId(2), "spam")
        await imported(database, *records)
        assert await database.fetch_value("SELECT count(*) FROM comment") == 2
        deleted, hidden = [await discussion.comment(CommentId(each)) for each in (1, 2)]
        assert (deleted.status, deleted.text) == (Status.DELETED, "")
        assert (hidden.status, hidden.parent_id) == (Status.HIDDEN, 1)


async def test_what_was_hidden_or_restored_here_stands_against_the_source(discussion: Discussion) -> None:
    await discussion.moderation.hide(MO, discussion.imported, "spam")
    await imported(discussion.database, article(), comment("1", "edited there"), comment("2", parent="1"))
    found = await discussion.comment(discussion.imported)
    assert (found.status, found.text) == (Status.HIDDEN, "edited there")
    await discussion.moderation.restore(MO, discussion.imported, None)
    await imported(
        discussion.database, article(), comment("1", status=Status.HIDDEN), comment("2", parent="1")
    )
    assert (await discussion.comment(discussion.imported)).status is Status.VISIBLE


async def test_deleting_erases_all_there_was_and_has_no_undo(discussion: Discussion) -> None:
    reply = await discussion.say(5001, reply_to=5000)
    await capture(discussion.database, message(5000, "worse words", edited=1))
    deed = await discussion.moderation.delete(MO, discussion.members, "private")
    assert await discussion.database.fetch_value("SELECT count(*) FROM revision") == 0
    assert (await discussion.comment(discussion.members)).text == ""
    assert (await discussion.comment(reply)).parent_id == discussion.members
    removal = await Removals(discussion.database).next_to_do(THREAD)
    assert removal is not None
    assert removal.message_id == 5000
    with pytest.raises(RefusedError, match="cannot be undone"):
        await discussion.moderation.undo(MO, deed.entry_id)
    for act in (discussion.moderation.hide, discussion.moderation.restore, discussion.moderation.delete):
        with pytest.raises(RefusedError, match="has been deleted"):
            await act(MO, discussion.members, None)


async def test_the_second_of_two_moderators_is_told(discussion: Discussion) -> None:
    first = await discussion.moderation.hide(MO, discussion.members, "rude")
    with pytest.raises(RefusedError, match="hidden already"):
        await discussion.moderation.hide(MO, discussion.members, "rude")
    await discussion.moderation.undo(MO, first.entry_id)
    with pytest.raises(RefusedError, match="visible already"):
        await discussion.moderation.undo(MO, first.entry_id)
    with pytest.raises(RefusedError, match="visible already"):
        await discussion.moderation.restore(MO, discussion.members, None)
    assert len(await entries(discussion)) == 2


@pytest.mark.parametrize(
    ("status", "why"), [(Status.PENDING, "waits for a moderator"), (Status.REJECTED, "was rejected")]
)
async def test_what_members_do_not_see_is_shown_or_deleted_but_not_hidden(
    discussion: Discussion, status: Status, why: str
) -> None:
    await discussion.become(status)
    with pytest.raises(RefusedError, match=why):
        await discussion.moderation.hide(MO, discussion.members, None)
    deed = await discussion.moderation.restore(MO, discussion.members, "a second look")
    assert (deed.action, deed.comment.status) == (Action.COMMENT_APPROVED, Status.VISIBLE)
    await discussion.moderation.delete(MO, discussion.members, "an address")


async def test_a_rejected_comment_whose_message_is_gone_comes_back_as_one_of_ours(
    discussion: Discussion,
) -> None:
    await discussion.become(Status.REJECTED)
    await discussion.remove()
    await discussion.moderation.restore(MO, discussion.members, None)
    assert (await discussion.thread())[-1] == "a member's words"


async def test_what_was_removed_does_not_come_back_where_the_discussion_is_over(
    discussion: Discussion,
) -> None:
    await discussion.become(Status.REJECTED)
    await discussion.remove()
    async with discussion.database.transaction() as tx:
        await Publications(tx).set_state(tx, discussion.publication.id, PublicationState.RETIRED)
    deed = await discussion.moderation.restore(MO, discussion.members, None)
    assert (deed.comment.status, deed.comment.message_id, deed.over) == (Status.VISIBLE, None, True)
    assert "a member's words" not in await discussion.thread()


async def test_what_was_approved_after_all_is_rejected_again_by_its_undo(discussion: Discussion) -> None:
    await discussion.become(Status.REJECTED)
    deed = await discussion.moderation.restore(MO, discussion.members, None)
    again = await discussion.moderation.undo(MO, deed.entry_id)
    assert (again.action, again.comment.status) == (Action.COMMENT_REJECTED, Status.REJECTED)
    assert await HeldComments(discussion.database).get(discussion.members) is None


@pytest.mark.parametrize("approved", [True, False])
async def test_a_decision_of_the_queue_is_undone_into_it(discussion: Discussion, approved: bool) -> None:
    queue = Queue(discussion.database, lambda: None)
    await discussion.become(Status.PENDING)
    if approved:
        decided = (await queue.approve(MO, discussion.members)).entry_id
    else:
        decided = await queue.reject(MO, discussion.members, "off topic")
    deed = await discussion.moderation.undo(MO, decided)
    assert (deed.action, deed.comment.status) == (Action.COMMENT_PUT_BACK, Status.PENDING)
    assert await HeldComments(discussion.database).words_about([discussion.members]) == {}
    case = await queue.case(MO, CommentId(0))
    assert case is not None
    assert case.comment.id == discussion.members
    assert "a member's words" not in await discussion.thread()
    # The undo has one too.
    back = Status.VISIBLE if approved else Status.REJECTED
    assert (await discussion.moderation.undo(MO, deed.entry_id)).comment.status is back


async def test_what_was_decided_anew_since_is_not_undone(discussion: Discussion) -> None:
    await discussion.become(Status.PENDING)
    rejected = await Queue(discussion.database, lambda: None).reject(MO, discussion.members, "off topic")
    await discussion.moderation.restore(MO, discussion.members, None)
    with pytest.raises(RefusedError, match="Something else was decided"):
        await discussion.moderation.undo(MO, rejected)
    assert (await discussion.comment(discussion.members)).status is Status.VISIBLE


async def test_a_rejected_comment_of_the_source_waits_in_no_queue(discussion: Discussion) -> None:
    async with discussion.database.transaction() as tx:
        await tx.execute("UPDATE comment SET status = 'pending' WHERE id = ?", (discussion.imported,))
    deed = await discussion.moderation.restore(MO, discussion.imported, None)
    await discussion.moderation.undo(MO, deed.entry_id)
    undone = await discussion.comment(discussion.imported)
    assert (undone.status, undone.status_by) == (Status.PENDING, Actor.SOURCE)
    assert await HeldComments(discussion.database).get(discussion.imported) is None


async def test_what_was_approved_here_stays_where_the_site_shows_only_what_it_published(
    discussion: Discussion,
) -> None:
    held = comment("3", status=Status.PENDING)
    await imported(discussion.database, article(), comment("1"), comment("2", parent="1"), held)
    (third,) = (each for each in await listed(discussion.database) if each.comment.source_id == "3")
    await discussion.moderation.restore(MO, third.comment.id, "why not")
    report = await imported(
        discussion.database, article(), comment("1"), comment("2", parent="1"), published_only=True
    )
    assert report.comments.withdrawn == 0
    kept = await discussion.comment(third.comment.id)
    assert (kept.status, kept.text) == (Status.VISIBLE, "text of 3")


async def entries(discussion: Discussion) -> list[tuple[Action, EntryId | None]]:
    found = await Entries(discussion.database).page(
        Scope(GUILD, frozenset({discussion.publication.channel_id})), before=None, limit=99
    )
    return [(each.action, each.undone_by) for each in found]


async def test_each_deed_has_an_entry_and_an_undo_that_has_an_undo(discussion: Discussion) -> None:
    deed: Deed = await discussion.moderation.hide(MO, discussion.members, "rude")
    for _ in range(3):
        deed = await discussion.moderation.undo(MO, deed.entry_id)
    hidden, restored = Action.COMMENT_HIDDEN, Action.COMMENT_RESTORED
    assert await entries(discussion) == [(restored, None), (hidden, 4), (restored, 3), (hidden, 2)]
    entry = await Entries(discussion.database).by_id(EntryId(1))
    assert entry is not None
    assert (entry.actor_id, entry.user_id, entry.reason) == (MO.user_id, MEL, "rude")
    assert (entry.author, entry.title, entry.publication_id) == ("Mel", "A Bench", discussion.publication.id)


# --- Who may -------------------------------------------------------------------------------------------------


async def test_only_moderators_may(discussion: Discussion) -> None:
    member = Viewer(GUILD, UserId(9), lambda channel: True)
    deed = await discussion.moderation.hide(MO, discussion.members, "rude")
    for act in (
        discussion.moderation.case(member, comment_id=discussion.members),
        discussion.moderation.hide(member, discussion.imported, "mine"),
        discussion.moderation.restore(member, discussion.members, "mine"),
        discussion.moderation.delete(member, discussion.members, "mine"),
        discussion.moderation.history(member, discussion.members),
        discussion.moderation.move(member, discussion.members, Target(), "mine"),
        discussion.moderation.pin(member, discussion.imported, "mine"),
        discussion.moderation.undo(member, deed.entry_id),
    ):
        with pytest.raises(RefusedError, match="Only moderators"):
            await act
    assert await discussion.moderation.offered(member, "", frozenset(Status)) == []
    assert len(await entries(discussion)) == 1


async def test_a_role_that_the_server_chose_may_too(discussion: Discussion) -> None:
    async with discussion.database.transaction() as tx:
        await Servers(tx).save(tx, Server(GUILD, moderator_roles=frozenset({ROLE})))
    chosen = replace(MO, can_moderate=lambda channel: False, roles=frozenset({ROLE}))
    await discussion.moderation.hide(chosen, discussion.members, "rude")


async def test_somebody_above_a_moderator_is_out_of_reach_but_not_the_source(discussion: Discussion) -> None:
    asked = []

    async def below(user: UserId) -> bool:
        asked.append(user)
        return False

    low = replace(MO, may_act_on=below)
    with pytest.raises(RefusedError, match="highest role is above yours"):
        await discussion.moderation.hide(low, discussion.members, "rude")
    assert asked == [MEL]
    await discussion.moderation.hide(low, discussion.imported, "rude")
    await discussion.moderation.delete(replace(low, user_id=MEL), discussion.members, "my own")


@pytest.mark.parametrize("elsewhere", ["another server", "a channel out of sight"])
async def test_what_a_moderator_cannot_see_does_not_exist(discussion: Discussion, elsewhere: str) -> None:
    deed = await discussion.moderation.hide(MO, discussion.members, "rude")
    stranger = replace(MO, guild_id=GuildId(11))
    if elsewhere != "another server":
        stranger = replace(MO, can_read=lambda channel: channel != CHANNEL)
    for act in (
        discussion.moderation.case(stranger, comment_id=discussion.members),
        discussion.moderation.case(stranger, message_id=MessageId(5000)),
        discussion.moderation.hide(stranger, discussion.imported, "mine"),
        discussion.moderation.undo(stranger, deed.entry_id),
        discussion.moderation.case(stranger, comment_id=CommentId(99)),
    ):
        with pytest.raises(NotFoundError):
            await act
    assert await discussion.moderation.offered(stranger, "", frozenset(Status)) == []


# --- History, pins, ended publications ------------------------------------------------------------------------


async def test_moderators_read_what_a_hidden_comment_said_before(discussion: Discussion) -> None:
    await capture(discussion.database, message(5000, "worse words", edited=1))
    await discussion.moderation.hide(MO, discussion.members, "rude")
    case, revisions = await discussion.moderation.history(MO, discussion.members)
    assert case.comment.text == "worse words"
    assert [each.text for each in revisions] == ["a member's words"]
    offered = await discussion.moderation.offered(MO, "WORSE", frozenset({Status.HIDDEN}))
    assert [each.id for each in offered] == [discussion.members]


async def test_a_comments_message_is_pinned_and_unpinned(discussion: Discussion) -> None:
    deed = await discussion.moderation.pin(MO, discussion.members, "well said")
    assert discussion.pins.messages == {(THREAD, MessageId(5000))}
    await discussion.moderation.undo(MO, deed.entry_id)
    assert discussion.pins.messages == set()
    with pytest.raises(RefusedError, match="undone already"):
        await discussion.moderation.undo(MO, deed.entry_id)
    await discussion.moderation.pin(MO, discussion.imported, None)
    case = await discussion.moderation.case(MO, comment_id=discussion.imported)
    assert discussion.pins.messages == {(THREAD, case.message_id)}
    await discussion.moderation.hide(MO, discussion.members, "rude")
    with pytest.raises(RefusedError, match="no message"):
        await discussion.moderation.pin(MO, discussion.members, None)


async def test_in_an_ended_publication_what_may_not_be_seen_is_removed(discussion: Discussion) -> None:
    async with discussion.database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'retired'")
    standing = await discussion.moderation.case(MO, comment_id=discussion.imported)
    await discussion.moderation.hide(MO, discussion.imported, "spam")
    removal = await Removals(discussion.database).next_to_do(THREAD)
    assert removal is not None
    assert removal.message_id == standing.message_id
    await discussion.moderation.restore(MO, discussion.imported, None)
    assert (await discussion.comment(discussion.imported)).status is Status.VISIBLE


# --- Moving ---------------------------------------------------------------------------------------------------


async def place_of(discussion: Discussion, comment_id: CommentId) -> tuple[CommentId | None, int | None]:
    found = await discussion.comment(comment_id)
    return found.parent_id, found.section


async def test_a_comment_moves_with_its_replies_and_back(discussion: Discussion) -> None:
    reply = await discussion.say(5001, reply_to=5000)
    other = await discussion.say(5002)
    await discussion.moderation.move(MO, other, Target(section=2), "about that")
    assert await place_of(discussion, other) == (None, 2)
    deed = await discussion.moderation.move(MO, discussion.members, Target(parent_id=other), "an answer")
    assert await place_of(discussion, discussion.members) == (other, 2)
    assert await place_of(discussion, reply) == (discussion.members, 2)

    back = await discussion.moderation.undo(MO, deed.entry_id)
    assert await place_of(discussion, discussion.members) == (None, None)
    assert await place_of(discussion, reply) == (discussion.members, None)
    await discussion.moderation.undo(MO, back.entry_id)
    assert await place_of(discussion, discussion.members) == (other, 2)
    await discussion.moderation.move(MO, discussion.members, Target(), "on its own")
    with pytest.raises(RefusedError, match="moved since"):
        await discussion.moderation.undo(MO, EntryId(4))


async def test_what_cannot_be_moved_stays(discussion: Discussion) -> None:
    reply = await discussion.say(5001, reply_to=5000)
    below = await discussion.say(5002, reply_to=5001)
    gone = await discussion.say(5003)
    await discussion.moderation.hide(MO, gone, "rude")
    for comment_id, target, told in (
        (discussion.members, Target(parent_id=discussion.members), "under itself"),
        (discussion.members, Target(parent_id=below), "under itself"),
        (reply, Target(parent_message=MessageId(5000)), "there already"),
        (discussion.members, Target(), "there already"),
        (discussion.members, Target(parent_id=gone), "not visible"),
        (discussion.members, Target(parent_id=CommentId(99)), "no such comment"),
        (discussion.members, Target(section=9), "no such section"),
        (discussion.imported, Target(section=2), "imported comment"),
    ):
        with pytest.raises((RefusedError, NotFoundError), match=told):
            await discussion.moderation.move(MO, comment_id, target, "why not")
    assert await place_of(discussion, below) == (reply, None)
    assert [action for action, _ in await entries(discussion)] == [Action.COMMENT_HIDDEN]


async def test_not_under_a_comment_of_another_article(discussion: Discussion) -> None:
    await imported(discussion.database, article("Another", post_id="9"), comment("77"))
    other = await Articles(discussion.database).by_slug("another")
    assert other is not None
    (foreign,) = await Comments(discussion.database).tree(other.id)
    with pytest.raises(NotFoundError):
        await discussion.moderation.move(
            MO, discussion.members, Target(parent_id=foreign.comment.id), "there"
        )
