"""Writing a setting into `.env`, which people edit too."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from dotenv import set_key

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def write_setting(file: Path, key: str, value: str) -> None:
    """Set a key in a file of settings, for its owner's eyes only; all other lines stay as they are.

    The file, made where there is none, is replaced as a whole: it never stands half written, and nobody else can
    read it at any moment. A link to it stays a link. Raises `OSError`.
    """
    target = file.resolve()
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    with tempfile.TemporaryDirectory(prefix=f"{target.name}.", dir=target.parent) as folder:
        made = Path(folder) / target.name
        made.touch(mode=0o600)
        made.write_text(before, encoding="utf-8")
        # Unquoted where that is the same, for other programs that read such files know no quotes.
        quotes = "never" if _PLAIN.fullmatch(value) else "always"
        set_key(made, key, value, quote_mode=quotes)
        made.replace(target)
