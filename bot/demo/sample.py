"""The sample article that comes with Oped: in `data/` of a checkout, inside the package of an installation."""

from __future__ import annotations

from pathlib import Path

import bot


def sample_path() -> Path:
    """The file with the sample article and its comments."""
    package = Path(bot.__file__).parent
    inside = package / "sample.txt"
    return inside if inside.exists() else package.parent / "data" / "sample.txt"
