"""One code of a phone on its way in: said at a kiosk, then through doors, each of them once. Elsewhere it is a copy."""

import asyncio

from devices.badges.decide import Rule
from tests.access.doors import person_id, scan
from tests.access.passes.phones import phone
from tests.access.scanning.standing import at_zone, rows
from tests.support.clients import HouseUnderTest
from tierslieu.access.doors import enrolment
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.access.scanning.actions import record_scan
from tierslieu.access.schemas import NewScan
from tierslieu.access.zones import actions, queries
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.basics.actor import Actor
from tierslieu.infra.transaction import Tx

ANYONE = (Rule("anyone", when="always"),)


class Building:
    """A house whose doors lead into the site and, from there, into two rooms; `count` numbers what is shown."""

    def __init__(self, house: HouseUnderTest) -> None:
        self.house, self.count = house, 0
        house.is_at("2026-11-24T10:00")
        at_zone(house, "Hall", "site", ZoneFacts("Tout", is_site=1))
        at_zone(house, "Note", "site")
        self.text = ""
        house.write(self._open)

    def _open(self, tx: Tx) -> None:
        for key in ("coworking", "fablab"):
            actions.change_zone(tx, queries.zone_by_key(tx, key).id, ZoneFacts(key, passback="off"), ANYONE)
        for name, zone in (("Rue", "site"), ("Cour", "site"), ("Bureaux", "coworking"), ("Atelier", "fablab")):
            enrolment.add(tx, DoorFacts(name=name, zone=zone, side="both", pulse_s=5))

    def show(self, *devices: str, direction: str = "in") -> list[str]:
        """The pass at these devices in the same instant: what each answered."""
        texts = [scan(self.house, self.text, self.count + more, direction=direction) for more in range(len(devices))]
        self.count += len(devices)

        async def all_at_once() -> list[str]:
            writes = (
                self.house.house.db.write(record_scan, NewScan.model_validate(text), by=Actor(device=device))
                for device, text in zip(devices, texts, strict=True)
            )
            return [one.answer.reason or "granted" for one in await asyncio.gather(*writes)]

        return self.house.client.blocking_portal.call(all_at_once)


def walked(building: Building, way: str) -> list[str]:
    """What devices answer that are passed one after the other, 4 seconds apart."""
    said = []
    for device in way.split():
        said += building.show(device)
        building.house.clock.instant += 4
    return said


def test_one_pass_goes_from_the_kiosk_through_the_doors(nugue: HouseUnderTest) -> None:
    building, sofia = Building(nugue), nugue.sign_in()
    carried, who = phone(nugue, sofia), person_id(nugue)
    ways = {
        "kiosk-hall porte-bureaux porte-bureaux": ["granted"] * 3,
        "porte-rue kiosk-hall": ["granted"] * 2,
        "porte-rue porte-bureaux": ["granted"] * 2,
        "kiosk-hall porte-rue porte-bureaux porte-atelier": ["granted"] * 3 + ["pass_replayed"],
        "porte-rue porte-bureaux porte-rue": ["granted"] * 2 + ["pass_replayed"],
        "kiosk-hall kiosk-note": ["granted", "pass_replayed"],
        "porte-rue porte-cour": ["granted", "pass_replayed"],
        "porte-bureaux porte-rue": ["granted", "pass_replayed"],
        "porte-bureaux porte-atelier": ["granted", "pass_replayed"],
    }
    for way, expected in ways.items():
        nugue.clock.instant += 120
        building.text = carried.passes(who).passes[0].text
        assert walked(building, way) == expected, way
    assert not [row for row in rows(nugue) if "twice" in row[2]], "nobody is at two places by walking on"
    nugue.clock.instant += 120
    building.text = carried.passes(who).passes[0].text
    assert sorted(building.show("porte-bureaux", "porte-atelier", "porte-bureaux")) != ["granted"] * 3
    assert sorted(building.show("porte-rue", "porte-cour", direction="out")) == ["granted"] * 2, "exits always open"


def test_two_doors_in_the_same_instant(nugue: HouseUnderTest) -> None:
    building = Building(nugue)
    carried, who = phone(nugue, nugue.sign_in()), person_id(nugue)
    for doors in (("porte-rue", "porte-cour"), ("porte-atelier", "porte-bureaux"), ("kiosk-hall", "kiosk-note")):
        nugue.clock.instant += 120
        building.text = carried.passes(who).passes[0].text
        assert sorted(building.show(*doors, *doors[::-1])) == ["granted", "granted", "pass_replayed", "pass_replayed"]
