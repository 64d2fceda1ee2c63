"""Every importer for its share of the time: `python -m tests.fuzz --minutes 60 FOLDER`.

Needs atheris beside what the tests need (`pip install atheris`); it is no dependency, for few machines can build it.
Inputs that a reader did not survive are left in the folder, named after the format. Give one of them to
`tests.fuzz.one` to see what it does.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bot.formats.base import Format
from bot.formats.registry import FORMATS
from tests.formats import samples

_LONGEST = 8192
_SECONDS_FOR_ONE = 10
_MEGABYTES = 1000


def fuzz(form: Format, seconds: int, findings: Path) -> bool:
    """Fuzz one format, and tell whether it survived."""
    with tempfile.TemporaryDirectory(prefix="oped-fuzz-") as name:
        corpus = Path(name, "corpus")
        corpus.mkdir()
        for number, content in enumerate(samples.of(form)):
            (corpus / f"sample-{number}").write_bytes(content)
        words = Path(name, "words")
        words.write_text("".join(f'"{_escaped(piece)}"\n' for piece in samples.NASTY if len(piece) < 100))
        command = [
            *(sys.executable, "-m", "tests.fuzz.one", form.name),
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}",
            f"-timeout={_SECONDS_FOR_ONE}",
            f"-rss_limit_mb={_MEGABYTES}",
            f"-dict={words}",
            f"-artifact_prefix={findings}/{form.name}-",
            "-print_final_stats=1",
            str(corpus),
        ]
        return subprocess.run(command, check=False).returncode == 0


def _escaped(piece: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in piece)


def main() -> None:
    """Fuzz all formats, or those named."""
    parser = argparse.ArgumentParser(description="Fuzz the importers.")
    parser.add_argument("findings", type=Path, help="the folder for what is found")
    parser.add_argument("--minutes", type=float, default=60, help="how long in all")
    parser.add_argument("--format", action="append", help="only this format; may be repeated")
    options = parser.parse_args()
    options.findings.mkdir(parents=True, exist_ok=True)
    forms = [form for form in FORMATS if not options.format or form.name in options.format]
    seconds = max(1, int(options.minutes * 60 / len(forms)))
    survived = [fuzz(form, seconds, options.findings.resolve()) for form in forms]
    raise SystemExit(not all(survived))


if __name__ == "__main__":
    main()
