"""What `/comment tree` and `/comment mine` answer with, and the buttons under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.forms import CHANGEABLE
from bot.discussion.layout import timestamp
from bot.discussion.outline import Branch, Leaf, Outline, OwnPage, TreePage
from bot.language import gettext as _
from bot.language import ngettext
from bot.model import ArticleId, Comment, CommentId, ContentState, Origin, Status
from bot.text import dialect
from cogs import answers
from cogs.holding import objection
from cogs.interactive import Interactive
from cogs.paging import Button, turning
from cogs.routes import pressed

NAME_LIMIT, TITLE_LIMIT = 30, 60
LEAF_LIMIT, OWN_LIMIT, FEWER_LIMIT = 60, 120, 30
"""What a line shows of a text."""


class Outlines(Interactive):
    """The buttons under trees and under lists of one's own comments."""

    def __init__(self, bot: commands.Bot, *, outline: Outline) -> None:
        super().__init__(bot)
        self._outline = outline
        self.routes = (
            pressed(buttons.TREE, self._tree_pressed),
            pressed(buttons.OUTLINE, self._outline_pressed),
            pressed(buttons.MINE, self._mine_pressed),
        )

    async def _tree_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        await self._show(interaction, _branch(found, best_first=found["order"] == "best"), int(found["page"]))

    async def _outline_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await self._show(interaction, _branch(found, best_first=False), 0)

    async def _show(self, interaction: discord.Interaction, branch: Branch, page: int) -> None:
        shown = await self._outline.tree(answers.viewer(interaction), branch, page)
        await answers.answer(interaction, tree(shown), buttons=_around(shown))

    async def _mine_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        shown = await self._outline.own(answers.viewer(interaction), int(found["page"]))
        await answers.answer(interaction, own(shown), buttons=_beside(shown))


def _branch(found: re.Match[str], *, best_first: bool) -> Branch:
    root = int(found["root"])
    return Branch(ArticleId(int(found["article"])), CommentId(root) if root else None, best_first=best_first)


async def show_tree(
    interaction: discord.Interaction, outline: Outline, slug: str, *, best_first: bool
) -> None:
    """Answer with the first page of an article's tree."""
    await answers.defer(interaction)
    shown = await outline.whole(answers.viewer(interaction), slug, best_first=best_first)
    await answers.answer(interaction, tree(shown), buttons=_around(shown))


async def show_own(interaction: discord.Interaction, outline: Outline) -> None:
    """Answer with the newest of one's own comments."""
    await answers.defer(interaction)
    shown = await outline.own(answers.viewer(interaction), 0)
    await answers.answer(interaction, own(shown), buttons=_beside(shown))


def tree(shown: TreePage) -> str:
    """A page of a tree as nested lists, numbered where something is folded."""
    title = _words(shown.title, TITLE_LIMIT)
    if not shown.leaves:
        if shown.page or shown.branch.root:
            return _("Nothing more is to be seen of the discussion of **{title}**.").format(title=title)
        return _("Nobody has commented on **{title}** yet.").format(title=title)
    if shown.branch.root is None:
        head = _("The discussion of **{title}**").format(title=title)
    else:
        head = _("A part of the discussion of **{title}**").format(title=title)
    lines, number = [head], 0
    # A list must not begin indented: what is deeper on a later page says so by its number of steps.
    base = min(leaf.depth for leaf in shown.leaves)
    for leaf in shown.leaves:
        lines.append(f"{'  ' * (leaf.depth - base)}- {_leaf(leaf)}")
        if leaf.folded:
            number += 1
            below = ngettext("{number} more below", "{number} more below", leaf.folded)
            lines[-1] += f" · **{number}.** {below.format(number=leaf.folded)}"
    return answers.fitted(lines, dialect.MESSAGE_LIMIT)


def _around(shown: TreePage) -> list[Button]:
    folded = [leaf for leaf in shown.leaves if leaf.folded]
    around: list[Button] = [
        discord.ui.Button(
            label=_("Open {number}").format(number=number),
            custom_id=_custom_id(replace(shown.branch, root=leaf.comment.id), 0),
            style=discord.ButtonStyle.primary,
        )
        for number, leaf in enumerate(folded, start=1)
    ]
    around += turning(lambda page: _custom_id(shown.branch, page), shown.page, more=shown.more)
    if shown.branch.root is not None:
        whole = replace(shown.branch, root=None)
        around.append(discord.ui.Button(label=_("Whole discussion"), custom_id=_custom_id(whole, 0)))
    return around


