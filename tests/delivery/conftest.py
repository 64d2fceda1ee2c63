from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.delivery.scene import Scene, set_scene
from tests.discussion.sources import article, comment, imported
from tests.sandbox.fixtures import judge
from tests.sandbox.judge import Judge
from tests.stage import production

__all__ = ["judge", "production"]


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: Judge | None) -> AsyncIterator[Scene]:
    """A scene without faults: an article of two sections, and two comments, one in answer to the other."""
    async with set_scene(tmp_path, monkeypatch, judge) as scene:
        await imported(scene.database, article(), comment("1"), comment("2", parent="1"))
        yield scene
