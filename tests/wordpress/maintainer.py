"""Oped as its maintainer uses it: its command line, over databases of this check alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Shown = Mapping[str, Any]
"""An article with its comments, as `oped show --json` gives it."""


class CommandError(Exception):
    """A command failed."""


@dataclass(frozen=True, slots=True)
class Maintainer:
    """Somebody with one database, in a folder."""

    folder: Path
    database: str

    def imported(self, source: str | Path, *options: str) -> dict[str, dict[str, int]]:
        """Of each article, by its slug, how many comments an import read, created and so on."""
        told = self._json("import", str(source), "--private", *options)
        return {article["slug"]: article["comments"] for article in told["articles"]}

    def shown(self, slug: str) -> Shown:
        """An article with all its comments."""
        article: Shown = self._json("show", slug)
        return article

    def exported(self, slug: str) -> bytes:
        """An article with all its comments, for WordPress."""
        return self._run("export", slug, "--format", "wxr")

    def _json(self, *command: str) -> Any:
        return json.loads(self._run(*command, "--json"))

    def _run(self, *command: str) -> bytes:
        url = f"sqlite:///{self.folder / self.database}.db"
        ended = subprocess.run(
            [sys.executable, "-m", "bot", *command],
            env=os.environ | {"DATABASE_URL": url},
            capture_output=True,
            check=False,
        )
        if ended.returncode:
            said = (ended.stdout[-1000:] + ended.stderr[-1000:]).decode(errors="replace")
            raise CommandError(f"oped {' '.join(command)} fails: {said}")
        return ended.stdout
