"""Registering commands, and what people may run and enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest
from discord import app_commands

from bot.sandbox import Permissions, Refused
from bot.sandbox.commands import find_command
from tests.sandbox.test_messages import refused

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper

Interaction = discord.Interaction[discord.Client]


async def _echo(interaction: Interaction, **given: object) -> None:
    await interaction.response.send_message(str(given), ephemeral=True)


async def test_syncing_again_keeps_the_ids(paper: Paper) -> None:
    @app_commands.command(description="One")
    async def one(interaction: Interaction) -> None: ...

    paper.bot.tree.add_command(one)
    (first,) = await paper.bot.tree.sync()
    (second,) = await paper.bot.tree.sync()
    assert first.id == second.id
    assert [each.name for each in await paper.bot.tree.fetch_commands()] == ["one"]
    paper.bot.tree.remove_command("one")
    await paper.bot.tree.sync()
    assert paper.sandbox.world.commands == {}


async def test_a_servers_own_command_goes_before_the_global_one(paper: Paper) -> None:
    @app_commands.command(name="where", description="Everywhere")
    async def everywhere(interaction: Interaction) -> None: ...

    @app_commands.command(name="where", description="Here")
    async def here(interaction: Interaction) -> None: ...

    paper.bot.tree.add_command(everywhere)
    paper.bot.tree.add_command(here, guild=discord.Object(paper.server.id))
    await paper.bot.tree.sync()
    await paper.bot.tree.sync(guild=discord.Object(paper.server.id))
    found = find_command(paper.sandbox.world, paper.server.guild, 1, "where")
    assert found is not None
    assert found.body["description"] == "Here"


async def test_single_commands_are_created_edited_and_deleted(paper: Paper) -> None:
    http, app = paper.bot.http, paper.app.id
    body: Any = {"name": "one", "description": "One", "type": 1}
    change: Any = {"description": "Uno"}
    made = await http.upsert_global_command(app, body)
    await http.edit_global_command(app, int(made["id"]), change)
    assert (await http.get_global_command(app, int(made["id"])))["description"] == "Uno"
    await http.delete_global_command(app, int(made["id"]))
    await refused(http.get_global_command(app, int(made["id"])), 10063)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "One", "description": "upper case"},
        {"name": "o" * 33, "description": "long name"},
        {"name": "one", "description": ""},
        {"name": "one", "description": "d" * 101},
        {
            "name": "one",
            "description": "d",
            "options": [{"type": 3, "name": str(n), "description": "d"} for n in range(26)],
        },
        {
            "name": "one",
            "description": "d",
            "options": [
                {"type": 3, "name": "a", "description": "d"},
                {"type": 3, "name": "b", "description": "d", "required": True},
            ],
        },
        {
            "name": "one",
            "description": "d",
            "options": [
                {
                    "type": 3,
                    "name": f"o{n}",
                    "description": "d" * 100,
                    "choices": [{"name": "n" * 100, "value": "v" * 100} for _ in range(3)],
                }
                for n in range(15)
            ],
        },
    ],
)
async def test_commands_out_of_bounds_are_refused(paper: Paper, body: Any) -> None:
    await refused(paper.bot.http.upsert_global_command(paper.app.id, {"type": 1} | body), 50035)


async def test_default_permissions_rule_who_may_run(paper: Paper) -> None:
    @app_commands.command(description="For moderators")
    @app_commands.default_permissions(manage_messages=True)
    async def moderate(interaction: Interaction) -> None:
        await _echo(interaction)

    @app_commands.command(description="For administrators")
    @app_commands.default_permissions()
    async def administrate(interaction: Interaction) -> None:
        await _echo(interaction)

    boss = paper.server.add_member("Boss", permissions=Permissions.ADMINISTRATOR)
    paper.bot.tree.add_command(moderate)
    paper.bot.tree.add_command(administrate)
    await paper.bot.tree.sync()
    assert paper.alice.offered(paper.channel) == []
    assert paper.mo.offered(paper.channel) == ["moderate"]
    assert boss.offered(paper.channel) == ["administrate", "moderate"]
    with pytest.raises(Refused, match="50013"):
        await paper.alice.command("moderate", here=paper.channel)
    await paper.mo.command("moderate", here=paper.channel)


async def test_every_kind_of_option_arrives(paper: Paper) -> None:
    given: dict[str, object] = {}

    @app_commands.command(description="Everything")
    async def everything(
        interaction: Interaction,
        text: str,
        number: app_commands.Range[int, 1, 5],
        share: float,
        sure: bool,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        file: discord.Attachment,
    ) -> None:
        given.update(text=text, number=number, share=share, sure=sure, who=who.id)
        given.update(where=where.id, role=role.id, file=file.filename)
        await interaction.response.send_message("ok", ephemeral=True)

    paper.bot.tree.add_command(everything)
    await paper.bot.tree.sync()
    options: dict[str, Any] = {
        "text": "word",
        "number": 3,
        "share": 0.5,
        "sure": True,
        "who": paper.mo,
        "where": paper.channel,
        "role": paper.server.members_role,
        "file": "a.txt",
    }
    await paper.alice.command("everything", here=paper.channel, **options)
    assert given == options | {
        "who": paper.mo.id,
        "where": paper.channel.id,
        "role": paper.server.members_role.id,
    }
    wrongs: list[dict[str, Any]] = [{"number": 6}, {"number": "three"}, {"text": None}]
    for wrong in wrongs:
        with pytest.raises(Refused, match="50035"):
            await paper.alice.command("everything", here=paper.channel, **(options | wrong))


async def test_choices_are_kept_to(paper: Paper) -> None:
    @app_commands.command(description="Pick")
    @app_commands.choices(colour=[app_commands.Choice(name="Red", value="r")])
    async def pick(interaction: Interaction, colour: str) -> None:
        await _echo(interaction, colour=colour)

    paper.bot.tree.add_command(pick)
    await paper.bot.tree.sync()
    assert "'r'" in (await paper.alice.command("pick", colour="r", here=paper.channel)).content
    with pytest.raises(Refused, match="50035"):
        await paper.alice.command("pick", colour="g", here=paper.channel)


async def test_groups_and_wrong_names(paper: Paper) -> None:
    group = app_commands.Group(name="article", description="Articles")
    inner = app_commands.Group(name="comments", description="Comments", parent=group)

    @inner.command(name="lock", description="Lock")
    async def lock(interaction: Interaction, why: str = "no reason") -> None:
        await _echo(interaction, why=why)

    paper.bot.tree.add_command(group)
    await paper.bot.tree.sync()
    assert "no reason" in (await paper.mo.command("article comments lock", here=paper.channel)).content
    with pytest.raises(LookupError, match="lock"):
        await paper.mo.command("article comments open", here=paper.channel)
    with pytest.raises(LookupError, match="needs one of"):
        await paper.mo.command("article", here=paper.channel)
    with pytest.raises(LookupError, match="no such option"):
        await paper.mo.command("article comments lock", reason="x", here=paper.channel)
    with pytest.raises(Refused, match="10063"):
        await paper.mo.command("nothing", here=paper.channel)


async def test_bulk_overwriting_is_bounded_and_names_are_unique(paper: Paper) -> None:
    def body(name: str) -> Any:
        return {"name": name, "description": "d", "type": 1}

    http, app = paper.bot.http, paper.app.id
    overwrite = http.bulk_upsert_global_commands
    await refused(overwrite(app, [body("one"), body("one")]), 50035)
    await refused(overwrite(app, [body(f"c{number}") for number in range(101)]), 30032)
    assert len(await overwrite(app, [body(f"c{number}") for number in range(100)])) == 100
    await refused(http.upsert_global_command(app, body("more")), 30032)
    same = await http.upsert_global_command(app, body("c7"))
    assert len(await http.get_global_commands(app)) == 100
    assert same["name"] == "c7"
    await refused(http.get_global_commands(app + 1), 20012)


async def test_a_choice_has_a_name_of_1_to_100_characters(paper: Paper) -> None:
    body: Any = {"name": "one", "description": "d", "type": 1}
    option = {"type": 3, "name": "o", "description": "d"}
    for choices in ([{"name": "", "value": "v"}], [{"name": str(n), "value": "v"} for n in range(26)]):
        broken = body | {"options": [option | {"choices": choices}]}
        await refused(paper.bot.http.upsert_global_command(paper.app.id, broken), 50035)
