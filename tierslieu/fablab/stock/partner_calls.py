"""Calls to the partner that keeps spools. Blocking calls run in a thread, never longer than their time."""

import asyncio
from typing import Any, Final

import msgspec
import urllib3

TIMEOUT: Final = urllib3.Timeout(connect=3, read=8, total=10)
LARGEST: Final = 5_000_000
NO_ANSWER: Final = "partner_no_answer"
MARK: Final = "tierslieu"
"""The field of a spool at the partner that bears the last use we told."""


class Away(Exception):
    """The partner did not do it, or nobody knows whether it did; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PartnerFilament(msgspec.Struct, frozen=True):
    """A filament as the partner describes it; it leaves out what it does not know."""

    id: int
    name: str = ""
    material: str = ""
    density: float | None = None
    diameter: float | None = None
    color_hex: str = ""
    price: float | None = None
    weight: float | None = None
    spool_weight: float | None = None


class PartnerSpool(msgspec.Struct, frozen=True):
    """A spool at the partner."""

    id: int
    filament: PartnerFilament
    used_weight: float = 0.0
    remaining_weight: float | None = None
    location: str = ""
    lot_nr: str = ""
    archived: bool = False
    extra: dict[str, str] = {}


class Partner:
    """One installation of the partner, by its address."""

    def __init__(self, url: str) -> None:
        self._base = url.rstrip("/") + "/api/v1"
        self._pool = urllib3.PoolManager(num_pools=1, maxsize=1, timeout=TIMEOUT, retries=False)

    async def spools(self) -> list[PartnerSpool]:
        """All spools that are not archived. Raises Away."""
        found: list[PartnerSpool] = _decoded(await self._call("GET", "/spool"), list[PartnerSpool])
        return found

    async def count_use(self, spool_id: int, grams: float, mark: str) -> None:
        """Change what a spool holds by some grams (negative: used), once for each mark. Raises Away."""
        one: PartnerSpool = _decoded(await self._call("GET", f"/spool/{spool_id}"), PartnerSpool)
        known = msgspec.json.encode(mark).decode()
        if one.extra.get(MARK) == known:
            return
        if MARK not in one.extra:
            await self._make_mark()
        body = {"used_weight": max(0.0, round(one.used_weight - grams, 3)), "extra": {**one.extra, MARK: known}}
        await self._call("PATCH", f"/spool/{spool_id}", body)

    async def _make_mark(self) -> None:
        """The partner takes fields of others only when they were described; describing one again changes nothing."""
        await self._call("POST", f"/field/spool/{MARK}", {"name": "Tiers-lieu", "field_type": "text"})

    async def _call(self, method: str, path: str, body: Any = None) -> bytes:
        return await asyncio.to_thread(self._blocking, method, path, body)

    def _blocking(self, method: str, path: str, body: Any) -> bytes:
        sent = None if body is None else msgspec.json.encode(body)
        headers = {"content-type": "application/json", "accept": "application/json"}
        try:
            answer = self._pool.request(
                method, self._base + path, headers=headers, redirect=False, preload_content=False, body=sent
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError):
            raise Away(NO_ANSWER) from None
        try:
            data = answer.read(LARGEST)
        except (urllib3.exceptions.HTTPError, OSError):
            raise Away(NO_ANSWER) from None
        finally:
            answer.close()
        if answer.status == 404:
            raise Away("partner_unknown_spool")
        if not 200 <= answer.status < 300:
            raise Away("partner_refused")
        return data


def _decoded(data: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError:
        raise Away("partner_not_understood") from None
