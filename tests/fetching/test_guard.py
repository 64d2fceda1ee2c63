from __future__ import annotations

import socket

import pytest

from bot.fetching.guard import Guard, is_public


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::808:808"]
)
def test_the_internets_own_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:0.0.0.0",
        "2002:7f00:1::",
        "2001:0:1:2:3:4:80ff:fffe",
        "64:ff9b::7f00:1",
        "not an address",
    ],
)
def test_all_others_are_not_and_neither_is_what_holds_one_within(address: str) -> None:
    assert not is_public(address)


def test_no_socket_is_made_for_a_private_address() -> None:
    guard = Guard(private=False)
    with pytest.raises(PermissionError):
        guard((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    assert guard.refused == "127.0.0.1"


def test_unless_it_was_asked_for() -> None:
    with Guard(private=True)((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))) as made:
        assert made.family == socket.AF_INET
