from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.discussion.access import Viewer
from bot.discussion.claiming import NEWEST, WAITING_LIMIT, Claiming, Which
from bot.discussion.privacy import Privacy
from bot.errors import NotFoundError, RefusedError
from bot.model import ClaimId, ClaimState, CommentId, GuildId, MessageId, Sanction, SanctionKind, UserId
from bot.store.claims import Claims
from bot.store.database import Database
from bot.store.incoming import Incoming
from bot.store.sanctions import Sanctions
from tests.discussion.posting import GUILD, THREAD, post
from tests.discussion.sources import article, comment, imported, outline
from tests.store.making import message

MEL = Viewer(GUILD, UserId(7), lambda channel: True)
BEN = Viewer(GUILD, UserId(8), lambda channel: True)
MO = Viewer(GUILD, UserId(9), lambda channel: True, lambda channel: True)
OTHER_MO = Viewer(GuildId(11), UserId(9), lambda channel: True, lambda channel: True)
FIRST, SECOND = CommentId(1), CommentId(2)
BLIND_MO = Viewer(GUILD, UserId(9), lambda channel: False, lambda channel: True)
SOURCE = (article(), comment("1"), comment("2", parent="1", known=False))


@pytest.fixture
async def bench(database: Database) -> Database:
    """A posted article with two comments of Ann's, the second one without an id."""
    await imported(database, *SOURCE)
    await post(database, "a-bench")
    return database


async def ask(database: Database, who: Viewer = MEL, which: CommentId = FIRST) -> ClaimId:
    await Claiming(database).ask(who, Which(comment_id=which))
    claim = await Claims(database).of_member(which, who.user_id)
    assert claim is not None
    return claim.id


async def decide(database: Database, claim: ClaimId, state: ClaimState) -> None:
    await Claiming(database).decide(MO, claim, state)


async def test_a_claim_waits_for_a_moderator_who_sees_what_it_is_about(bench: Database) -> None:
    claim = await ask(bench)
    shown = await Claiming(bench).next_waiting(MO, ClaimId(0))
    assert shown is not None
    assert (shown.claim.id, shown.claim.user_id, shown.rivals) == (claim, MEL.user_id, ())
    assert shown.view.comment.text == "text of 1"
    assert await Claiming(bench).next_waiting(MO, claim) is None
    assert await Claiming(bench).next_waiting(OTHER_MO, ClaimId(0)) is None
    assert await Claiming(bench).next_decided(MO, NEWEST) is None


async def test_whoever_is_banned_claims_nothing(bench: Database) -> None:
    async with bench.transaction() as tx:
        await Sanctions(tx).impose(tx, GUILD, MEL.user_id, Sanction(SanctionKind.MUTE))
    await ask(bench)
    async with bench.transaction() as tx:
        await Sanctions(tx).impose(tx, GUILD, MEL.user_id, Sanction(SanctionKind.BAN))
    with pytest.raises(RefusedError, match="banned from the discussions"):
        await Claiming(bench).ask(MEL, Which(comment_id=SECOND))


async def test_only_moderators_of_that_server_decide(bench: Database) -> None:
    claim = await ask(bench)
    for state in ClaimState:
        with pytest.raises(RefusedError, match="Only moderators"):
            await Claiming(bench).decide(MEL, claim, state)
        for elsewhere in (OTHER_MO, BLIND_MO):
            with pytest.raises(NotFoundError):
                await Claiming(bench).decide(elsewhere, claim, state)
    assert await Claiming(bench).next_waiting(BLIND_MO, ClaimId(0)) is None
    with pytest.raises(RefusedError, match="Only moderators"):
        await Claiming(bench).next_waiting(MEL, ClaimId(0))
    with pytest.raises(RefusedError, match="Only moderators"):
        await Claiming(bench).next_decided(MEL, NEWEST)


