"""What must be said in every language, and keeping the catalogues up with it: `make messages`."""

from __future__ import annotations

import ast
import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from bot.app import described_commands
from bot.delivery.command_sync import Description
from bot.language import Language
from bot.store.database import Database

SOURCE = Path(__file__).parents[1]
PARTS = ("bot", "cogs")
KEYWORDS = {"_": 1, "gettext": 1, "marked": 1, "ngettext": 2}
"""The functions that sentences are given to, and how many of their arguments are sentences."""

MENU_NAMES = 32
DESCRIPTIONS = 100
"""Discord's limits (reference, Application Command Structure), which hold for translations too."""

HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
"""What a catalogue begins with. No dates or names: they would change where nothing else does."""


def path_of(language: Language) -> Path:
    """Where a catalogue stands."""
    return SOURCE / "bot" / "locales" / f"{language}.po"


def catalogue(language: Language) -> Catalog:
    """A catalogue as it stands."""
    with path_of(language).open("rb") as stream:
        return read_po(stream)


def commands() -> list[Description]:
    """The commands as Discord is told of them, translations included."""

    async def described() -> list[Description]:
        with TemporaryDirectory() as folder:
            async with Database.open(f"sqlite:///{folder}/oped.db", migrate=True) as database:
                return await described_commands(database)

    return asyncio.run(described())


def read_in_commands(described: list[Description]) -> Iterator[tuple[str, int]]:
    """Each text of the commands that is read and not typed, and how long it may be in any language."""
    for each in described:
        if each.get("description"):
            yield each["description"], DESCRIPTIONS
        elif "options" not in each:
            yield each["name"], MENU_NAMES
        for choice in each.get("choices", ()):
            yield choice["name"], DESCRIPTIONS
        yield from read_in_commands(each.get("options", []))


def template() -> Catalog:
    """Every message of the source, in the order of its files."""
    found = Catalog()
    for part in PARTS:
        for path in sorted((SOURCE / part).rglob("*.py")):
            for message in in_source(path.read_text(encoding="utf-8")):
                # Without line numbers: they would change with every change of the source.
                found.add(message, None, [(path.relative_to(SOURCE).as_posix(), 0)])
    for text, _limit in read_in_commands(commands()):
        found.add(text, None, [("commands", 0)])
    return found


def in_source(text: str) -> Iterator[str | tuple[str, ...]]:
    """Every message of a Python file. Babel's own extraction misses what stands inside f-strings."""
    for call in _calls(text):
        if _name(call) in KEYWORDS:
            given = call.args[: KEYWORDS[_name(call)]]
            words = [str(each.value) for each in given if isinstance(each, ast.Constant)]
            if len(words) == len(given):
                yield words[0] if len(words) == 1 else tuple(words)


def given_to_components() -> Iterator[tuple[str, str, str]]:
    """Each message that is given to a call by keyword: the names of the call and of the argument, the message."""
    for part in PARTS:
        for path in sorted((SOURCE / part).rglob("*.py")):
            for call in _calls(path.read_text(encoding="utf-8")):
                for each in call.keywords:
                    if isinstance(each.value, ast.Call) and _name(each.value) == "_":
                        for message in in_source(ast.unparse(each.value)):
                            yield _name(call), str(each.arg), str(message)


def _calls(text: str) -> list[ast.Call]:
    calls = [each for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Call)]
    return sorted(calls, key=lambda each: (each.lineno, each.col_offset))


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def untranslated(found: Catalog) -> list[str]:
    """The messages of a catalogue that lack a translation, or a plural form of it."""
    return [str(each.id) for each in found if each.id and not _translated(each)]


def _translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return len(forms) > 0 and all(forms)


def main() -> None:
    """Bring every catalogue up to date: new messages stand there without translation, unused ones are gone."""
    wanted = template()
    for language in Language:
        if language is Language.ENGLISH:
            continue
        found = catalogue(language)
        found.update(wanted, no_fuzzy_matching=True)
        with path_of(language).open("wb") as stream:
            stream.write(HEADER.format(language=language, plural_forms=found.plural_forms).encode())
            write_po(stream, found, width=100, omit_header=True, include_lineno=False, ignore_obsolete=True)
        missing = untranslated(found)
        sys.stdout.write(f"{path_of(language)}: {len(found)} messages, to be translated: {len(missing)}\n")
        sys.stdout.writelines(f"  {each}\n" for each in missing)


if __name__ == "__main__":
    main()
