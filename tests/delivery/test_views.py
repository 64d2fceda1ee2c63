from __future__ import annotations

import pytest

from bot.delivery.views import view_of
from bot.discussion.buttons import Buttons
from bot.model import Payload, PublicationId


@pytest.mark.parametrize(
    ("buttons", "labels", "disabled"),
    [
        (Buttons.ENTER, ["Enter a comment"], [False]),
        (Buttons.ENTER_OR_MORE, ["Enter a comment", "Show more comments"], [False, False]),
        (Buttons.ENTER_CLOSED, ["Enter a comment"], [True]),
    ],
)
async def test_buttons_carry_their_publication(
    buttons: Buttons, labels: list[str], disabled: list[bool]
) -> None:
    view = view_of(Payload("x", buttons), PublicationId(7))
    assert view is not None
    assert view.is_finished(), "discord.py need not remember it"
    found = view.to_components()[0]["components"]
    assert [each["label"] for each in found] == labels
    assert [each["disabled"] for each in found] == disabled
    assert all(each["custom_id"].endswith(":7") for each in found)
    assert view_of(Payload("x"), PublicationId(7)) is None
