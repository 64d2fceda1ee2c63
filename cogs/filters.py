"""Filters in words, and the page of the panel of `/settings` on which one of them is set."""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.discussion import buttons, filtering
from bot.discussion.filtering import Filtering, becomes
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import Filter, FilterAction, FilterKind
from bot.text import dialect
from cogs import answers
from cogs.interactive import Interactive
from cogs.routes import pressed, sent

OFF = "off"
WORDS_SHOWN = 300

KINDS = [
    app_commands.Choice(name="words on your list", value=FilterKind.WORDS.value),
    app_commands.Choice(name="links", value=FilterKind.LINKS.value),
    app_commands.Choice(name="invitations to other servers", value=FilterKind.INVITES.value),
    app_commands.Choice(name="the same text again within an hour", value=FilterKind.REPEATS.value),
    app_commands.Choice(name="accounts or members less than a day old", value=FilterKind.NEWCOMERS.value),
]
ACTIONS = [
    app_commands.Choice(name="hold the comment for a moderator", value=FilterAction.HOLD.value),
    app_commands.Choice(name="hide the comment", value=FilterAction.HIDE.value),
    app_commands.Choice(name="warn its author", value=FilterAction.WARN.value),
    app_commands.Choice(name="off", value=OFF),
]

Select = discord.ui.Select[discord.ui.View]
Items = list[discord.ui.Item[discord.ui.View]]


class FilterPages(Interactive):
    """Follows the selects, the button and the form that set filters; `/settings` leads here."""

    def __init__(self, bot: commands.Bot, *, filtering: Filtering) -> None:
        super().__init__(bot)
        self._filtering = filtering
        self.routes = (
            pressed(buttons.FILTERS, self._chosen),
            pressed(buttons.FILTER, self._set),
            pressed(buttons.FILTER_WORDS, self._words_wanted),
            sent(buttons.FILTER_WORDS, self._words_sent),
        )

    async def _chosen(self, interaction: discord.Interaction, _found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        now = await self._filtering.filters(answers.viewer(interaction))
        await _show(interaction, FilterKind(answers.chosen(interaction)[0]), now)

    async def _set(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        who, kind, value = (
            answers.viewer(interaction),
            FilterKind(found["kind"]),
            answers.chosen(interaction)[0],
        )
        action = None if value == OFF else FilterAction(value)
        if kind is FilterKind.WORDS and action is not None:
            known = _of(kind, await self._filtering.filters(who))
            if known is None:
                # What to look for comes first, and a form must be the first answer.
                await interaction.response.send_modal(_form(action, ()))
                return
        await answers.defer_page(interaction)
        await _show(interaction, kind, await self._filtering.set(who, kind, action))

    async def _words_wanted(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        known = _of(FilterKind.WORDS, await self._filtering.filters(answers.viewer(interaction)))
        action = FilterAction(found["action"])
        await interaction.response.send_modal(
            _form(known.action if known else action, known.words if known else ())
        )

    async def _words_sent(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        who, words = answers.viewer(interaction), answers.submitted_text(interaction) or ""
        before = await self._filtering.filters(who)
        known = _of(FilterKind.WORDS, before)
        action = known.action if known else FilterAction(found["action"])
        try:
            now = await self._filtering.set(who, FilterKind.WORDS, action, words)
        except RefusedError as error:
            await _show(interaction, FilterKind.WORDS, before, error)
        else:
            await _show(interaction, FilterKind.WORDS, now)


def lines(filters: Sequence[Filter]) -> list[str]:
    """The server's filters, a line for each."""
    if not filters:
        return ["- " + _("No filter is set.")]
    return [f"- {_line(kind, each)}" for kind in filtering.KINDS if (each := _of(kind, filters))]


def chooser(filters: Sequence[Filter], chosen: FilterKind | None = None) -> Select:
    """The select in which one of the filters is chosen, each with what it does now."""
    return discord.ui.Select(
        custom_id=buttons.FILTERS(),
        placeholder=_("Choose a filter to change it"),
        options=[
            discord.SelectOption(
                label=_(label), value=kind, description=_does(_of(kind, filters)), default=kind is chosen
            )
            for kind, label in filtering.KINDS.items()
        ],
    )


async def _show(
    interaction: discord.Interaction,
    kind: FilterKind,
    filters: Sequence[Filter],
    refused: RefusedError | None = None,
) -> None:
    """Show a filter with what sets it, below why it could not be; then what was typed is given back."""
    told = [f"**{_('Filters of this server')}**", *_page(kind, _of(kind, filters))]
    embed = None
    if refused is not None:
        told.insert(0, dialect.escape(refused.sentence()))
        embed = answers.given_back(interaction)
    await answers.answer(interaction, "\n".join(told), buttons=_controls(kind, filters), embed=embed)


def _page(kind: FilterKind, known: Filter | None) -> list[str]:
    told = [_line(kind, known)]
    if kind is FilterKind.REPEATS:
        told.append("-# " + _("Looked for within an hour, and not in short texts."))
    return [*told, "-# " + _("Filters look at what members write and edit. What moderators write passes.")]


def _line(kind: FilterKind, known: Filter | None) -> str:
    words = dialect.escape(dialect.clip(filtering.listed(known.words), WORDS_SHOWN)) if known else ""
    return f"{_(filtering.KINDS[kind])}: {_does(known)}" + (f" (||{words}||)" if words else "")


def _does(known: Filter | None) -> str:
    return becomes(known.action if known else None)


def _controls(kind: FilterKind, filters: Sequence[Filter]) -> Items:
    known = _of(kind, filters)
    action: Select = discord.ui.Select(
        custom_id=buttons.FILTER(kind),
        placeholder=_("What becomes of such comments"),
        options=[
            discord.SelectOption(
                label=_(each.name).capitalize(),
                value=each.value,
                default=each.value == (known.action if known else OFF),
            )
            for each in ACTIONS
        ],
    )
    below: list[discord.ui.Button[discord.ui.View]] = []
    if kind is FilterKind.WORDS and known is not None:
        change = buttons.FILTER_WORDS(known.action)
        below.append(
            discord.ui.Button(
                label=_("Change the words"), style=discord.ButtonStyle.primary, custom_id=change
            )
        )
    below.append(discord.ui.Button(label=_("Back to the settings"), custom_id=buttons.SETTINGS()))
    return [chooser(filters, kind), action, *below]


def _form(action: FilterAction, words: Sequence[str]) -> discord.ui.Modal:
    known = filtering.listed(words)
    if dialect.utf16_length(known) > filtering.LIST_LIMIT:
        known = ""  # older than the limit: what is typed takes its place
    modal = discord.ui.Modal(title=_("Words to look for"), custom_id=buttons.FILTER_WORDS(action))
    field: discord.ui.TextInput[discord.ui.Modal] = discord.ui.TextInput(
        style=discord.TextStyle.paragraph,
        custom_id=answers.TEXT_FIELD,
        default=known or None,
        max_length=filtering.LIST_LIMIT,
    )
    modal.add_item(
        discord.ui.Label(
            text=_("Words or phrases"),
            description=_("Separated by commas, or one on each line."),
            component=field,
        )
    )
    modal.stop()
    return modal


def _of(kind: FilterKind, filters: Sequence[Filter]) -> Filter | None:
    return next((each for each in filters if each.kind is kind), None)
