"""Random histories of a door: clients that scan, a nemesis that makes everything go wrong, and what is true afterwards.

A client shows badges at its kiosk. The nemesis sends things twice, drops answers after the commit, keeps scans and
uploads them later, shuffled and doubled, stops badges, closes zones. The verdict is passed by plain SQL and by a
fold written here, on nothing but the stored rows.
"""

import asyncio
import random
from collections import Counter
from typing import Any, Final

import msgspec
from sqlalchemy import text

from tests.access.doors import badge
from tests.access.scanning.standing import at_zone
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tierslieu.access import actions
from tierslieu.access.actions import revoke_badge
from tierslieu.access.presence.closing import close_zones, settle
from tierslieu.access.scanning.actions import record_scan
from tierslieu.access.scanning.online import take_kept
from tierslieu.access.schemas import Issued, Receipt
from tierslieu.access.schemas import NewScan as Scan
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.access.zones.queries import zone_by_key
from tierslieu.basics.actor import Actor
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Reader, Tx

ZONES: Final = {"Nord": "grande-salle", "Sud": "coworking", "Hall": "site"}
CAPACITY: Final = {"grande-salle": 2, "coworking": 1, "site": 3}
PEOPLE: Final = (MEMBER, OTHER_MEMBER, RECEPTION, "lucie@example.org", "ines@example.org")
LOG = text(
    "SELECT device, scan_id, coalesce(person_id, 0), outcome, direction, zone_id, at, device_seq, flags, decided_by,"
    " badge_id, received_at FROM scan WHERE kind = 'badge' AND zone_id <> 0 ORDER BY at"
)
ROWS: Query[tuple[Any, ...]] = Query(sqlite=LOG, postgresql=LOG)
HERE = text("SELECT person_id, zone_id FROM presence WHERE is_inside = 1 AND person_id <> 0")
INSIDE: Query[tuple[int, int]] = Query(sqlite=HERE, postgresql=HERE)
COUNTED = text("SELECT zone_id, people FROM headcount")
COUNTS: Query[tuple[int, int]] = Query(sqlite=COUNTED, postgresql=COUNTED)
CLOSED = text("SELECT zone_id, max(at) FROM scan WHERE kind = 'closing' GROUP BY zone_id")
CLOSINGS: Query[tuple[int, int]] = Query(sqlite=CLOSED, postgresql=CLOSED)
NAMED = text(
    "SELECT count(*) FROM audit_entry WHERE facts LIKE '%Sofia%' OR facts LIKE '%Moreau%' OR about LIKE '%Sofia%'"
)
NAMES: Query[tuple[int]] = Query(sqlite=NAMED, postgresql=NAMED)


class Passage(msgspec.Struct, frozen=True):
    """A row of the log as this judge reads it."""

    device: str
    scan_id: str
    person: int
    outcome: str
    direction: str
    zone: int
    at: int
    seq: int
    flags: str
    decided_by: str
    badge: int
    received_at: int

    @property
    def order(self) -> tuple[int, str]:
        """Which of two passages of somebody is the newer."""
        return self.at, f"{self.device}:{self.seq:016x}:{self.scan_id}"

    @property
    def is_kept(self) -> bool:
        """True for what a device decided, or told late."""
        return self.decided_by != "service" or bool({"late", "conflict"} & set(self.flags.split(",")))


