"""The commands. Each reads its options, calls one use case and shows the result.

What a command needs is imported inside it: `oped --help` must not wait for what only `oped run` uses.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import busy, note, show_json
from bot.printable import printable

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.articles import ArticleSummary

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help is on the screen before Rich would have been imported
    help="Takes an article and its comment section to Discord, and keeps every reply.",
)
database_commands = typer.Typer(help="Look after the database.", rich_markup_mode=None)
app.add_typer(database_commands, name="db")

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="The article, as `oped articles` names it.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON for other programs, and nothing else, also on failure.")
]


@app.callback(invoke_without_command=True)
def _oped(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"oped {installed('oped')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("import")
def import_(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="A file, an address on the web, or - for standard input.")
    ],
    format_name: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help="What the source is, where it is not recognised."),
    ] = None,
    slug: Annotated[
        str | None, typer.Option("--slug", metavar="S", help="Call the article this, not after its title.")
    ] = None,
    include: Annotated[
        str,
        typer.Option("--include", metavar="WHAT", help="Unpublished comments too: pending,spam,trash."),
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="Look at a site's older comments again too.")] = False,
    private: Annotated[
        bool, typer.Option("--private", help="Fetch also from addresses that are not public.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would happen and write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read in an article and its comments. Done again, it brings them up to date."""
    from bot.cli.importing import Wishes, import_source, included, show_report

    settings = _settings()
    if not dry_run:
        _make_default_folder(settings)
    wishes = Wishes(format_name, slug, dry_run, included(include), private, full)
    with busy(f"Reading {source}…"):
        report = asyncio.run(import_source(settings.database_url, source, wishes))
    if as_json:
        show_json(report.as_json())
    else:
        show_report(report, dry_run=dry_run)


@app.command("articles")
def list_articles(as_json: AsJson = False) -> None:
    """List the articles. It also says where each is posted."""
    from bot.cli.articles import show_list
    from bot.store.articles import Articles
    from bot.store.database import Database

    settings = _settings()

    async def read() -> list[ArticleSummary]:
        async with Database.open(settings.database_url, read_only=True) as database:
            return await Articles(database).summaries()

    show_list(asyncio.run(read()), as_json=as_json)


@app.command("show")
def show_article(slug: Slug, as_json: AsJson = False) -> None:
    """Show an article with all its comments."""
    from bot.cli.articles import show
    from bot.cli.exporting import write_article
    from bot.formats import oped_json

    url = _settings().database_url
    asyncio.run(write_article(url, slug, oped_json.write, None) if as_json else show(url, slug))


@app.command()
def export(
    slug: Slug,
    format_name: Annotated[str, typer.Option("--format", metavar="F", help="What to write.")] = "json",
    file: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where, if not standard output.")
    ] = None,
) -> None:
    """Write an article with all its comments."""
    from bot.cli.exporting import write_article, writer_of

    write = writer_of(format_name)
    asyncio.run(write_article(_settings().database_url, slug, write, file))


@app.command()
def post(
    slug: Slug,
    channel: Annotated[int, typer.Option(min=1, metavar="ID", help="A text or forum channel.")],
    again: Annotated[bool, typer.Option("--again", help="Also where the article is posted already.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Return once it is posted, or has failed.")] = False,
) -> None:
    """Ask for an article to be posted. The running bot begins within a second."""
    from bot.app import request_post
    from bot.cli.waiting import until_posted

    settings = _settings()

    async def request() -> None:
        publication = await request_post(settings, slug, channel, again=again)
        if wait:
            await until_posted(settings.database_url, publication.id)
        else:
            note(f"Asked for “{slug}” in channel {channel}. The running bot posts it.")

    asyncio.run(request())


@app.command()
def run() -> None:
    """Run the bot until Ctrl-C or SIGTERM ends it."""
    from bot.app import run_bot
    from bot.cli.running import until_told_to_stop

    settings = _settings(quiet=False)
    _make_default_folder(settings)
    asyncio.run(until_told_to_stop(run_bot(settings)))


