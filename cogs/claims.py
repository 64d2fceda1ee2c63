"""Claims as members and moderators see them: the button that claims, and the claims one by one to decide on."""

from __future__ import annotations

import re

import discord
from discord.ext import commands

from bot.discussion import buttons
from bot.discussion.claiming import NEWEST, Claim, Claiming, ClaimShown, Which
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import ClaimId, ClaimState, CommentId
from bot.text import dialect
from cogs import answers, rendering
from cogs.interactive import Interactive
from cogs.routes import pressed

_Button = discord.ui.Button[discord.ui.View]


class ClaimButtons(Interactive):
    """The buttons under comments that can be claimed, and under claims that can be decided on."""

    def __init__(self, bot: commands.Bot, *, claiming: Claiming) -> None:
        super().__init__(bot)
        self._claiming = claiming
        self.routes = (
            pressed(buttons.CLAIM, self._claim_pressed),
            pressed(buttons.CLAIM_QUEUE, self._queue_pressed),
            pressed(buttons.CLAIM_DECISION, self._decision_pressed),
        )

    async def _claim_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer(interaction)
        await claim(interaction, self._claiming, Which(comment_id=CommentId(int(found["comment"]))))

    async def _queue_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        place = ClaimId(int(found["claim"]))
        await show_claims(interaction, self._claiming, place, decided=found["kind"] == "decided")

    async def _decision_pressed(self, interaction: discord.Interaction, found: re.Match[str]) -> None:
        await answers.defer_page(interaction)
        identifier, state = ClaimId(int(found["claim"])), ClaimState(found["state"])
        before = ClaimId(identifier - 1)
        try:
            claim = await self._claiming.decide(answers.viewer(interaction), identifier, state)
        except RefusedError as error:
            # Whoever was late goes on from here, with this claim if it still waits.
            told = dialect.escape(error.sentence())
            await show_claims(interaction, self._claiming, before, decided=False, told=told)
            return
        if state is ClaimState.WAITING:
            await show_claims(interaction, self._claiming, before, decided=False)
            return
        following = _button(_("Next"), buttons.CLAIM_QUEUE("waiting", identifier))
        undo = _button(_("Undo"), buttons.CLAIM_DECISION(ClaimState.WAITING, identifier))
        await answers.answer(interaction, _decided(claim, state), buttons=(undo, following))


async def claim(interaction: discord.Interaction, claiming: Claiming, which: Which) -> None:
    """Enter the member's claim, and answer what follows from it. The interaction is deferred already."""
    await claiming.ask(answers.viewer(interaction), which)
    await answers.answer(
        interaction,
        _(
            "A moderator will decide whether this comment is yours. If they agree, /comment mine shows it and "
            "/privacy erase reaches it."
        ),
    )


async def show_claims(
    interaction: discord.Interaction, claiming: Claiming, place: ClaimId, *, decided: bool, told: str = ""
) -> None:
    """Answer with the claim behind a place: of those that wait the next, of those decided the one before.

    What is `told` stands above it.
    """
    who = answers.viewer(interaction)
    above = f"{told}\n" if told else ""
    shown = await (claiming.next_decided(who, place) if decided else claiming.next_waiting(who, place))
    if shown is None:
        waiting = await claiming.next_waiting(who, ClaimId(0)) is not None
        nothing, others = _nothing(waiting=waiting, decided=decided)
        await answers.answer(interaction, above + nothing, buttons=others)
        return
    identifier = shown.claim.id
    if decided:
        offered: tuple[_Button, ...] = (
            _button(_("Take back"), buttons.CLAIM_DECISION(ClaimState.WAITING, identifier)),
            _button(_("Older"), buttons.CLAIM_QUEUE("decided", identifier)),
        )
    else:
        offered = (
            _button(_("Confirm"), buttons.CLAIM_DECISION(ClaimState.CONFIRMED, identifier)),
            _button(_("Refuse"), buttons.CLAIM_DECISION(ClaimState.REFUSED, identifier)),
            _button(_("Skip"), buttons.CLAIM_QUEUE("waiting", identifier)),
        )
    await answers.answer(interaction, above + _claim(shown), buttons=offered)


def _nothing(*, waiting: bool, decided: bool) -> tuple[str, list[_Button]]:
    """What to say behind the last claim, and where else to look."""
    others = [_button(_("Waiting ones"), buttons.CLAIM_QUEUE("waiting", ClaimId(0)))] if waiting else []
    if decided:
        return _("There are no further ones."), others
    others.append(_button(_("Decided ones"), buttons.CLAIM_QUEUE("decided", NEWEST)))
    if waiting:
        return _("That was the last one. Those you skipped still wait."), others
    return _("No claim is waiting."), others


def _claim(shown: ClaimShown) -> str:
    """A claim above the comment that it is about."""
    member = f"<@{shown.claim.user_id}>"
    said = {
        ClaimState.WAITING: _("{member} says that this comment is theirs."),
        ClaimState.CONFIRMED: _("This comment is linked to {member}."),
        ClaimState.REFUSED: _("It was not confirmed that this comment is {member}'s."),
    }[shown.claim.state].format(member=member)
    lines = [said]
    if shown.rivals:
        rivals = ", ".join(f"<@{each}>" for each in shown.rivals[:5])
        lines.append(
            _("Others say so too: {members}. Confirming one refuses the others.").format(members=rivals)
        )
    return "\n".join([*lines, rendering.comment_alone(shown.view)])


def _decided(decided: Claim, state: ClaimState) -> str:
    member = f"<@{decided.user_id}>"
    if state is ClaimState.CONFIRMED:
        return _("Confirmed: the comment is linked to {member}.").format(member=member)
    return _("Refused: the comment is not linked to {member}.").format(member=member)


def _button(label: str, custom_id: str) -> _Button:
    return discord.ui.Button(label=label, custom_id=custom_id)
