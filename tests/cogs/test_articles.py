from __future__ import annotations

import discord
import pytest

from bot.errors import NotFoundError, RefusedError
from cogs.channels import check_permitted, choose_tag
from cogs.publications import which_publication
from tests.cogs.objects import CHANNEL, FORUM, MEDIA, World

ALL_NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    manage_threads=True,
)


def channel(world: World, channel_id: int) -> discord.TextChannel | discord.ForumChannel:
    found = world.guild.get_channel(channel_id)
    assert isinstance(found, discord.TextChannel | discord.ForumChannel)
    return found


@pytest.mark.parametrize("channel_id", [CHANNEL, FORUM])
def test_with_all_permissions_the_bot_may_post(channel_id: int) -> None:
    check_permitted(channel(World(ALL_NEEDED), channel_id))


def test_missing_permissions_are_named_as_discord_names_them() -> None:
    everyone = discord.Permissions(ALL_NEEDED.value)
    everyone.update(manage_threads=False, create_public_threads=False)

    with pytest.raises(RefusedError) as refused:
        check_permitted(channel(World(everyone), CHANNEL))

    assert refused.value.sentence() == (
        f"I cannot post in <#{CHANNEL}>. Give me there: Manage Threads, Create Public Threads."
    )


def test_a_media_channel_takes_no_articles() -> None:
    with pytest.raises(RefusedError, match="media"):
        check_permitted(channel(World(ALL_NEEDED), MEDIA))


def test_a_forum_needs_no_permission_to_start_threads() -> None:
    everyone = discord.Permissions(ALL_NEEDED.value)
    everyone.update(create_public_threads=False)

    check_permitted(channel(World(everyone), FORUM))


@pytest.mark.parametrize("tag", ["71", "Essays", "essays"])
def test_a_tag_is_chosen_by_id_or_by_name(tag: str) -> None:
    assert choose_tag(channel(World(), FORUM), tag) == 71


def test_a_tag_that_the_forum_lacks_is_refused() -> None:
    with pytest.raises(RefusedError, match="no such tag"):
        choose_tag(channel(World(), FORUM), "Poems")


def test_a_forum_may_require_a_tag() -> None:
    assert choose_tag(channel(World(), FORUM), None) is None
    with pytest.raises(RefusedError, match="wants a tag"):
        choose_tag(channel(World(require_tag=True), FORUM), None)


def test_a_text_channel_has_no_tags() -> None:
    assert choose_tag(channel(World(), CHANNEL), None) is None
    with pytest.raises(RefusedError, match="Only forums"):
        choose_tag(channel(World(), CHANNEL), "71")


def test_a_publication_is_chosen_from_the_list() -> None:
    assert which_publication("12") == 12
    with pytest.raises(NotFoundError):
        which_publication("How to read more")