@app.command()
def setup() -> None:
    """Set up a bot of your own, step by step."""
    from bot.cli.setup import set_up

    settings = _settings()
    _make_default_folder(settings)
    set_up(settings, Path(".env"), os.environ)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Look everything over, and say what would mend it. Exit code 1 if anything fails."""
    from bot.cli.doctor import look_over, show_checks

    with busy("Looking everything over…"):
        checks = asyncio.run(look_over(_settings, Path(".env")))
    if not show_checks(checks, as_json=as_json):
        raise typer.Exit(1)


@app.command()
def demo(
    article: Annotated[
        Path | None, typer.Argument(metavar="SOURCE", help="A file with an article, instead of the sample.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="P", help="Where the page is served.")] = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Do it all once, without a browser, and compare both sides.")
    ] = False,
) -> None:
    """Try Oped on an embedded Discord, without an account."""
    if check:
        from bot.cli.demonstration import show_findings
        from bot.demo.check import check as go_through

        with busy("Posting, replying, editing, deleting, restarting…"):
            findings = asyncio.run(go_through())
        show_findings(findings)
    else:
        from bot.cli.running import until_told_to_stop
        from bot.demo.live import show_live

        asyncio.run(until_told_to_stop(show_live(article, port, open_browser=True)))


@database_commands.command()
def upgrade() -> None:
    """Bring the database to this version's schema. Stop the bot first."""
    from bot.store.database import Database, database_path
    from bot.store.lock import only_bot

    settings = _settings()
    _make_default_folder(settings)

    async def bring_up() -> None:
        with only_bot(database_path(settings.database_url)):
            async with Database.open(settings.database_url, migrate=True):
                pass

    asyncio.run(bring_up())
    note("The database is up to date.")


@database_commands.command("check")
def check_database() -> None:
    """Look for damage, and for what contradicts itself."""
    from bot.errors import StorageError
    from bot.store.check import check as findings_of
    from bot.store.database import Database

    settings = _settings()

    async def look_over() -> list[str]:
        async with Database.open(settings.database_url, read_only=True) as database:
            return await findings_of(database)

    with busy("Looking the database over…"):
        findings = asyncio.run(look_over())
    for finding in findings:
        typer.echo(printable(finding))
    if findings:
        raise StorageError(
            f"The database has {len(findings)} faults.",
            remedy="Put back a backup from before, or report them.",
        )
    note("The database is sound.")


@database_commands.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; its key comes to lie beside it.")],
) -> None:
    """Copy the database to a file. The bot may go on meanwhile."""
    from bot.store.backup import back_up
    from bot.store.database import database_path

    settings = _settings()
    with busy("Copying the database…"):
        asyncio.run(back_up(database_path(settings.database_url), file))
    note(
        f"The database is in {file}, its key in {file}.key. Keep them together, and private. Left there, the bot "
        f"deletes them after {settings.backup_days} days, for they hold what members erase from now on."
    )


@database_commands.command("restore")
def restore_database(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `oped db backup` made.")],
) -> None:
    """Put a backup in the database's place, if it is sound. Stop the bot first."""
    from bot.store.backup import restore
    from bot.store.database import database_path

    settings = _settings()
    _make_default_folder(settings)
    with busy("Looking the backup over…"):
        asyncio.run(restore(database_path(settings.database_url), file))
    note(f"The database is as it was in {file}.")


def _settings(*, quiet: bool = True) -> Settings:
    """Read the settings, and have logs written as they say; with `quiet`, warnings and worse only."""
    from bot import logs
    from bot.settings import Settings

    settings = Settings.load(os.environ)
    token = settings.discord_token
    logs.configure(
        settings.log_format,
        quiet=quiet,
        debug=settings.debug,
        secrets=[token.get_secret_value()] if token else [],
    )
    return settings


def _make_default_folder(settings: Settings) -> None:
    """Make `data/`, which a checkout has but an installation lacks. Any other folder is the operator's to make."""
    from bot.settings import DEFAULT_DATABASE_URL
    from bot.store.database import database_path

    if settings.database_url == DEFAULT_DATABASE_URL:
        database_path(DEFAULT_DATABASE_URL).parent.mkdir(exist_ok=True)
