"""One format in the fuzzer's hands: `python -m tests.fuzz.one FORMAT`, then libFuzzer's own options and folders.

The fuzzer ends the process: with 0 when its time is over, with another code once it has found something.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped]  # no dependency, see tests.fuzz.__main__

with atheris.instrument_imports(include=["bot.formats", "bot.text"]):
    from bot.formats.registry import find
    from tests.formats.test_hostile import survives


def main() -> None:
    """Fuzz the format that is named first."""
    form = find(sys.argv.pop(1))
    atheris.Setup(sys.argv, lambda content: survives(form, content))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
