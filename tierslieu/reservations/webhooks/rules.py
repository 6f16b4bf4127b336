"""Rules of webhooks: which addresses may be called, how calls are signed, when they are repeated. Pure."""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import urlsplit

Kind = Literal[
    "reservation.reserved",
    "reservation.moved",
    "reservation.cancelled",
    "reservation.answered",
    "reservation.checked_in",
    "reservation.released",
    "time.freed",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
PING: Final = "webhook.ping"
"""A trial: it goes to any webhook, whatever it listens to."""
MINUTE, HOUR = 60, 3600
PAUSES: Final = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 12 * HOUR)
"""Seconds between one try and the next: 30 hours in all, then nobody is there."""
IN_HAND: Final = 60
"""Seconds that a delivery may be under way: longer than any receiver is waited for."""
AT_ONCE: Final = 4
"""Deliveries to one receiver at the same time, at most."""
TWO_SECRETS: Final = 86_400
"""Seconds during which the former secret signs too after a change."""
PREFIX: Final = "whsec_"
GONE: Final = 410
LONGEST_URL: Final = 500

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
EMBEDDING: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))
"""IPv6 networks whose addresses carry one of IPv4, which may be an inner one."""


class Target(NamedTuple):
    """An address of the web, taken apart. `path` holds the query too."""

    is_secure: bool
    host: str
    port: int
    path: str


def read_target(url: str, inner: Sequence[Network]) -> Target | str:
    """An address taken apart, or the code of what is wrong with it.

    HTTPS only; plain HTTP is for addresses written as numbers inside the networks that the installation allows.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return "bad_webhook_address"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "bad_webhook_address"
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or parts.username or parts.password or parts.fragment:
        return "bad_webhook_address"
    is_secure = parts.scheme == "https"
    number = number_of(host)
    if number is not None and not may_call(number, inner):
        return "webhook_inner_address"
    if not is_secure and not (number is not None and is_inner(number, inner)):
        return "webhook_needs_https"
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return "webhook_inner_address"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_secure, host, port or (443 if is_secure else 80), path)


def number_of(host: str) -> Address | None:
    """The address that a host is written as, None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks as a setting writes them ("10.20.0.0/16 127.0.0.1"). Raises ValueError."""
    return tuple(ipaddress.ip_network(part) for part in text.replace(",", " ").split())


def may_call(address: Address, inner: Sequence[Network]) -> bool:
    """True for an address of the public network, and for those inside that the installation allows.

    Whoever registers a webhook must not reach what only this machine can reach.
    """
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is not None:
            return may_call(mapped, inner)
        if any(address in network for network in EMBEDDING) or address.teredo is not None:
            return False
    return is_inner(address, inner) or (address.is_global and not address.is_multicast and not address.is_reserved)


def is_inner(address: Address, inner: Sequence[Network]) -> bool:
    """True inside one of the networks that the installation allows."""
    return any(address in network for network in inner)


def callable_address(found: Iterable[str], inner: Sequence[Network]) -> str:
    """The first address of a name, "" when one of them may not be called: a name is all good or not called."""
    addresses = [number_of(one) for one in found]
    if not addresses or any(one is None or not may_call(one, inner) for one in addresses):
        return ""
    return str(addresses[0])


def new_secret(chance: bytes) -> str:
    """A secret as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(chance).decode()


def signature(secrets: Iterable[str], message_id: str, at: int, body: bytes) -> str:
    """The signatures of a call, one for each valid secret (Standard Webhooks, symmetric, v1)."""
    signed = f"{message_id}.{at}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets)
    found = (base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys)
    return " ".join(f"v1,{one}" for one in found)


def next_try(tries: int, now: int) -> int | None:
    """When to try again after so many tries, None when that is over."""
    return now + PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None


def is_taken(status: int) -> bool:
    """True when the receiver took the delivery. An address that leads elsewhere did not: it is not followed."""
    return 200 <= status < 300
