"""Imports and exports of a large discussion, against the least that they could be and against a peer.

All run as processes of their own, from the start of the interpreter on.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bot.formats.registry import FORMATS
from tests.bench.case import Case

FEW, MANY, VERY_MANY = 10_000, 100_000, 1_000_000
ISSO = os.environ.get("OPED_BENCH_ISSO") or shutil.which("isso")
"""The peer's program; its case is left out where it is not installed."""

_WORDS = [
    "the",
    "river",
    "runs",
    "under",
    "an",
    "old",
    "bridge",
    "where",
    "people",
    "stop",
    "and",
    "talk",
    "about",
    "water",
    "light",
    "and",
    "slow",
    "boats",
    "nobody",
    "remembers",
    "who",
    "built",
    "it",
    "but",
    "everyone",
    "has",
    "an",
    "opinion",
    "on",
    "its",
    "paint",
    "don't",
    "you",
    "think",
]
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<title>Bench</title><link>https://bench.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://bench.example</wp:base_blog_url><item><title>Bench</title>
<link>https://bench.example/bench/</link><dc:creator>ada</dc:creator><content:encoded>Words.</content:encoded>
<wp:post_id>1</wp:post_id><wp:post_date_gmt>2024-01-01 12:00:00</wp:post_date_gmt><wp:post_name>bench</wp:post_name>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
"""


def export_of(comments: int) -> Iterator[str]:
    """A WordPress export with one article; three in five comments reply, one in ten holds some HTML."""
    chance = random.Random(7)  # noqa: S311 - the same in every run
    yield _HEAD
    for number in range(1, comments + 1):
        answers = number > 1 and chance.random() < 0.6
        parent = chance.randint(max(1, number - 50), number - 1) if answers else 0
        yield _comment(number, parent, _text(number, chance))
    yield "</item></channel></rss>\n"


def _text(number: int, chance: random.Random) -> str:
    paragraphs = [
        " ".join(chance.choices(_WORDS, k=chance.randint(8, 40))) for _ in range(chance.randint(1, 3))
    ]
    if number % 10 == 0:
        paragraphs.append(f'<em>So</em>: <a href="https://example.org/{number}?a&amp;b">there</a>')
    if number % 50 == 0:
        paragraphs.insert(0, f"<blockquote>{paragraphs[0]}</blockquote>")
    return "\n\n".join(paragraphs)


def _comment(number: int, parent: int, text: str) -> str:
    day, hour, minute, second = number // 86_400 % 28 + 1, number // 3600 % 24, number // 60 % 60, number % 60
    time_ = f"2024-{number // 2_419_200 + 1:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_author><![CDATA[Commenter {number % 997}]]></wp:comment_author>"
        f"<wp:comment_author_email>c{number % 997}@example.org</wp:comment_author_email>"
        f"<wp:comment_author_url></wp:comment_author_url><wp:comment_author_IP>192.0.2.1</wp:comment_author_IP>"
        f"<wp:comment_date>{time_}</wp:comment_date><wp:comment_date_gmt>{time_}</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved>"
        f"<wp:comment_type>comment</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent>"
        "<wp:comment_user_id>0</wp:comment_user_id></wp:comment>\n"
    )


async def against_raw() -> float:
    """The seconds of an import over those of lxml's `iterparse` and SQLite's `executemany`."""
    with _workplace(MANY) as folder:
        raw, _ = await _ran(
            sys.executable, "-m", "tests.bench.raw_import", "source.xml", "raw.db", folder=folder
        )
        ours, _ = await _oped("import", "source.xml", "--json", folder=folder)
    return ours / raw


async def against_isso(comments: int) -> float:
    """The seconds of `isso import` over those of ours."""
    with _workplace(comments) as folder:
        (folder / "isso.cfg").write_text(
            "[general]\ndbpath = isso.db\nhost = http://localhost/\n", encoding="utf-8"
        )
        command = (str(ISSO), "-c", "isso.cfg", "import", "-t", "wordpress", "source.xml")
        theirs, _ = await _ran(*command, folder=folder)
        ours, _ = await _oped("import", "source.xml", "--json", folder=folder)
    return theirs / ours


async def memory(comments: int) -> float:
    """The most memory, in MB, that an import holds."""
    with _workplace(comments) as folder:
        _, megabytes = await _oped("import", "source.xml", "--json", folder=folder)
    return megabytes


async def export_seconds(form: str) -> float:
    """The seconds of an export over those of writing the same bytes."""
    with _workplace(MANY) as folder:
        await _oped("import", "source.xml", "--json", folder=folder)
        ours, _ = await _oped("export", "bench", "--format", form, "-o", "out", folder=folder)
        return ours / _writing(folder / "out", folder / "copy")


def _writing(file: Path, copy: Path) -> float:
    """The seconds that writing a file's bytes takes, piece by piece."""
    seconds = 0.0
    with file.open("rb") as source, copy.open("wb") as target:
        while piece := source.read(1 << 20):
            begun = time.perf_counter()
            target.write(piece)
            seconds += time.perf_counter() - begun
    return seconds


async def export_memory(form: str) -> float:
    """The most memory, in MB, that an export holds."""
    with _workplace(MANY) as folder:
        await _oped("import", "source.xml", "--json", folder=folder)
        _, megabytes = await _oped("export", "bench", "--format", form, "-o", "out", folder=folder)
    return megabytes


@contextmanager
def _workplace(comments: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as name:
        folder = Path(name)
        with (folder / "source.xml").open("w", encoding="utf-8") as file:
            file.writelines(export_of(comments))
        yield folder


async def _oped(*arguments: str, folder: Path) -> tuple[float, float]:
    return await _ran(sys.executable, "-m", "bot", *arguments, folder=folder)


async def _ran(*command: str, folder: Path) -> tuple[float, float]:
    """Wall-clock seconds of a program, and the most memory in MB that it held at once."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/oped.db",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.measured", *command),
        cwd=folder,
        env=environment,
        stdout=PIPE,
        stderr=STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {said.decode()}")
    seconds, megabytes = json.loads(said.splitlines()[-1])
    return seconds, megabytes


_WRITTEN = tuple(form.name for form in FORMATS if form.write)


def _memory(comments: int) -> Case:
    return Case(
        f"import: peak memory at {comments:,}", "nothing", partial(memory, comments), "under 150", unit="MB"
    )


def _beside_isso(comments: int) -> list[Case]:
    case = Case(f"import: one of {comments:,}", "isso import", partial(against_isso, comments), "at least 20")
    return [case] if ISSO else []


CASES = (
    Case(
        f"import: a WordPress export of {MANY:,} comments",
        "iterparse and executemany",
        against_raw,
        "at most 3",
    ),
    *_beside_isso(FEW),
    _memory(FEW),
)
MORE = (
    *_beside_isso(MANY),
    _memory(MANY),
    _memory(VERY_MANY),
    *(
        Case(f"export: {MANY:,} comments as {name}", "writing the same bytes", partial(export_seconds, name))
        for name in _WRITTEN
    ),
    *(
        Case(
            f"export: peak memory as {name}", "nothing", partial(export_memory, name), "under 150", unit="MB"
        )
        for name in _WRITTEN
    ),
)
"""What would not fit into a quarter of an hour with all the others."""
