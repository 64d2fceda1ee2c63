"""Buttons that offer to follow something, or to see more of it, under whatever shows it."""

from __future__ import annotations

import discord

from bot.discussion import buttons
from bot.discussion.access import Viewer
from bot.discussion.following import Following
from bot.discussion.lookup import CommentView
from bot.language import gettext as _
from bot.model import Followed, Target

Button = discord.ui.Button[discord.ui.View]


async def around(who: Viewer, view: CommentView, following: Following) -> list[Button]:
    """What is offered under a comment."""
    target = Target(Followed.COMMENT, view.comment.id)
    tree = buttons.OUTLINE(view.comment.article_id, view.comment.id)
    return [
        discord.ui.Button(label=_("Discussion as a tree"), custom_id=tree),
        follow(target, following=await following.is_following(who, target)),
    ]


def follow(target: Target, *, following: bool) -> Button:
    """*Follow*, or for who does so already the way out."""
    if following:
        label = {
            Followed.ARTICLE: _("Stop following the article"),
            Followed.SECTION: _("Stop following the section"),
            Followed.COMMENT: _("Stop following the replies"),
        }[target.kind]
        return discord.ui.Button(label=label, custom_id=buttons.UNFOLLOW(target.kind, target.id))
    label = {
        Followed.ARTICLE: _("Follow the article"),
        Followed.SECTION: _("Follow the section"),
        Followed.COMMENT: _("Follow the replies"),
    }[target.kind]
    return discord.ui.Button(label=label, custom_id=buttons.FOLLOW(target.kind, target.id))
