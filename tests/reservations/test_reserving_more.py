"""Composites, neighbours, exceptions of staff, requests without a hold: what one act reserves or explains."""

import pytest

from tests.reservations.test_reserving import codes
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import write
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.queries import newest
from tierslieu.people.persons.queries import by_key
from tierslieu.venue.actions import NewResource, offer
from tierslieu.venue.queries import venue

HOURS = ("2026-11-25T14:00", "2026-11-25T16:00")
LATER = ("2026-11-25T16:00", "2026-11-25T17:00")


def add(tx: Tx, space: str, *resources: NewResource) -> None:
    """More of the venue: resources in a space, over units that may exist already."""
    here = venue(tx)
    units = {key: unit for key in here.by_key for unit in here.by_key[key].units if len(here.by_key[key].units) == 1}
    space_id = next(one.id for one in here.spaces.values() if one.key == space)
    for resource in resources:
        offer(tx, space_id, resource, units)


@pytest.fixture
def workshop(nugue: HouseUnderTest) -> HouseUnderTest:
    """A bench, a team of two, five seats, and « l’établi accompagné » made of them."""
    write(
        nugue,
        add,
        "coworking",
        NewResource("bench", "Établi", "room", capacity=4, noise="noisy"),
        NewResource("team", "Équipe", "staff_time", pick="one", unit_keys=("ana", "bo"), capacity=4),
        NewResource("seats", "Places", "desk_pool", pick="one", unit_keys=("s1", "s2", "s3", "s4", "s5"), capacity=4),
        NewResource(
            "guided",
            "Établi accompagné",
            "room",
            capacity=4,
            parts=(("bench", 1), ("team", 1), ("seats", 2)),
            one_at_a_time=0,
        ),
        NewResource("quiet-room", "Cabine", "room", capacity=2, noise="quiet", one_at_a_time=0),
    )
    return nugue


def test_a_composite_takes_all_its_parts_and_gives_them_back_together(workshop: HouseUnderTest) -> None:
    sofia, thomas = workshop.sign_in(MEMBER), workshop.sign_in(OTHER_MEMBER)
    made = sofia.reserve("guided", *HOURS)
    assert made.status_code == 201, made.text
    assert codes(thomas.reserve("bench", *HOURS)) >= {"slot_taken"}
    for number in range(3):
        assert thomas.reserve("seats", *HOURS, accepted=[]).status_code in (201, 409), number
    assert codes(thomas.reserve("guided", *HOURS)) >= {"slot_taken"}
    assert sofia.delete(f"/api/v1/reservations/{made.json()['reservations'][0]['id']}").status_code == 204
    assert thomas.reserve("bench", *HOURS).status_code == 201


def test_a_composite_is_refused_whole_when_one_part_is_short(workshop: HouseUnderTest) -> None:
    claire = workshop.sign_in(RECEPTION)
    for key in ("team", "team"):
        made = claire.reserve(key, *HOURS, exception="event")
        assert made.status_code == 201, made.text
    refused = workshop.sign_in().reserve("guided", *HOURS)
    assert codes(refused) == {"slot_taken"}
    free = workshop.sign_in().get("/api/v1/resources/bench/free?day=2026-11-25").json()
    assert any(one["starts_at"] <= "2026-11-25T13:00:00Z" < one["ends_at"] for one in free)


def test_noise_next_door_is_told_and_may_be_accepted(workshop: HouseUnderTest) -> None:
    sofia, thomas = workshop.sign_in(MEMBER), workshop.sign_in(OTHER_MEMBER)
    assert thomas.reserve("bench", *HOURS).status_code == 201
    told = sofia.reserve("quiet-room", *HOURS)
    assert (told.status_code, codes(told)) == (422, {"noise_meanwhile"})
    assert sofia.reserve("quiet-room", *HOURS, accepted=["noise_meanwhile"]).status_code == 201
    assert sofia.reserve("quiet-room", *LATER).status_code == 201


def test_quiet_next_door_is_told_to_the_noisy(workshop: HouseUnderTest) -> None:
    sofia, thomas = workshop.sign_in(MEMBER), workshop.sign_in(OTHER_MEMBER)
    assert sofia.reserve("quiet-room", *HOURS).status_code == 201
    assert codes(thomas.reserve("bench", *HOURS)) == {"quiet_meanwhile"}


def test_staff_pass_over_rules_with_a_reason_that_is_kept(nugue: HouseUnderTest) -> None:
    claire, whom = nugue.sign_in(RECEPTION), show(nugue.read(by_key, "u05").id)
    night = ("2026-11-25T21:00", "2026-11-25T22:00")
    refused = claire.reserve("visio-1", *night, person=whom)
    assert codes(refused) == {"closed"}
    made = claire.reserve("visio-1", *night, person=whom, exception="event")
    assert made.status_code == 201, made.text
    (kept,) = (one for one in nugue.read(newest) if one.act == "reservations.exception")
    assert '"reason":"event"' in kept.facts


def test_nobody_passes_over_a_claim(nugue: HouseUnderTest) -> None:
    assert nugue.sign_in().reserve("visio-1", *HOURS).status_code == 201
    refused = nugue.sign_in(RECEPTION).reserve("visio-1", *HOURS, exception="event")
    assert (refused.status_code, codes(refused)) == (409, {"slot_taken"})


def test_a_member_has_no_exceptions(nugue: HouseUnderTest) -> None:
    refused = nugue.sign_in().reserve("visio-1", "2026-11-25T21:00", "2026-11-25T22:00", exception="event")
    assert codes(refused) == {"closed"}


def test_a_request_that_holds_nothing_is_judged_again_when_it_is_granted(nugue: HouseUnderTest) -> None:
    room = NewResource("studio", "Studio", "room", capacity=4, needs_approval=True, holds_requests=False)
    write(nugue, add, "coworking", room)
    sofia, thomas, claire = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER), nugue.sign_in(RECEPTION)
    first = sofia.reserve("studio", *HOURS).json()["reservations"][0]
    second = thomas.reserve("studio", *HOURS).json()["reservations"][0]
    assert (first["state"], second["state"]) == ("requested", "requested")
    assert claire.post(f"/api/v1/requests/{second['id']}", {"granted": True}).status_code == 204
    lost = claire.post(f"/api/v1/requests/{first['id']}", {"granted": True})
    assert lost.status_code in (409, 422), lost.text
    assert claire.get(f"/api/v1/reservations/{second['id']}").json()["state"] == "confirmed"


def test_what_was_paid_for_is_kept_with_the_reservation(nugue: HouseUnderTest) -> None:
    made = nugue.sign_in().reserve("visio-1", *HOURS).json()["reservations"][0]
    assert made["price_cents"] == 1000
