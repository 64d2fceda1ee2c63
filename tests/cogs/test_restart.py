"""Whatever was shown before a restart works after it: every button, select and form that we have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.client import Oped
from bot.discussion import buttons
from bot.discussion.custom_ids import CustomId
from bot.discussion.identity import Identities
from bot.discussion.importing import import_records
from bot.model import (
    GuildId,
    Mode,
    Server,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceRecord,
    SourceSection,
)
from bot.sandbox import Answer, Message, Permissions, Person, Thread
from bot.store.servers import Servers
from tests.cogs.stage import ON_RIVERS, Stage, eventually

CUSTOM_IDS = {name: each for name, each in vars(buttons).items() if isinstance(each, CustomId)}
"""Every kind of custom id that we have, by name."""


@dataclass
class Shown:
    """Something to press, and what is said then; or a form that opens then, and what is said when it is sent."""

    who: Person
    where: Message | Answer
    control: str
    says: str
    fields: Any = None
    values: tuple[Any, ...] = ()


Scene = Callable[[Stage, Oped], Awaitable[list[Shown]]]
SCENES: dict[Scene, set[str]] = {}
"""What shows things, and which custom ids those are."""


def showing(*names: str) -> Callable[[Scene], Scene]:
    def add(scene: Scene) -> Scene:
        SCENES[scene] = set(names)
        return scene

    return add


async def said(stage: Stage, thread: Thread, *texts: str) -> list[Message]:
    """Messages of Alice's in the discussion, once they are stored."""
    messages = [await stage.alice.say(thread, text) for text in texts]
    await eventually(stage.stored, lambda stored: {each.text for each in stored} >= set(texts))
    return messages


async def entered(stage: Stage, words: str) -> Message:
    """What Alice entered by form, once the bot has posted it."""
    await stage.alice.fill_in(await stage.alice.press(stage.closing(), "Enter a comment"), words)
    message = await stage.shown(words, stage.thread_in(stage.channel))
    await eventually(
        lambda: stage.alice.menu(message, "My comment"), lambda answer: "Edit" in labels(answer.message)
    )
    return message


async def bring(stage: Stage, records: list[SourceRecord]) -> None:
    """Import the article again."""
    async with stage.production.database() as database:
        identities = Identities.beside(stage.production.path)
        await import_records(database, records, format_name="text", identities=identities)


def labels(message: Message) -> list[str]:
    return [each.get("label", "") for row in message.components for each in row["components"]]


