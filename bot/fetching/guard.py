"""Which addresses may be connected to.

The check stands where the connection is made: a name that resolves to something else the second time, a redirect
and an address written as a number all pass it.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Guard:
    """Makes the sockets of a connection, for public addresses only unless `private`.

    `refused` is the last address that was not public.
    """

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self.refused: str | None = None

    def __call__(self, place: tuple[Any, ...]) -> socket.socket:
        """A socket for one result of `getaddrinfo`; raises `PermissionError` where it must not be used."""
        family, kind, protocol, _, address = place
        if not self._private and not is_public(address[0]):
            self.refused = str(address[0])
            raise PermissionError(f"{address[0]} is not a public address")
        return socket.socket(family, kind, protocol)


def is_public(address: str) -> bool:
    """Whether an address is one of the internet's own, also where it holds another one within."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = _within(found)
        found = found if inner is None else inner
    return found.is_global and not found.is_multicast


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a gateway on the way makes of this one."""
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped if address.ipv4_mapped is not None else address.sixtofour
