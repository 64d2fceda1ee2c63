from __future__ import annotations

import pytest

from bot.errors import NotFoundError
from cogs.references import which_comment

GUILD = 111111111111111111
MESSAGE = 333333333333333333


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("#12", (12, None)),
        ("12", (12, None)),
        (str(MESSAGE), (None, MESSAGE)),
        (f" https://discord.com/channels/{GUILD}/2/{MESSAGE} ", (None, MESSAGE)),
        (f"https://canary.discord.com/channels/{GUILD}/2/{MESSAGE}", (None, MESSAGE)),
        (f"https://discordapp.com/channels/{GUILD}/2/{MESSAGE}", (None, MESSAGE)),
    ],
)
def test_a_comment_is_found_by_its_number_its_message_or_its_link(
    wanted: str, found: tuple[int | None, int | None]
) -> None:
    assert which_comment(wanted, GUILD) == found


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "something I remember",
        "#",
        "٣",
        "9" * 19,
        "9" * 40,
        f"https://discord.com/channels/222222222222222222/2/{MESSAGE}",
        f"https://discord.com/channels/@me/2/{MESSAGE}",
        f"https://example.com/channels/{GUILD}/2/{MESSAGE}",
    ],
)
def test_anything_else_is_no_comment_here(wanted: str) -> None:
    with pytest.raises(NotFoundError):
        which_comment(wanted, GUILD)
