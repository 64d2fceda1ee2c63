"""Times what people wait for at the command line, with the memory it takes: `make bench`.

The inputs are made here, so that two runs on one machine compare; nothing is asserted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

COMMENTS = 100_000
DEEPEST = 200


def main() -> None:
    """Run every command once, in this order, and print what each took."""
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as folder:
        source = Path(folder) / "source.json"
        # Not as one text: a process begins its count of memory where the one that started it stands.
        with source.open("w", encoding="utf-8") as file:
            file.writelines(_source())
        print(f"An article with {COMMENTS:,} comments, up to {DEEPEST} deep\n")  # noqa: T201 - a program's output
        for what, arguments in (
            ("help is on the screen", ["--help"]),
            ("import it", ["import", str(source), "--json"]),
            ("import it again, unchanged", ["import", str(source), "--json"]),
            ("list the articles", ["articles", "--json"]),
            ("export it as JSON", ["export", "bench"]),
            ("export it as a WordPress file", ["export", "bench", "--format", "wordpress"]),
            ("look the database over", ["db", "check"]),
        ):
            seconds, megabytes = _measured(arguments, Path(folder))
            print(f"{seconds:8.2f} s {megabytes:6.0f} MB  {what}")  # noqa: T201 - a program's output


def _measured(arguments: list[str], folder: Path) -> tuple[float, float]:
    """Wall-clock seconds, and the most memory that was held at once."""
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/oped.db"}
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"oped {' '.join(arguments)} failed: {said}")
    return seconds, usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def _source() -> Iterator[str]:
    article = {"slug": "bench", "title": "Bench", "author": None, "source_url": None, "published_at": None}
    sections = [{"number": 1, "heading": None, "text": "An introduction."}]
    yield json.dumps(article | {"sections": sections}).removesuffix("}") + ', "comments": ['
    for number in range(COMMENTS):
        comment = {
            "id": str(number),
            "source_id": str(number),
            "parent_id": str(number - 1) if number % DEEPEST else None,
            "section": None,
            "author": f"Commenter {number % 997}",
            "created_at": f"2024-01-{number % 28 + 1:02}T12:00:00Z",
            "edited_at": None,
            "origin": "imported",
            "status": "visible",
            "text": f"Comment {number} says *this* and that, at some length.\n\n" * (1 + number % 5),
            "message_id": None,
        }
        yield ("," if number else "") + "\n" + json.dumps(comment)
    yield "\n]}\n"


if __name__ == "__main__":
    main()
