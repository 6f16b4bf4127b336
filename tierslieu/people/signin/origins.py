"""Where requests come from and where we are: the asker's origin for limits, our own address for links and keys."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from tierslieu.http.guards import Connection, house

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
IPV6_HOME: Final = 64
"""A household or a company has a whole /64: one address of it is no origin of its own."""


def origin_of(connection: Connection) -> str:
    """The address a request came from (a proxy's word is taken by the server, when the settings say so)."""
    return network(connection.client.host if connection.client else "")


def network(host: str) -> str:
    """An IPv4 address, or the network of an IPv6 address; other text as it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:100]
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_HOME), strict=False))


def own_address(connection: Connection) -> str:
    """Our address as people know it, without path. "" when only the asker says it: their word is not taken.

    A mail with a link made from a forged Host header would bring its secret to the forger; without a public
    address in the settings, only the loopback is believed.
    """
    public = house(connection).settings.public_url
    if public:
        parts = urlsplit(public)
        return f"{parts.scheme}://{parts.netloc}"
    host = connection.headers.get("host", "")
    return f"http://{host}" if name_of(f"http://{host}") in LOOPBACK_NAMES else ""


def name_of(address: str) -> str:
    """The host's name in an address, without port; "" when it cannot be read."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def relying_party(connection: Connection) -> str:
    """The name passkeys are made for. "" where there is none: they need a name, never a number."""
    name = name_of(own_address(connection))
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name
    return ""
