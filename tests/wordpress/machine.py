"""The programs of a WordPress, started in a folder of their own and stopped without a trace."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

PACKAGES = "mariadb-server php-cli php-mysql wordpress"
SOURCE = Path("/usr/share/wordpress")
PATIENCE = 120.0
"""Seconds for a program to begin or end: others may be using the machine."""

_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin"
_CONFIGURATION = """<?php
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'root' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:%(socket)s' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $purpose ) {
    define( $purpose . '_KEY', 'key of ' . $purpose );
    define( $purpose . '_SALT', 'salt of ' . $purpose );
}
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
    define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
"""


class MachineError(Exception):
    """A program of the machine did not do what it is there for."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A WordPress that answers at `address`; the web server notes each request in `log`."""

    address: str
    log: Path


def is_installed() -> bool:
    """Whether the packages are there."""
    programs = all(_program(name) for name in ("mariadbd", "mariadb-install-db", "php"))
    return programs and (SOURCE / "wp-load.php").exists() and "mysqli" in _modules()


@contextmanager
def running(folder: Path) -> Iterator[Machine]:
    """A WordPress that nobody has set up yet, with its files, its database and its logs in that folder."""
    site, place = folder / "site", folder / "database.socket"
    shutil.copytree(SOURCE, site, ignore=shutil.ignore_patterns("languages", "wp-config.php"))
    (site / "wp-config.php").write_text(_CONFIGURATION % {"socket": place})
    with _database(folder, place), _web_server(site, folder / "requests.log") as machine:
        yield machine


@contextmanager
def _database(folder: Path, place: Path) -> Iterator[None]:
    files, begin = folder / "database", folder / "begin.sql"
    own = [f"--user={getuser()}", f"--datadir={files}"]
    install = ["mariadb-install-db", "--no-defaults", *own, "--auth-root-authentication-method=normal"]
    made = subprocess.run([*_command(install), "--skip-test-db"], capture_output=True, text=True, check=False)
    if made.returncode:
        raise MachineError(f"MariaDB could not be set up. {made.stdout[-500:]}{made.stderr[-500:]}")
    begin.write_text("CREATE DATABASE IF NOT EXISTS wordpress CHARACTER SET utf8mb4;\n")
    serve = [
        "mariadbd",
        "--no-defaults",
        *own,
        f"--socket={place}",
        "--skip-networking",
        f"--init-file={begin}",
    ]
    quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M"]
    with _process([*serve, *quick], folder / "database.log", lambda: _answers(socket.AF_UNIX, str(place))):
        yield


@contextmanager
def _web_server(site: Path, log: Path) -> Iterator[Machine]:
    port = _free_port()
    settings = ["sendmail_path=/bin/true", "display_errors=0", "memory_limit=256M"]
    serve = ["php", *(part for each in settings for part in ("-d", each)), "-S", f"127.0.0.1:{port}"]
    # A second worker answers where WordPress asks itself something.
    with _process(
        [*serve, "-t", str(site)],
        log,
        lambda: _answers(socket.AF_INET, ("127.0.0.1", port)),
        PHP_CLI_SERVER_WORKERS="3",
    ):
        yield Machine(f"http://127.0.0.1:{port}", log)


@contextmanager
def _process(
    command: Sequence[str], log: Path, ready: Callable[[], bool], **variables: str
) -> Iterator[None]:
    """A program with all that it starts, from when it is ready until the block ends."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            _command(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=os.environ | variables,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + PATIENCE
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                raise MachineError(f"{command[0]} did not begin. {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.05)
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and whatever it has started."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
            process.wait(PATIENCE)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _answers(family: socket.AddressFamily, place: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        return tried.connect_ex(place) == 0


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def _modules() -> list[str]:
    listed = subprocess.run(_command(["php", "-m"]), capture_output=True, text=True, check=True)
    return listed.stdout.split()


def _command(command: Sequence[str]) -> list[str]:
    name, *rest = command
    return [_program(name) or name, *rest]


def _program(name: str) -> str | None:
    return shutil.which(name, path=_PATH)
