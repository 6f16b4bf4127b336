"""One call to a machine's own web interface: bounded in time and in size, no redirect, no proxy, no second try."""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal
from urllib.request import AbstractDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, parse_http_list
from urllib.request import parse_keqv_list as parse_pairs

import urllib3

from devices.adapters.loose import MAX_BYTES

CONNECT_S: Final = 3.0
CHUNK: Final = 64 * 1024
Because = Literal["unreachable", "timed_out", "garbled", "too_large"]


class NoAnswer(Exception):
    """No whole answer came; whether the machine heard us is not known."""

    def __init__(self, code: Because) -> None:
        super().__init__(code)
        self.code: Final = code


class Pieces:
    """The bytes of a file between others, from disk piece by piece, as often as they are asked for."""

    def __init__(
        self, file: Path, before: bytes = b"", after: bytes = b"", keep_on: Callable[[], None] = lambda: None
    ) -> None:
        self._file, self._before, self._after, self._keep_on = file, before, after, keep_on
        self.size: Final = len(before) + file.stat().st_size + len(after)

    def __iter__(self) -> Iterator[bytes]:
        yield self._before
        with self._file.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                self._keep_on()
                yield chunk
        yield self._after


class Caller:
    """Calls one machine over at most two kept connections. `read_s` bounds each silence of the machine."""

    def __init__(self, headers: Mapping[str, str], read_s: float, ca_file: str | None = None) -> None:
        self._headers, self._read_s = dict(headers), read_s
        context = ssl.create_default_context(cafile=ca_file)
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=2, retries=False, ssl_context=context)

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Pieces | None = None,
        read_s: float | None = None,
        within_s: float | None = None,
        most: int = MAX_BYTES,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """The status, the headers and the body. Raises NoAnswer. `within_s` bounds the reading of the answer, `most`
        its size."""
        sent = {**self._headers, **(headers or {})}
        if isinstance(body, Pieces):
            sent["content-length"] = str(body.size)
        answer = self._ask(method, url, sent, body, self._read_s if read_s is None else read_s)
        try:
            found = b"".join(_pieces(answer, most, within_s))
            answer.release_conn()
        finally:
            answer.close()
        return answer.status, answer.headers, found

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | Pieces | None, read_s: float
    ) -> urllib3.BaseHTTPResponse:
        timeout = urllib3.Timeout(connect=CONNECT_S, read=read_s)
        try:
            return self._pool.request(
                method, url, body=body, headers=headers, preload_content=False, redirect=False, timeout=timeout
            )
        except urllib3.exceptions.NewConnectionError:  # a kind of TimeoutError, in this library
            raise NoAnswer("unreachable") from None
        except urllib3.exceptions.TimeoutError:
            raise NoAnswer("timed_out") from None
        except (urllib3.exceptions.ProtocolError, urllib3.exceptions.InvalidHeader):
            raise NoAnswer("garbled") from None
        except (urllib3.exceptions.HTTPError, OSError, ValueError, UnicodeError):
            raise NoAnswer("unreachable") from None

    def pour(self, url: str, write: Callable[[bytes], object], most: int, within_s: float) -> int:
        """Read what is at an address piece by piece; nothing is written unless the status is 200, which is returned.

        Raises NoAnswer, also for more than `most` bytes.
        """
        answer = self._ask("GET", url, self._headers, None, self._read_s)
        try:
            if answer.status == 200:
                for piece in _pieces(answer, most, within_s):
                    write(piece)
        finally:
            answer.close()
        return answer.status

    def close(self) -> None:
        """Let go of the connections."""
        self._pool.clear()


def _pieces(answer: urllib3.BaseHTTPResponse, most: int, within_s: float | None) -> Iterator[bytes]:
    """The body; a machine that drips or floods is taken as silent."""
    until = None if within_s is None else time.monotonic() + within_s
    read = 0
    try:
        for piece in answer.stream(CHUNK, decode_content=True):
            read += len(piece)
            if read > most:
                raise NoAnswer("too_large")
            if until is not None and time.monotonic() > until:  # a byte at a time keeps every single read short
                raise NoAnswer("timed_out")
            yield piece
    except urllib3.exceptions.TimeoutError:
        raise NoAnswer("timed_out") from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError):
        raise NoAnswer("garbled") from None


class Digest(AbstractDigestAuthHandler):
    """Proves a password without sending it (HTTP Digest, RFC 7616), by the standard library's own arithmetic."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        known = HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, base_url, username, password)
        super().__init__(known)
        self._challenge: dict[str, str] = {}

    def learn(self, challenge: str) -> bool:
        """Take in what the machine asks for. False when it is no challenge of this kind."""
        scheme, _, facts = challenge.partition(" ")
        if scheme.lower() != "digest":
            return False
        try:
            self._challenge = parse_pairs([one for one in parse_http_list(facts) if "=" in one])
        except (ValueError, IndexError):
            return False
        return "nonce" in self._challenge

    def proof(self, method: str, url: str) -> dict[str, str]:
        """The header for one call; nothing before the first challenge, nor for one that cannot be met."""
        if not self._challenge:
            return {}
        try:
            found = self.get_authorization(Request(url, method=method), self._challenge)  # noqa: S310  (never opened)
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}
        return {"authorization": f"Digest {found}"} if found else {}