async def test_confirming_one_refuses_its_rivals(bench: Database) -> None:
    mels, bens = await ask(bench), await ask(bench, BEN)
    shown = await Claiming(bench).next_waiting(MO, ClaimId(0))
    assert shown is not None
    assert shown.rivals == (BEN.user_id,)
    await decide(bench, bens, ClaimState.CONFIRMED)
    standing = await Claims(bench).standing(FIRST)
    assert standing is not None
    assert standing.user_id == BEN.user_id
    with pytest.raises(RefusedError, match="did not confirm"):
        await ask(bench)
    with pytest.raises(RefusedError, match="linked to you already"):
        await ask(bench, BEN)
    with pytest.raises(RefusedError, match="somebody's already"):
        await ask(bench, MO)
    await decide(bench, mels, ClaimState.WAITING)
    with pytest.raises(RefusedError, match="linked to somebody else"):
        await decide(bench, mels, ClaimState.CONFIRMED)
    await decide(bench, bens, ClaimState.WAITING)
    await decide(bench, mels, ClaimState.CONFIRMED)


async def test_two_moderators_at_once_decide_once(bench: Database) -> None:
    claim = await ask(bench)
    await decide(bench, claim, ClaimState.REFUSED)
    for state in (ClaimState.CONFIRMED, ClaimState.REFUSED):
        with pytest.raises(RefusedError, match="Somebody else"):
            await decide(bench, claim, state)
    shown = await Claiming(bench).next_decided(MO, NEWEST)
    assert shown is not None
    assert shown.claim.state is ClaimState.REFUSED
    await decide(bench, claim, ClaimState.WAITING)
    with pytest.raises(RefusedError, match="claimed this comment already"):
        await ask(bench)


async def test_what_cannot_be_claimed(bench: Database) -> None:
    async with bench.transaction() as tx:
        await Incoming(tx).store([message(9999, channel=THREAD)])
    with pytest.raises(RefusedError, match="came along with the article"):
        await Claiming(bench).ask(BEN, Which(message_id=MessageId(9999)))
    for blind in (
        Viewer(GUILD, UserId(7), lambda channel: False),
        Viewer(GuildId(11), UserId(7), lambda c: True),
    ):
        with pytest.raises(NotFoundError):
            await ask(bench, blind)
    async with bench.transaction() as tx:
        await tx.execute("UPDATE comment SET status = 'hidden', status_by = 'moderator' WHERE id = 1")
    with pytest.raises(NotFoundError):
        await ask(bench)
    await Privacy(bench, lambda: None).opt_out(MEL.user_id)
    with pytest.raises(RefusedError, match="opted out"):
        await ask(bench, which=SECOND)


async def test_a_claim_on_what_was_hidden_since_is_not_shown(bench: Database) -> None:
    await ask(bench)
    async with bench.transaction() as tx:
        await tx.execute("UPDATE comment SET status = 'hidden', status_by = 'moderator' WHERE id = 1")
    assert await Claiming(bench).next_waiting(MO, ClaimId(0)) is None


async def test_nobody_buries_the_moderators_in_claims(database: Database) -> None:
    await imported(database, article(), *(comment(str(each)) for each in range(WAITING_LIMIT + 1)))
    await post(database, "a-bench")
    for each in range(WAITING_LIMIT):
        await ask(database, which=CommentId(each + 1))
    with pytest.raises(RefusedError, match="Too many"):
        await ask(database, which=CommentId(WAITING_LIMIT + 1))


async def test_every_deed_stands_in_the_trail(bench: Database) -> None:
    claim = await ask(bench)
    for state in (ClaimState.CONFIRMED, ClaimState.WAITING, ClaimState.REFUSED):
        await decide(bench, claim, state)
    rows = await bench.fetch_all(
        "SELECT action, actor_id, user_id, comment_id, publication_id FROM trail_entry ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("comment_claimed", 7, 7, 1, 1),
        ("claim_confirmed", 9, 7, 1, 1),
        ("claim_reopened", 9, 7, 1, 1),
        ("claim_refused", 9, 7, 1, 1),
    ]


@pytest.mark.parametrize("which", [FIRST, SECOND], ids=["with an id", "without"])
async def test_an_erased_claimed_comment_is_not_imported_again(bench: Database, which: CommentId) -> None:
    await decide(bench, await ask(bench, which=which), ClaimState.CONFIRMED)
    await Privacy(bench, lambda: None).erase(MEL.user_id, datetime.now(UTC))
    erased = await outline(bench)
    assert sum("[Former member]" in each for each in erased) == 1
    for _ in range(2):
        report = await imported(bench, *SOURCE)
        assert await outline(bench) == erased
        assert report.result == "unchanged"
    await imported(bench, *SOURCE, comment("3"))
    assert (await outline(bench))[:2] == erased
