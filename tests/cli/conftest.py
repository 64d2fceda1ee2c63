"""The command line as its users meet it: arguments in, exit code and both outputs out."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.settings import FIELDS

ARTICLE = """A Title

An introduction of one paragraph, written in a café.

The first heading

What stands under it.


  1. First comment.

    • A reply to it.

  2. Second comment.

Enter comments here:
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which is one JSON value."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Standard error, line by line."""
        return self.err.splitlines()


Oped = Callable[..., Ended]


@pytest.fixture(autouse=True)
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_as_before: None) -> Path:
    """An empty folder to work in, without settings; logging is afterwards as it was before."""
    for key in FIELDS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def oped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Oped:
    """Runs one command line in the workplace."""

    def run(*arguments: object, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return run


@pytest.fixture
def article(workplace: Path) -> Path:
    """A file with an article and three comments, not yet imported."""
    file = workplace / "article.txt"
    file.write_text(ARTICLE, encoding="utf-8")
    return file


@pytest.fixture
def imported(oped: Oped, article: Path) -> str:
    """The slug of that article, imported into the default database."""
    ended = oped("import", article, "--json")
    return str(ended.json["articles"][0]["slug"])


@pytest.fixture
def longer(workplace: Path) -> Path:
    """A newer state of that article, with 2,000 comments more."""
    more = "".join(f"  {number}. Comment {number} of many.\n\n" for number in range(3, 2003))
    file = workplace / "longer.txt"
    file.write_text(ARTICLE.replace("Enter comments", f"{more}Enter comments"), encoding="utf-8")
    return file
