"""One call to a receiver: its name is resolved and judged now, and that very address is called.

Plain streams of asyncio and not a client in a thread: a call then ends at its deadline whatever the receiver does,
nothing is followed, no proxy is asked, and no more of the answer is read than its first lines.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from tierslieu.reservations.webhooks.rules import Network, Target, callable_address, read_target

DEADLINE: Final = 15
"""Seconds for one call in all."""
LONGEST_LINE: Final = 8_192
MOST_LINES: Final = 100


class NotTaken(Exception):
    """The receiver could not be called, or said nothing that can be read; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def call(url: str, headers: Mapping[str, str], body: bytes, inner: Sequence[Network], ca_file: str = "") -> int:
    """Post a body; answers the status. Raises NotTaken."""
    target = read_target(url, inner)
    if isinstance(target, str):
        raise NotTaken(target)
    try:
        async with asyncio.timeout(DEADLINE):
            address = await _address_of(target, inner)
            return await _post(target, address, headers, body, ca_file)
    except TimeoutError:
        raise NotTaken("too_slow") from None
    except ssl.SSLError:
        raise NotTaken("bad_certificate") from None
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        raise NotTaken("no_answer") from None


async def _address_of(target: Target, inner: Sequence[Network]) -> str:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise NotTaken("unknown_name") from None
    address = callable_address([str(one[4][0]) for one in found], inner)
    if not address:
        raise NotTaken("webhook_inner_address")
    return address


@lru_cache(maxsize=2)
def _trust(ca_file: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_file or None)


async def _post(target: Target, address: str, headers: Mapping[str, str], body: bytes, ca_file: str) -> int:
    context = _trust(ca_file) if target.is_secure else None
    reader, writer = await asyncio.open_connection(
        address,
        target.port,
        ssl=context,
        server_hostname=target.host if context else None,
        limit=LONGEST_LINE,
    )
    try:
        writer.write(_request(target, headers, body))
        await writer.drain()
        return await _status(reader)
    finally:
        writer.transport.abort()


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = 443 if target.is_secure else 80
    given = {
        "host": host if target.port == usual else f"{host}:{target.port}",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "connection": "close",
        **headers,
    }
    lines = [f"POST {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


async def _status(reader: asyncio.StreamReader) -> int:
    """The status of the answer; those that only announce one (1xx) are passed over."""
    for _ in range(MOST_LINES):
        words = (await reader.readuntil(b"\n")).split(maxsplit=2)
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
            raise NotTaken("no_answer")
        status = int(words[1])
        if status >= 200:
            return status
        while (await reader.readuntil(b"\n")).strip():
            pass
    raise NotTaken("no_answer")
