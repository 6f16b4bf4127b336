"""Calls to a provider: few, small, bounded in time, and only where the settings or its own discovery say.

urllib3 in a thread, because it is the one HTTP client without a copyleft part: httpx and requests need certifi, whose
licence is the MPL. Certificates are checked against those of the operating system.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
import urllib3
from urllib3.exceptions import HTTPError

from tierslieu.basics.errors import Unavailable
from tierslieu.http.turns import aside

TIMEOUT: Final = urllib3.Timeout(connect=3.0, read=5.0)
FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
LARGEST: Final = 256_000
"""Answers are a few kilobytes; more is not read."""


class ProviderAway(Unavailable):
    """The provider did not answer, or answered nothing that can be used. `why` is for the log."""

    def __init__(self, why: str) -> None:
        super().__init__("provider_away")
        self.why = why


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    kind: str
    body: bytes

    def document(self) -> dict[str, Any]:
        """The JSON object of an answer. Raises ProviderAway for anything else."""
        try:
            found = msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise ProviderAway("no JSON") from error
        if not isinstance(found, dict):
            raise ProviderAway("no JSON object")
        return found


class Calls:
    """A small pool of connections, shared by all providers."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(num_pools=4, maxsize=4, timeout=TIMEOUT, retries=False)

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch. Raises ProviderAway."""
        async with aside():
            return await asyncio.to_thread(self._call, "GET", url, dict(headers or {}), None)

    async def send(self, url: str, fields: Mapping[str, str]) -> Answer:
        """Send a form: secrets travel in the body, never in the address. Raises ProviderAway."""
        async with aside():
            return await asyncio.to_thread(self._call, "POST", url, FORM, dict(fields))

    def _call(self, method: str, url: str, headers: Mapping[str, str], fields: dict[str, str] | None) -> Answer:
        try:
            answer = self._pool.request(
                method,
                url,
                body=None if fields is None else urlencode(fields),
                headers={"accept": "application/json, application/jwt", **headers},
                redirect=False,
                preload_content=False,
            )
            try:
                body = answer.read(LARGEST + 1, decode_content=True)
            finally:
                answer.release_conn()
        except (HTTPError, OSError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from error
        if len(body) > LARGEST:
            raise ProviderAway("answer too large")
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(answer.status, kind, body)
