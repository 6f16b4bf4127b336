"""A kiosk in front of a zone: putting it there, presenting badges, what was noted and counted."""

from typing import Any

from sqlalchemy import bindparam, select, update

from devices.badges.decide import Rule
from tests.access import doors as shared
from tests.access.doors import kiosk, person_id
from tests.support.clients import MEMBER, Caller, HouseUnderTest
from tierslieu.access.presence import queries as presence
from tierslieu.access.presence.folding import folded
from tierslieu.access.tables import Kiosk, Scan
from tierslieu.access.zones import actions, queries
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.pins.actions import PUT_PIN
from tierslieu.people.signin.passwords import make
from tierslieu.venue.actions import changed

k, s = columns(Kiosk), columns(Scan)
STAND: Query[Any] = Query(update(table_of(Kiosk)).where(k.key == bindparam("which")).values(zone_id=bindparam("zone")))
ROWS: Query[tuple[Any, ...]] = Query(
    select(s.outcome, s.reason, s.flags, s.at, s.direction, s.decided_by, s.zone_id, s.person_id)
    .where(s.scan_id < "00000001")  # ours: the demonstration's are drawn by chance
    .order_by(s.at, s.device_seq)
)
ANYONE = (Rule("anyone", when="always"),)
DAY = "2026-11-24T"


def at_zone(house: HouseUnderTest, name: str, key: str, facts: ZoneFacts | None = None, *rules: Rule) -> Caller:
    """A kiosk in front of a zone, which may follow other rules than the demonstration's."""
    screen = kiosk(house, name)

    def stand(tx: Tx) -> None:
        zone = queries.zone_by_key(tx, key)
        tx.run(STAND, which=f"kiosk-{name.lower()}", zone=zone.id)
        changed(tx)
        if facts is not None:
            actions.change_zone(tx, zone.id, facts, rules or ANYONE)

    house.write(stand)
    return screen


def present(house: HouseUnderTest, door: Caller, text: str, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Present a badge, a second after what came before."""
    house.clock.instant += 1
    return shared.present(house, door, text, number, **changes)


def inside(house: HouseUnderTest, key: str) -> int:
    found: int = house.read(lambda reader: presence.count_of(reader, queries.zone_by_key(reader, key).id).people)
    return found


def rows(house: HouseUnderTest) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = house.read(lambda reader: reader.rows(ROWS))
    return found


def told(answer: dict[str, Any]) -> str:
    return str(answer["reason"] or answer["outcome"])


def with_pin(house: HouseUnderTest, pin: str, email: str = MEMBER) -> None:
    who = person_id(house, email)
    house.write(
        lambda tx: tx.run(PUT_PIN, id=tx.new_id(), person_id=who, pin_hash=make(pin), chosen_at=tx.now, blocked_at=0)
    )


def same_as_log(reader: Reader) -> bool:
    """Whether presence is what the log of passages says."""
    found = {who: one for who, one in presence.everyone_now(reader).items() if one.last_at}
    shown, said = ({who: (one.is_inside, one.last_at) for who, one in each.items()} for each in (found, folded(reader)))
    assert shown == said
    return True
