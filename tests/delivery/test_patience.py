from __future__ import annotations

import discord
import pytest
import structlog

from bot.delivery.patience import Patience
from bot.errors import StorageError


def test_discords_own_wish_counts_where_it_is_longer() -> None:
    patience = Patience("work")
    assert patience.after(discord.RateLimited(250.0)) == 250.0
    assert patience.after(discord.RateLimited(0.5)) == 2.0


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionResetError(), "The connection to Discord broke off."),
        (discord.RateLimited(1.0), "Discord asks for patience."),
        (StorageError("The disk is full.", remedy="Make room."), "The disk is full. Make room."),
    ],
)
def test_what_passes_is_told_in_a_sentence(error: Exception, told: str) -> None:
    with structlog.testing.capture_logs() as logs:
        Patience("work", channel=7).after(error)
    assert [(each["event"], each["channel"], each["reason"]) for each in logs] == [("work_waits", 7, told)]