@showing("ENTER_COMMENT", "COMMENT_FORM", "DISCUSS", "READ", "COMMENT_HERE")
async def under_an_article(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    in_forum = await stage.post(stage.forum)
    opening = await stage.shown("# On rivers", stage.channel)
    section = await stage.shown("It began there.", stage.channel)
    page = await stage.alice.press(opening, "Read here")
    reply = await stage.ben.menu(await stage.shown("So do I.", thread), "Reply")
    return [
        Shown(stage.alice, stage.closing(), "Enter a comment", "Your comment appears in", "By the button."),
        Shown(stage.alice, section, "Discuss", "This section is discussed in"),
        Shown(stage.alice, opening, "Read here", "section 1 of 2"),
        Shown(stage.alice, page, "Next page", "section 2 of 2"),
        Shown(
            stage.alice,
            await stage.shown("It began there.", in_forum),
            "Comment",
            "Your comment appears in",
            "In the forum.",
        ),
        Shown(stage.ben, reply, "", "Your comment appears in", "By the menu."),
    ]


@showing("MORE_COMMENTS")
async def under_a_long_discussion(stage: Stage, _bot: Oped) -> list[Shown]:
    by = SourceAuthor("Reader 3")
    others = [SourceComment(article_ref="a", ref=str(3 + n), author=by, text=f"Far {n}.") for n in range(3)]
    await bring(stage, [*ON_RIVERS, *others])
    await stage.post()
    return [Shown(stage.alice, stage.closing(), "Show more comments", "more message")]


@showing("SHOW", "FOLLOW", "UNFOLLOW", "TREE", "OUTLINE", "CLAIM")
async def around_a_comment(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    comment = await stage.shown("I live by one.", thread)
    panel = await stage.alice.menu(comment, "More")
    followed = await stage.ben.press(await stage.ben.menu(comment, "More"), "Follow the article")
    tree = await stage.ben.press(await stage.ben.menu(comment, "More"), "Discussion as a tree")
    return [
        Shown(stage.alice, panel, "Show", "Replies (1)"),
        Shown(stage.alice, panel, "Follow the replies", "From now on you follow this"),
        Shown(stage.alice, panel, "Claim as mine", "A moderator will decide"),
        Shown(stage.ben, followed, "Stop following", "You no longer follow that."),
        Shown(stage.alice, panel, "Discussion as a tree", "A part of the discussion"),
        Shown(stage.ben, tree, "Whole discussion", "The discussion of"),
    ]


@showing("FOUND", "MINE", "HELP", "ERASE")
async def in_answers_to_commands(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    await said(stage, thread, *(f"Word number {number}." for number in range(8)))
    found = await eventually(
        lambda: stage.ben.command("comment search", here=thread, words="number"),
        lambda answer: "Next page" in labels(answer.message),
    )
    mine = await stage.alice.command("comment mine", here=thread)
    helped = await stage.ben.command("help", here=thread)
    erase = await stage.ben.command("privacy erase", here=thread)
    return [
        Shown(stage.ben, found, "Next page", "page 2"),
        Shown(stage.alice, mine, "Next page", "Word number 0"),
        Shown(stage.ben, helped, "Your data", "/privacy export"),
        Shown(stage.ben, erase, "Erase everything", "Erased"),
    ]


@showing("EDIT_FORM", "WITHDRAW")
async def under_ones_own_comment(stage: Stage, _bot: Oped) -> list[Shown]:
    await stage.post()
    one = await stage.alice.menu(await entered(stage, "One of mine."), "My comment")
    other = await stage.alice.menu(await entered(stage, "Another of mine."), "My comment")
    return [
        Shown(stage.alice, one, "Edit", "Your comment is changed.", "Changed."),
        Shown(stage.alice, other, "Withdraw", "Your comment is withdrawn"),
    ]


async def notice_of_an_answer(stage: Stage) -> Message:
    thread = await stage.post()
    await stage.ben.reply(await entered(stage, "Mine dried up."), "When?")
    return await stage.shown("Your comment was answered.", thread)


# Each on a notice of its own: with both it goes away.
@showing("SEEN")
async def under_a_notice(stage: Stage, _bot: Oped) -> list[Shown]:
    return [Shown(stage.alice, await notice_of_an_answer(stage), "Seen", "The notice goes away.")]


@showing("NO_NOTICES")
async def under_a_notice_too_many(stage: Stage, _bot: Oped) -> list[Shown]:
    notice = await notice_of_an_answer(stage)
    return [Shown(stage.alice, notice, "No more of these", "You are told of no more answers here.")]


@showing("NO_DIGEST")
async def under_a_digest(stage: Stage, bot: Oped) -> list[Shown]:
    thread = await stage.post()
    await stage.alice.command("follow article", here=thread, article="1")
    await stage.alice.command("follow digest", here=thread, how_often=1)
    await stage.ben.say(thread, "Mine dried up.")
    await eventually(stage.stored, lambda stored: len(stored) == 3)
    await bot.digester.step(datetime.now(UTC) + timedelta(hours=2))
    (letter,) = stage.alice.direct_messages(stage.app)
    return [Shown(stage.alice, letter, "No more digests", "You will get no more digests from that server.")]


@showing("QUEUE", "QUEUE_FORM")
async def in_the_queue(stage: Stage, _bot: Oped) -> list[Shown]:
    async with stage.production.database() as database, database.transaction() as tx:
        await Servers(tx).save(tx, Server(GuildId(stage.server.id), mode=Mode.ALL_HELD))
    await stage.post()
    texts = ("The first.", "The second.", "The third.")
    pages: list[Answer] = []
    for number, words in enumerate(texts):
        await stage.alice.fill_in(await stage.alice.press(stage.closing(), "Enter a comment"), words)
        page = await stage.mo.command("moderation queue", here=stage.channel)
        for behind in texts[1 : number + 1]:
            page = await stage.turn(stage.mo, page, "Next", behind)
        pages.append(page)
    first, second, third = pages
    again = await stage.mo.command("moderation queue", here=stage.channel)
    return [
        Shown(stage.mo, again, "Next", "The second."),
        Shown(stage.mo, first, "Approve", "Approved."),
        Shown(stage.mo, second, "Reject", "Rejected.", "Off topic."),
        Shown(stage.mo, third, "Ask to change", "The author finds your words", "Shorter."),
    ]


@showing("CLAIM_QUEUE", "CLAIM_DECISION")
async def over_claims(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    for words in ("I live by one.", "So do I."):
        mirrored = await stage.shown(words, thread)
        await stage.alice.command("comment claim", here=thread, comment=str(mirrored.id))
    asked = [await stage.mo.command("comment claims", here=stage.channel) for _ in range(2)]
    return [
        Shown(stage.mo, asked[0], "Skip", "So do I."),
        Shown(stage.mo, asked[1], "Confirm", "Confirmed"),
    ]


@showing("REPORT_FORM", "NEXT_CASE", "CLOSE_CASE")
async def over_reports(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    for words in ("I live by one.", "So do I."):
        form = await stage.alice.menu(await stage.shown(words, thread), "Report comment")
        await stage.alice.fill_in(form, "rude")
    cases = [await stage.mo.command("moderation reports", here=stage.channel) for _ in range(2)]
    form = await stage.ben.menu(await stage.shown("So do I.", thread), "Report comment")
    return [
        Shown(stage.ben, form, "", "The moderators will look at it.", "copied"),
        Shown(stage.mo, cases[0], "Next", "So do I."),
        Shown(stage.mo, cases[1], "Nothing wrong", "So do I."),
    ]


@showing("MODERATE", "UNDO")
async def over_a_comment(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    texts = ["To hide.", "To delete.", "To move.", "To pin.", "To unpin.", "To read.", "To restore."]
    panels, told = [], None
    for message in await said(stage, thread, *texts):
        if message.content in {"To unpin.", "To restore."}:
            verb = "pin" if message.content == "To unpin." else "hide"
            told = await stage.mo.command(f"comment {verb}", here=thread, comment=str(message.id), reason="r")
        panels.append(await stage.mo.menu(message, "Moderate comment") if not message.deleted else None)
    hide, delete, move, pin, unpin, read, _restore = panels
    assert told is not None
    hidden = await stage.mo.command("moderation log", here=thread)
    return [
        *(
            Shown(stage.mo, panel, button, says, fields)
            for panel, button, says, fields in (
                (hide, "Hide", "is hidden.", "Why not."),
                (delete, "Delete", "erased for good", "Why not."),
                (move, "Move", "is moved", {"place": "section 2", "text": "Why not."}),
                (pin, "Pin", "is pinned", None),
                (unpin, "Unpin", "no longer pinned", None),
                (read, "History", "never edited", None),
            )
            if panel is not None
        ),
        Shown(stage.mo, told, "Undo", "visible again"),
        Shown(stage.mo, hidden, "Undo #1", "no longer pinned"),
    ]


@showing("LOG")
async def in_the_log(stage: Stage, _bot: Oped) -> list[Shown]:
    thread = await stage.post()
    for _ in range(5):
        await stage.mo.command("comment pin", here=thread, comment="#1", reason="Well said.")
        await stage.mo.command("comment pin", here=thread, comment="#1", reason="Or not.", unpin=True)
    log = await stage.mo.command("moderation log", here=thread)
    return [Shown(stage.mo, log, "Older", "#1")]


@showing("SETTING")
async def in_the_settings(stage: Stage, _bot: Oped) -> list[Shown]:
    role = stage.server.add_role("Helpers", Permissions.NONE)
    panel = await stage.mo.command("settings", here=stage.channel)
    return [
        Shown(stage.mo, panel, "oped:v1:setting:log", f"<#{stage.channel.id}>", values=(stage.channel,)),
        Shown(stage.mo, panel, "oped:v1:setting:roles", f"<@&{role.id}>", values=(role,)),
        Shown(stage.mo, panel, "oped:v1:setting:mode", "Every comment waits", values=("all_held",)),
        Shown(stage.mo, panel, "oped:v1:setting:language", "Українська", values=("uk",)),
    ]


@showing("SETTINGS", "FILTERS", "FILTER", "FILTER_WORDS")
async def in_the_filters(stage: Stage, _bot: Oped) -> list[Shown]:
    await stage.mo.command(
        "discussion filter", here=stage.channel, kind="words", action="hold", words="boats"
    )
    panel = await stage.mo.command("settings", here=stage.channel)
    links, words, again, form_from = [
        await stage.turn(
            stage.mo,
            await stage.mo.command("settings", here=stage.channel),
            "oped:v1:filters",
            "Filters of this server",
            kind,
        )
        for kind in ("links", "words", "invites", "words")
    ]
    form = await stage.mo.press(form_from, "Change the words")
    return [
        Shown(stage.mo, panel, "oped:v1:filters", "The same text again: off", values=("repeats",)),
        Shown(stage.mo, links, "oped:v1:filter:links", "Links: hidden", values=("hide",)),
        Shown(stage.mo, words, "Change the words", "ships", "ships, sails"),
        Shown(stage.mo, again, "Back to the settings", "Settings of this server"),
        Shown(stage.mo, form, "", "rafts", "rafts"),
    ]


@showing("REPAIR", "UPDATE")
async def over_a_publication(stage: Stage, _bot: Oped) -> list[Shown]:
    await stage.post()
    await stage.mo.delete(await stage.shown("It began there.", stage.channel))
    status = await eventually(
        lambda: stage.mo.command("article status", here=stage.channel, publication="1"),
        lambda status: "Deleted in Discord" in status.content,
    )
    article = ON_RIVERS[0]
    assert isinstance(article, SourceArticle)
    sections = (SourceSection(None, "Rivers flow."), SourceSection("Upstream", "It began there."))
    await bring(stage, [replace(article, sections=sections), *ON_RIVERS[1:]])
    update = await stage.mo.command("article update", here=stage.channel, publication="1")
    return [
        Shown(stage.mo, update, "Update", "Posted"),
        Shown(stage.mo, status, "Repair", "Posted"),
    ]


@showing("TRY_AGAIN")
async def over_what_stopped(stage: Stage, _bot: Oped) -> list[Shown]:
    status = await stage.fail()
    stage.mend()
    return [Shown(stage.mo, status, "Try again", "Posted")]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.notices.LOOK_SECONDS", 0.02)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_what_was_shown_before_a_restart_works_after_it(
    stage: Stage, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    if scene is under_a_long_discussion:
        monkeypatch.setattr("bot.discussion.plan.MIRRORED", 1)
    used: set[str] = set()

    async def tells(each: Shown, answer: Answer) -> None:
        await stage.discord.until(lambda: each.says in answer.content)

    async with stage.bot() as bot:
        shown = await scene(stage, bot)
    forms = []
    async with stage.bot():
        for each in shown:
            if isinstance(each.where, Answer) and each.where.is_form:
                forms.append((each, each.where))
                continue
            answer = await each.who.press(each.where, each.control, values=each.values)
            used.add(str(answer.interaction.data["custom_id"]))
            if each.fields is None:
                await tells(each, answer)
            else:
                forms.append((each, answer))
    async with stage.bot():
        for each, form in forms:
            used.add(str(form.form["custom_id"]))
            await tells(each, await each.who.fill_in(form, each.fields))
    fitting = {name for name, each in CUSTOM_IDS.items() if any(map(each.read, used))}
    assert fitting == SCENES[scene]


def test_every_button_and_form_is_among_them() -> None:
    assert set().union(*SCENES.values()) == set(CUSTOM_IDS)
