from __future__ import annotations

from bot.model import ArticleId, CommentId, PublicationId
from bot.store.branches import Branches
from bot.store.comments import Comments
from bot.store.database import Database
from tests.store.making import add_article, add_imported, add_publication, capture, message, place


async def grow(database: Database, article: ArticleId, *sizes: int) -> list[CommentId]:
    """Branches of these sizes, each a chain; their roots."""
    roots = []
    for number, size in enumerate(sizes):
        parent: CommentId | None = None
        for depth in range(size):
            parent = await add_imported(
                database, article, f"{number}.{depth}", parent=parent, minute=number, rank=number
            )
            if not depth:
                roots.append(parent)
    return roots


async def bench(database: Database, *sizes: int) -> tuple[Branches, PublicationId, list[CommentId]]:
    article = await add_article(database)
    publication = await add_publication(database, article)
    return Branches(database, article), publication, await grow(database, article, *sizes)


async def test_the_most_answered_branches_are_chosen_whole_and_come_in_order(database: Database) -> None:
    branches, publication, (_, second, _, fourth, *_) = await bench(database, 1, 4, 2, 3, 1)
    choice = await branches.choose(publication, least=6)
    assert (choice.roots, choice.comments) == ((second, fourth), 7)
    assert await branches.visible() == 11
    everything = await branches.choose(publication, least=100)
    assert (len(everything.roots), everything.comments) == (5, 11)


async def test_what_is_planned_stays_and_more_is_counted_from_there(database: Database) -> None:
    branches, publication, (first, second, third, *_) = await bench(database, 1, 4, 2, 3, 1)
    await place(database, publication, 100, comment=first)
    assert (await branches.choose(publication, least=1)).roots == (first,)
    assert (await branches.choose(publication, least=0, more=1)).roots == (first, second)
    assert (await branches.choose(publication, least=0)).roots == (first,)
    assert third not in (await branches.choose(publication, least=2)).roots


async def test_only_what_the_source_holds_and_may_be_seen_counts(database: Database) -> None:
    branches, publication, (first, second) = await bench(database, 1, 2)
    await capture(database, message(500), message(501, reply_to=500))
    async with database.transaction() as tx:
        await tx.execute("UPDATE comment SET status = 'hidden' WHERE id = ?", (first,))
    choice = await branches.choose(publication, least=10)
    assert (choice.roots, choice.comments) == ((second,), 2)
    assert await branches.visible() == 2


async def test_the_comments_of_branches_come_depth_first_without_what_was_never_shown(
    database: Database,
) -> None:
    _, publication, (first, second) = await bench(database, 2, 3)
    hidden = second + 1
    async with database.transaction() as tx:
        await tx.execute("UPDATE comment SET status = 'hidden' WHERE id = ?", (hidden,))

    async def found() -> list[int]:
        return [each.id async for each in Comments(database).of_branches([second, first], publication)]

    assert await found() == [first, first + 1, second, second + 2]
    await place(database, publication, 100, comment=CommentId(hidden))
    assert await found() == [first, first + 1, second, hidden, second + 2]