def _custom_id(branch: Branch, page: int) -> str:
    return buttons.TREE(branch.article_id, branch.root or 0, "best" if branch.best_first else "time", page)


def _leaf(leaf: Leaf) -> str:
    comment = leaf.comment
    if comment.status is not Status.VISIBLE:
        return f"*{_('a comment that is not shown')}*"
    name = _words(comment.author, NAME_LIMIT)
    return f"**{name}**: {_few_words(comment, LEAF_LIMIT)}{_jump(leaf.link)}"


def own(shown: OwnPage) -> str:
    """A page of a member's own comments, each with what became of it; in fewer words where all would not fit."""
    if not shown.comments:
        if shown.page:
            return _("There are no more comments of yours.")
        return _("You have not commented here yet.")
    head = _("Your comments here, the newest first")
    for limit in (OWN_LIMIT, FEWER_LIMIT):
        lines = [head, *_own_lines(shown, limit)]
        if dialect.utf16_length("\n".join(lines)) <= dialect.MESSAGE_LIMIT:
            break
    return answers.fitted(lines, dialect.MESSAGE_LIMIT)


def _own_lines(shown: OwnPage, limit: int) -> Iterator[str]:
    """Each comment with at most so much of its words and of those about it."""
    numbers = {each.id: number for number, each in enumerate(_without_message(shown), start=1)}
    for each in shown.comments:
        when = f"{timestamp(each.created_at, 'd')} " if each.created_at else ""
        title = _words(shown.titles.get(each.article_id, ""), min(limit, TITLE_LIMIT))
        status = _status(each, asked=each.id in shown.words, refused=each.id in shown.refused)
        told = f" · *{status}*" if status else ""
        text = "" if each.status is Status.DELETED else f"\n> {_few_words(each, limit)}"
        number = f"**{numbers[each.id]}.** " if each.id in numbers else ""
        if words := shown.words.get(each.id):
            text += "\n" + _("A moderator says: {words}").format(words=_words(words, limit))
        if (why := shown.warnings.get(each.id)) and each.status is Status.VISIBLE:
            text += "\n" + objection(why)
        yield f"- {number}{when}**{title}**{told}{_jump(shown.links.get(each.id))}{text}"


def _without_message(shown: OwnPage) -> list[Comment]:
    """Those that are changed and withdrawn from here: no message of theirs has a menu."""
    unseen = {Status.PENDING, Status.REJECTED, Status.HIDDEN}
    return [each for each in shown.comments if each.status in unseen and each.origin is Origin.DISCORD]


def _beside(shown: OwnPage) -> list[Button]:
    beside: list[Button] = []
    for number, each in enumerate(_without_message(shown), start=1):
        if each.status in CHANGEABLE:
            edit = _("Edit {number}").format(number=number)
            beside.append(discord.ui.Button(label=edit, custom_id=buttons.EDIT_FORM(each.id)))
        beside.append(
            discord.ui.Button(
                label=_("Withdraw {number}").format(number=number),
                style=discord.ButtonStyle.danger,
                custom_id=buttons.WITHDRAW(each.id),
            )
        )
    return beside + turning(buttons.MINE, shown.page, more=shown.more)


def _status(each: Comment, *, asked: bool, refused: bool) -> str:
    """What became of it; `asked` says that a moderator said something about it, `refused` that it was not taken."""
    match each.status:
        case Status.PENDING if asked:
            return _("waits for you to change it")
        case Status.PENDING:
            return _("waits for a moderator")
        case Status.DELETED if refused:
            return _("not taken, for you were muted or banned")
        case Status.REJECTED:
            return _("was not accepted")
        case Status.HIDDEN:
            return _("hidden by a moderator")
        case Status.DELETED:
            return _("deleted by a moderator")
        case Status.VISIBLE:
            return ""


def _few_words(each: Comment, limit: int) -> str:
    if not each.text:
        if each.content_state is ContentState.HIDDEN:
            return f"*{_('Discord did not let me read this text')}*"
        return f"*{_('no words')}*"
    return dialect.escape(dialect.preview(each.text, limit))


def _jump(link: str | None) -> str:
    return f" [{_('jump')}]({link})" if link else ""


def _words(text: str, limit: int) -> str:
    return dialect.escape(dialect.clip(" ".join(text.split()), limit))
