"""What is done when the power goes at a step: calls as their senders repeat them, and what must be there once."""

import http.client
import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, update

from devices.badges.decide import Rule
from devices.wire import MachineState
from tests.access.doors import badge, person_id
from tests.fablab.benches import Box, Fablab
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest, iso
from tierslieu.access.doors import enrolment as doors
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.access.kiosk import enrolment as kiosks
from tierslieu.access.zones import queries
from tierslieu.access.zones.actions import ZoneFacts, change_zone
from tierslieu.access.zones.door_tables import AccessDoor
from tierslieu.basics.ids import show
from tierslieu.fablab.tables import Machine
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx

PEOPLE: Final = (MEMBER, OTHER_MEMBER, FAB_MANAGER, RECEPTION, "ines@example.org")
PRINTERS: Final = ("p3d-1", "p3d-3")
DAY: Final = "2026-12-01"
DOOR: Final = "porte-coupure"
LIVE: Final = frozenset({"duplicate", "state", "machine", "position", "notice"})
"""What an answer tells as it is now: a job that nobody started in time waits again."""
d, m = columns(AccessDoor), columns(Machine)
DOOR_SPEAKS: Query[Any] = Query(
    update(table_of(AccessDoor)).where(d.key == DOOR).values(is_online=1, boot_id="boot-001", heard_at=bindparam("now"))
)
MACHINES_SPEAK: Query[Any] = Query(
    update(table_of(Machine)).where(m.is_online == 1).values(last_message_at=bindparam("now"))
)


class Told(NamedTuple):
    """An answer; status 0 when none came, and nobody knows what happened."""

    status: int
    body: dict[str, Any]
    is_replayed: bool = False

    @property
    def is_repeated(self) -> bool:
        """True for an answer that was given before."""
        return self.is_replayed or self.body.get("duplicate") is True

    @property
    def happened(self) -> dict[str, Any]:
        """What was answered, told now or before."""
        return {name: value for name, value in self.body.items() if name not in LIVE}


class Call(NamedTuple):
    """A call that its sender repeats, word for word, until it gets an answer."""

    path: str
    secret: str
    body: dict[str, Any]
    key: str = ""

    def send(self, port: int) -> Told:
        """Send it (again)."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"authorization": f"Bearer {self.secret}", "content-type": "application/json"}
        if self.key:
            headers["idempotency-key"] = self.key
        try:
            connection.request("POST", self.path, json.dumps(self.body), headers)
            answer = connection.getresponse()
            is_replayed = answer.headers.get("idempotency-replayed") == "true"
            return Told(answer.status, json.loads(answer.read() or b"{}"), is_replayed)
        except (OSError, http.client.HTTPException):
            return Told(0, {})
        finally:
            connection.close()


class Stage(NamedTuple):
    """Calls of each sort, as many as are needed."""

    scans: list[Call]
    bookings: list[Call]
    spendings: list[Call]
    starts: list[Call]


def prepare(house: HouseUnderTest) -> Stage:
    """A kiosk beside a door that speaks, printers that wait, and people who may use them."""
    fablab, tokens = Fablab(house), {email: _token(house, email) for email in PEOPLE}
    for key in PRINTERS:
        box = Box(house, key)
        box.appear()
        box.show(MachineState.IDLE)
    cubes = [fablab.queue() for _ in PRINTERS]
    secret: str = house.write(_kiosk_and_door)
    sofia = show(person_id(house, MEMBER))
    given = house.sign_in(RECEPTION).post(f"/api/v1/people/{sofia}/credits", {"kind": "print_minutes", "amount": 90})
    assert given.status_code == 201, given.text
    now = house.clock.instant
    return Stage(
        [
            Call("/api/v1/scans", secret, {"scan_id": f"{n:032x}", "badge": card, "at_device": now, "device_seq": n})
            for n, card in enumerate((badge(house, email).token for email in PEOPLE), 1)
        ],
        [Call("/api/v1/reservations", tokens[MEMBER], _wish(n), f"reserve-{n}") for n in range(3)],
        [Call(f"/api/v1/people/{sofia}/credits/spendings", tokens[RECEPTION], _use(n), f"spend-{n}") for n in range(2)],
        [
            Call(f"/api/v1/fablab/jobs/{cube['id']}/dispatch", tokens[FAB_MANAGER], {"machine": key}, f"start-{key}")
            for cube, key in zip(cubes, PRINTERS, strict=True)
        ],
    )


def _token(house: HouseUnderTest, email: str) -> str:
    return house.sign_in(email).headers["authorization"].removeprefix("Bearer ")


def _wish(number: int) -> dict[str, Any]:
    day = f"{DAY}T"
    return {"resources": ["D01"], "starts_at": iso(f"{day}1{number}:00"), "ends_at": iso(f"{day}1{number + 1}:00")}


def _use(number: int) -> dict[str, Any]:
    return {"kind": "print_minutes", "amount": 10, "about": f"coupure-{number}"}


def _kiosk_and_door(tx: Tx) -> str:
    whole = queries.site(tx)
    assert whole is not None
    change_zone(tx, whole.id, ZoneFacts("Tout", is_site=1), (Rule("anyone", when="always"),))
    secret = kiosks.enrol(tx, kiosks.offer_code(tx, "Coupure", zone=whole.key))
    assert doors.add(tx, DoorFacts(name="Coupure", zone=whole.key, kiosk="kiosk-coupure")) == DOOR
    return secret


def speak(tx: Tx) -> None:
    """Door and machines are heard now."""
    tx.run(DOOR_SPEAKS, now=tx.now)
    tx.run(MACHINES_SPEAK, now=tx.now)


class Case(NamedTuple):
    """The power goes at `step` of this call; the service is there again `later` seconds after.

    `told` is what the repeated call hears.
    """

    step: str
    call: Call
    later: int
    told: Callable[[Told], bool]
