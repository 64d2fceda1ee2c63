from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

PARENT = """
import asyncio, sys
from pathlib import Path
from bot.demo.stage import BotProcess, set_stage

async def main():
    folder = Path(sys.argv[1])
    async with set_stage() as stage:
        await BotProcess(stage, folder / "oped.db", Path("/dev/stderr")).start()
        print("at work", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_bot_ends_with_a_demonstration_that_is_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), stdout=PIPE, stderr=PIPE
    )
    assert parent.stdout is not None
    assert parent.stderr is not None
    async with asyncio.timeout(60):
        assert await parent.stdout.readline() == b"at work\n"
        parent.kill()
        # The bot holds the other end of this until it has ended itself.
        log = (await parent.stderr.read()).decode()
    await parent.wait()
    # It may notice first that Discord has gone, of which discord.py tells with a traceback.
    told = [line for line in log.splitlines() if "Attempting a reconnect" not in line]
    assert "Traceback" not in "\n".join(told)
