"""`/help`: the commands that whoever asks may use, topic by topic, each with an example."""

from __future__ import annotations

import re
from collections.abc import Iterator

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.servers import Part, ServerSettings
from bot.errors import NotFoundError
from bot.language import gettext as _
from bot.language import marked
from bot.text import dialect
from cogs import answers
from cogs.interactive import Interactive
from cogs.routes import pressed

Command = app_commands.Command[commands.Cog, ..., None]

FOR_MODERATORS = "For moderators: "
"""How the description of a command begins that stands among those of members."""

TOPICS = {
    "comment": (Part.MEMBER, marked("Comments")),
    "follow": (Part.MEMBER, marked("Following")),
    "privacy": (Part.MEMBER, marked("Your data")),
    "menus": (Part.MEMBER, marked("Menus of messages")),
    "moderation": (Part.MODERATOR, marked("Moderation")),
    "discussion": (Part.MODERATOR, marked("Discussions")),
    "article": (Part.MANAGER, marked("Articles")),
    "settings": (Part.MANAGER, marked("Settings")),
}
"""The topics by name, which are the groups of commands, with who sees them and what they are called."""

EXAMPLES = {
    "article catch-up": "/article catch-up publication:On rivers",
    "article export": "/article export publication:On rivers format:WordPress",
    "article list": "/article list",
    "article post": "/article post article:On rivers channel:#articles",
    "article retire": "/article retire publication:On rivers",
    "article stats": "/article stats publication:On rivers",
    "article status": "/article status publication:On rivers",
    "article update": "/article update publication:On rivers",
    "comment best": "/comment best article:On rivers",
    "comment claim": "/comment claim comment:I live by one",
    "comment claims": "/comment claims",
    "comment delete": "/comment delete comment:Buy now reason:an advertisement",
    "comment hide": "/comment hide comment:Nonsense reason:an insult",
    "comment history": "/comment history comment:I live by one",
    "comment mine": "/comment mine",
    "comment more": "/comment more article:On rivers",
    "comment move": "/comment move comment:So do I to:I live by one reason:an answer",
    "comment pin": "/comment pin comment:I live by one",
    "comment restore": "/comment restore comment:Nonsense",
    "comment search": "/comment search words:flood author:Ann from:2026-01-01",
    "comment show": "/comment show comment:I live by one",
    "comment tree": "/comment tree article:On rivers",
    "discussion close-after": "/discussion close-after article:On rivers time:2w",
    "discussion filter": "/discussion filter kind:links action:hold",
    "discussion lock": "/discussion lock article:On rivers",
    "discussion mode": "/discussion mode mode:all held article:On rivers",
    "discussion slowmode": "/discussion slowmode seconds:30 article:On rivers",
    "discussion status": "/discussion status article:On rivers",
    "discussion unlock": "/discussion unlock article:On rivers",
    "follow article": "/follow article article:On rivers",
    "follow digest": "/follow digest how_often:once a day",
    "follow list": "/follow list",
    "follow news": "/follow news",
    "follow replies": "/follow replies notices:False",
    "follow stop": "/follow stop what:On rivers",
    "help": "/help topic:Comments",
    "moderation ban": "/moderation ban person:@Troll time:4w reason:advertising again",
    "moderation log": "/moderation log",
    "moderation mute": "/moderation mute person:@Ann time:1d reason:too heated",
    "moderation queue": "/moderation queue",
    "moderation reports": "/moderation reports",
    "moderation unban": "/moderation unban person:@Troll",
    "moderation unmute": "/moderation unmute person:@Ann",
    "privacy erase": "/privacy erase",
    "privacy export": "/privacy export",
    "privacy opt-in": "/privacy opt-in",
    "privacy opt-out": "/privacy opt-out",
    "privacy policy": "/privacy policy",
    "settings": "/settings",
}
"""What one might type, by command."""

MENUS = {
    "Reply": marked("answer a comment, a section or the article through a form"),
    "My comment": marked("edit or withdraw what you entered through the form"),
    "Report comment": marked("point the moderators to a comment"),
    "More": marked("show a comment, follow it, claim it"),
    "Moderate comment": marked("hide, restore, delete, move or pin it"),
}
"""What the menus of messages do, which have no descriptions of their own."""


class Help(Interactive):
    """The command, and a button for each topic."""

    def __init__(self, bot: commands.Bot, *, settings: ServerSettings) -> None:
        super().__init__(bot)
        self._settings = settings
        self.routes = (pressed(buttons.HELP, self._topic_pressed),)

    @app_commands.command(name="help", description="What you can do here, with examples.")
    @app_commands.guild_only()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.describe(topic="What you want to know more about")
    async def help_(self, interaction: discord.Interaction, topic: str | None = None) -> None:
        """Show a topic, or which topics there are."""
        await self._show(interaction, topic)

    @help_.autocomplete("topic")
    async def _topics_offered(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        part = await self._settings.part_of(answers.viewer(interaction))
        named = ((_(title), topic) for topic, title in _topics(part))
        return answers.choices(each for each in named if typed.casefold() in each[0].casefold())

    async def _topic_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        await self._show(interaction, found["topic"])

    async def _show(self, interaction: discord.Interaction, topic: str | None) -> None:
        part = await self._settings.part_of(answers.viewer(interaction))
        titles = dict(_topics(part))
        if topic is not None and topic not in titles:
            raise NotFoundError(_("There is no such topic."), remedy=_("Choose one from the list."))
        offered = [
            discord.ui.Button[discord.ui.View](
                label=_(title), custom_id=buttons.HELP(name), disabled=name == topic
            )
            for name, title in titles.items()
        ]
        content = _introduction() if topic is None else self._page(topic, titles[topic], part)
        await answers.answer(interaction, content, buttons=offered)

    def _page(self, topic: str, title: str, part: Part) -> str:
        if topic == "menus":
            lines = [_("Hold or right-click a message, then choose Apps:")]
            lines += [
                f"- **{_(name)}**: {_(does)}"
                for name, does in MENUS.items()
                if part >= Part.MODERATOR or name != "Moderate comment"
            ]
        else:
            # What everybody may do first, for a moderator is a member too.
            found = sorted(self._commands(topic, part), key=_is_for_moderators)
            lines = [_line(each) for each in found]
        return answers.fitted([f"**{_(title)}**", *lines], dialect.MESSAGE_LIMIT)

    def _commands(self, topic: str, part: Part) -> Iterator[Command]:
        found = self._bot.tree.get_command(topic)
        several = found.walk_commands() if isinstance(found, app_commands.Group) else [found]
        for each in several:
            if isinstance(each, app_commands.Command) and (
                part >= Part.MODERATOR or not _is_for_moderators(each)
            ):
                yield each


def _is_for_moderators(command: Command) -> bool:
    return command.description.startswith(FOR_MODERATORS)


def _line(command: Command) -> str:
    """A command with what it does, and an example where there is more to type than its name."""
    name, example = f"/{command.qualified_name}", EXAMPLES[command.qualified_name]
    line = f"`{name}` {_(command.description)}"
    return line if example == name else f"{line}\n-# `{example}`"


def _topics(part: Part) -> Iterator[tuple[str, str]]:
    for topic, (needed, title) in TOPICS.items():
        if part >= needed:
            yield topic, title


def _introduction() -> str:
    return "\n".join(
        [
            f"**{_('Taking part')}**",
            _(
                "Reply to any message of an article or its discussion, or write in its thread: what you write "
                "becomes a comment. Edit or delete it as usual. The button *Enter a comment* opens a form instead."
            ),
            _("Choose a topic to see its commands:"),
        ]
    )
