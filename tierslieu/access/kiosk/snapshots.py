"""The list for one reader, whole or what changed since, signed with the keys of the house."""

import base64
import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import msgspec

from devices.badges.decide import Gate
from tierslieu.access.kiosk import snapshot_store as store
from tierslieu.access.kiosk.snapshot_facts import places
from tierslieu.access.kiosk.snapshot_rows import digest_of
from tierslieu.access.passes.queries import keys, site, vouchers
from tierslieu.access.presence import queries as presence
from tierslieu.access.scanning.facts import gate
from tierslieu.access.zones.places import zone_behind
from tierslieu.access.zones.queries import ZoneNow, zone_map, zone_of
from tierslieu.basics.spans import MINUTE, Span, merged
from tierslieu.infra.statements import to_json
from tierslieu.infra.transaction import Reader

VERSION: Final = 1
SIGNED_AS: Final = "tierslieu.snapshot."
"""What is signed begins with this: no signature of a pass is one of a list."""
AHEAD: Final = 7
"""Days for which a reader without network knows the hours."""
LATELY: Final = 30 * MINUTE
"""Who left not longer ago than this is still told to readers: they may come back in too soon."""


class Snapshot(msgspec.Struct, frozen=True):
    """What a reader gets: the text and its seals, (number of the key, signature), by the key that signs passes first.
    `tag` is the same while nothing changed; `is_held`: the reader has this revision."""

    payload: str
    seals: list[tuple[int, str]]
    tag: str
    is_held: bool


def snapshot(reader: Reader, device: str, since: int) -> Snapshot:
    """The list for a reader that holds revision `since` (0: none). Everything when it may have missed something."""
    found = store.state(reader) or store.State(0, 0, 1, 0, digest_of(()), 0, "[]")
    is_full = not max(found.floor, 1) <= since <= found.rev
    rows, gone = _whole(reader) if is_full else _since(reader, since)
    facts: dict[str, Any] = {
        "v": VERSION,
        "site": site(reader),
        "device": device,
        "rev": found.rev,
        "count": found.holders,
        "digest": found.digest,
        "gate": _gate(reader, zone_behind(reader, device)),
        "keys": [[one.kid, text_of(one.public), one.until] for one in keys(reader)],
        "profiles": msgspec.Raw(found.profiles.encode()),
        "places": places(reader),
        "inside": _inside(reader),
    }
    tag = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()[:20]
    part = {"since": 0 if is_full else since, "is_full": is_full, "gone": gone, "made_at": reader.now}
    payload = to_json({**facts, **part, "holders": msgspec.Raw(f"[{','.join(rows)}]".encode())})
    message = (SIGNED_AS + payload).encode()
    seals = [(kid, text_of(key.sign(message))) for kid, key in vouchers(reader)]
    return Snapshot(payload, seals, tag, found.rev == since)


def text_of(data: bytes) -> str:
    """Bytes as text: base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _whole(reader: Reader) -> tuple[list[str], list[int]]:
    return [text for (text,) in reader.rows(store.WHOLE)], []


def _since(reader: Reader, since: int) -> tuple[list[str], list[int]]:
    rows = reader.rows(store.SINCE, since=since)
    return [text for _n, text, gone in rows if not gone], [number for number, _t, gone in rows if gone]


def _gate(reader: Reader, zone_id: int) -> dict[str, Any] | None:
    """The gate for a week without network; None for a reader in front of no zone. A zone out of use is shut."""
    zone = zone_of(reader, zone_id)
    facts: Gate = gate(reader, zone_id)
    found = {name: getattr(facts, name) for name in Gate.__struct_fields__}
    if zone is None:
        return {**found, "name": "", "inside": 0, "counts_staff": True} if zone_id else None
    found |= {"zone": zone.number, "is_alarm": presence.is_alarm(reader, zone_id)}
    found |= {"opened": _ahead(reader, zone, facts.opened, is_staffed=False)}
    found |= {"staffed": _ahead(reader, zone, facts.staffed, is_staffed=True)}
    counted = {"inside": presence.inside(reader, zone_id), "counts_staff": bool(zone.counts_staff)}
    return {**found, "name": zone.name, "is_site": bool(zone.is_site), **counted}


def _ahead(reader: Reader, zone: ZoneNow, known: Iterable[tuple[int, int]], *, is_staffed: bool) -> list[Any]:
    """The hours that are known exactly, then those of the usual week."""
    found, exact = zone_map(reader), [Span(*one) for one in known]
    today = found.here.zone.date(reader.now)
    certain = found.here.zone.day(today + timedelta(days=1)).end
    usual = [
        span
        for more in range(3, AHEAD + 1, 3)
        for span in found.hours(zone, today + timedelta(days=more), is_staffed=is_staffed)
        if span.start >= certain
    ]
    return [[span.start, span.end] for span in merged([*exact, *usual])]


def _inside(reader: Reader) -> list[list[Any]]:
    """Who is inside or left lately, by their numbers in the list."""
    numbers = dict(reader.rows(store.NUMBERS))
    zones = {one.id: one.number for one in zone_map(reader).every}
    return sorted(
        [numbers[id_], zones.get(here.zone_id, 0), here.last_at, here.last_direction]
        for who, here in presence.everyone_now(reader).items()
        if (id_ := who.person_id or who.guest_id) in numbers
        and (here.is_inside or (here.last_direction == "out" and here.last_at > reader.now - LATELY))
    )