class History:
    """One run: the house, who has which badge, what each kiosk still has to send, what was acknowledged."""

    def __init__(self, house: HouseUnderTest, seed: int) -> None:
        self.house = house
        self.chance = random.Random(seed)
        for name, key in ZONES.items():
            at_zone(house, name, key, ZoneFacts(key, is_site=int(key == "site"), capacity=CAPACITY[key]))
        self.cards: dict[str, Issued] = {email: badge(house, email) for email in PEOPLE}
        self.outbox: dict[str, list[dict[str, Any]]] = {name: [] for name in ZONES}
        self.told: list[tuple[str, str, str]] = []
        self.stopped: dict[int, int] = {}
        self.count = 0

    def run(self, steps: int) -> None:
        """So many random steps, then everything that was kept is sent."""
        acts = (self.scan,) * 8 + (self.lose_answer,) * 2 + (self.keep,) * 3 + (self.upload,) * 2
        for _ in range(steps):
            self.house.clock.instant += self.chance.choice((0, 1, 7, 130))
            self.chance.choice((*acts, self.stop_card, self.vouch, self.vouch, self.close))()
        for name in ZONES:
            self.upload(name)

    def make(self, name: str, **more: Any) -> dict[str, Any]:
        """Somebody shows their badge at a kiosk."""
        self.count += 1
        return {
            "scan_id": f"{self.count:032x}",
            "badge": self.cards[self.chance.choice(PEOPLE)].token,
            "at_device": self.house.clock.instant,
            "device_seq": self.count,
            "direction": self.chance.choice(("in", "in", "out")),
            **more,
        }

    def scan(self) -> None:
        """Up to four badges at once at any kiosks; some scans are delivered twice."""
        found = [(name, self.make(name)) for name in self.chance.choices(tuple(ZONES), k=self.chance.randint(1, 4))]
        sent = [*found, *self.chance.sample(found, self.chance.randint(0, len(found)))]
        self.chance.shuffle(sent)

        async def deliver() -> list[str]:
            writes = (
                self.house.house.db.write(
                    record_scan, Scan.model_validate(one), by=Actor(device=f"kiosk-{name.lower()}")
                )
                for name, one in sent
            )
            return [answer.answer.outcome for answer in await asyncio.gather(*writes)]

        outcomes = self.house.client.blocking_portal.call(deliver)
        for (name, one), outcome in zip(sent, outcomes, strict=True):
            self.told.append((f"kiosk-{name.lower()}", one["scan_id"], outcome))

    def lose_answer(self) -> None:
        """The service commits, the answer is lost: the kiosk decides by itself and keeps the scan."""
        name = self.chance.choice(tuple(ZONES))
        one = self.make(name)
        by = Actor(device=f"kiosk-{name.lower()}")
        self.house.write(lambda tx: record_scan(_as(tx, by), Scan.model_validate(one)))
        self.outbox[name].append({**one, "decided": self.chance.choice(("granted", "granted", "denied"))})

    def keep(self) -> None:
        """No network: the kiosk decides and keeps."""
        name = self.chance.choice(tuple(ZONES))
        self.outbox[name].append(self.make(name, decided=self.chance.choice(("granted", "granted", "denied"))))

    def upload(self, name: str = "") -> None:
        """What a kiosk kept, in any order, some of it twice."""
        name = name or self.chance.choice(tuple(ZONES))
        kept, self.outbox[name] = self.outbox[name], []
        sent = [*kept, *self.chance.sample(kept, len(kept) // 2)]
        self.chance.shuffle(sent)
        by = Actor(device=f"kiosk-{name.lower()}")
        found = self.house.client.blocking_portal.call(take_kept, self.house.house, sent, by)
        for one in found:
            assert isinstance(one, Receipt)
            self.told.append((by.device or "", one.scan_id, one.outcome))

    def stop_card(self) -> None:
        """A card is lost and replaced."""
        email = self.chance.choice(PEOPLE)
        former = self.cards[email].badge.id
        self.stopped[former] = self.house.clock.instant
        self.house.write(revoke_badge, former, "lost")
        self.cards[email] = badge(self.house, email)

    def vouch(self) -> None:
        """Staff look at a card that is in doubt."""
        self.house.write(actions.vouch_for, self.cards[self.chance.choice(PEOPLE)].badge.id)

    def close(self) -> None:
        """A zone closes."""
        key = self.chance.choice(tuple(CAPACITY))

        def shut(tx: Tx) -> None:
            close_zones(tx, [(zone_by_key(tx, key), tx.now)])
            settle(tx)

        self.house.write(shut)


def _as(tx: Tx, by: Actor) -> Tx:
    tx.by = by
    return tx


def judge(reader: Reader, history: History) -> None:
    """Raise AssertionError unless everything that was promised holds."""
    log = [Passage(*row) for row in reader.rows(ROWS)]
    closed = dict(reader.rows(CLOSINGS))
    ours = {(one.device, one.scan_id): one for one in log if one.scan_id < "00000001"}
    _once(ours, history)
    for one in ours.values():
        assert one.direction == "in" or one.outcome == "granted", one  # exits are never refused
        is_stopped = one.badge in history.stopped and one.at > history.stopped[one.badge]
        if is_stopped and one.direction == "in" and not one.is_kept:
            assert one.outcome == "denied", one
    last = _fold(log)
    inside = {
        person: one.zone for person, one in last.items() if one.direction == "in" and one.at > closed.get(one.zone, 0)
    }
    assert dict(reader.rows(INSIDE)) == inside
    site = zone_by_key(reader, "site").id
    counted = Counter(inside.values())
    counted[site] = len(inside)
    found = {zone: count for zone, count in reader.rows(COUNTS) if count}
    assert found == {zone: count for zone, count in counted.items() if count}
    for key, places in CAPACITY.items():
        zone = zone_by_key(reader, key).id
        here = [last[person] for person, where in inside.items() if zone in (where, site)]
        assert len([one for one in here if not one.is_kept]) <= places, (key, here)
    assert reader.rows(NAMES) == [(0,)]


def _once(ours: dict[tuple[str, str], Passage], history: History) -> None:
    """Each acknowledged scan is stored, as it was told unless the device told otherwise meanwhile."""
    for device, scan_id, outcome in history.told:
        stored = ours[device, scan_id]
        assert stored.outcome == outcome or "conflict" in stored.flags, stored
    assert len(ours) == history.count


def _fold(log: list[Passage]) -> dict[int, Passage]:
    last: dict[int, Passage] = {}
    for one in log:
        if one.outcome == "granted" and one.person and (one.person not in last or one.order > last[one.person].order):
            last[one.person] = one
    return last
