"""People of the house: accounts that need only a name, sessions, and devices with accounts of their own."""

import pytest

from tests.support.clients import HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Conflict
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.queries import devices
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key, known
from tierslieu.people.roles.rules import permissions_by_role
from tierslieu.people.signin.actions import note_use, open_session
from tierslieu.people.signin.queries import account, session_age
from tierslieu.people.signin.resolving import resolver
from tierslieu.people.signin.rules import session_limits

PERMISSIONS = permissions_by_role(
    [{"demo.read": frozenset({"member", "receptionist"}), "demo.scan": frozenset(DEVICE_ROLES.values())}]
)


@pytest.fixture
def house(nugue: HouseUnderTest) -> HouseUnderTest:
    """The demonstration venue on both databases."""
    return nugue


def resolve(reader: Reader, secret: str) -> Actor | None:
    return resolver(PERMISSIONS)(reader, secret)


def test_a_name_is_enough(house: HouseUnderTest) -> None:
    one = write(house, create_person, "Rose", "Petit")
    other = write(house, create_person, "Rose", "Petit")
    assert one != other
    found = read(house, known, one)
    assert found is not None
    assert (found.first_name, found.email) == ("Rose", None)


def test_an_address_belongs_to_one_person(house: HouseUnderTest) -> None:
    write(house, create_person, "Rose", "Petit", email="rose@example.org")
    with pytest.raises(Conflict):
        write(house, create_person, "Rosa", "Petite", email="rose@example.org")
    found = read(house, account, "rose@example.org")
    assert found is not None
    assert found.first_name == "Rose"


def test_a_refused_account_leaves_nothing(house: HouseUnderTest) -> None:
    def two(tx: Tx) -> None:
        create_person(tx, "Ange", "Premier", email="ange@example.org")
        create_person(tx, "Ange", "Second", email="ange@example.org")

    with pytest.raises(Conflict):
        write(house, two)
    assert read(house, account, "ange@example.org") is None


def test_who_creates_is_noted_and_the_system_is_nobody(house: HouseUnderTest) -> None:
    person_id = write(house, create_person, "Rose", "Petit", key="rose")
    found = read(house, by_key, "rose")
    assert found is not None
    assert found.id == person_id


def test_a_new_session_ends_the_browsers_former_one(house: HouseUnderTest) -> None:
    person_id = write(house, create_person, "Rose", "Petit")
    first = write(house, open_session, person_id, "member")
    elsewhere = write(house, open_session, person_id, "member")
    second = write(house, open_session, person_id, "member", hashed(first.token))
    assert read(house, resolve, first.token) is None
    for token in (elsewhere.token, second.token):
        found = read(house, resolve, token)
        assert found is not None
        assert found.person_id == person_id
        assert found.permissions == {"demo.read"}


def test_a_session_belongs_to_a_known_person(house: HouseUnderTest) -> None:
    with pytest.raises(Conflict):
        write(house, open_session, 1, "member")


def test_a_secret_is_stored_as_its_hash_only(house: HouseUnderTest) -> None:
    person_id = write(house, create_person, "Rose", "Petit")
    session = write(house, open_session, person_id, "member")
    assert read(house, session_age, hashed(session.token)) is not None
    assert read(house, session_age, session.token) is None
    assert read(house, resolve, hashed(session.token)) is None


def test_roles_add_up(house: HouseUnderTest) -> None:
    person_id = write(house, create_person, "Rose", "Petit", roles="elected_referent,receptionist")
    session = write(house, open_session, person_id, "elected_referent,receptionist")
    found = read(house, resolve, session.token)
    assert found is not None
    assert found.permissions == {"demo.read"}
    assert session.expires_at == house.clock.instant + session_limits(["receptionist"])[0]


def test_use_never_passes_the_absolute_limit(house: HouseUnderTest) -> None:
    person_id = write(house, create_person, "Rose", "Petit", roles="receptionist")
    session = write(house, open_session, person_id, "receptionist")
    idle, absolute = session_limits(["receptionist"])
    started, who = house.clock.instant, Actor(person_id, session=hashed(session.token))
    while house.clock.instant + idle - 1 < started + absolute:
        house.clock.instant += idle - 1
        write(house, note_use, who)
    assert read(house, resolve, session.token) is not None
    house.clock.instant = started + absolute
    write(house, note_use, who)
    assert read(house, resolve, session.token) is None


def test_a_device_has_its_own_rights(house: HouseUnderTest) -> None:
    secret = write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    found = read(house, resolve, secret)
    assert found is not None
    assert (found.device, found.person_id) == ("kiosk-1", None)
    assert found.permissions == {"demo.scan"}


def test_a_device_without_a_role_may_nothing(house: HouseUnderTest) -> None:
    found = read(house, resolve, write(house, enrol_device, "clock-1", "service", "Horloge du hall"))
    assert found is not None
    assert found.permissions == frozenset()


def test_enrolling_again_ends_the_former_secret(house: HouseUnderTest) -> None:
    first = write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    second = write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    assert first != second
    assert read(house, resolve, first) is None
    assert read(house, resolve, second) is not None


def test_a_revoked_device_is_out_at_once(house: HouseUnderTest) -> None:
    secret = write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    assert write(house, revoke_device, "kiosk-1") is True
    assert read(house, resolve, secret) is None
    assert "kiosk-1" not in {one.key for one in read(house, devices)}
    assert write(house, revoke_device, "kiosk-1") is False
    assert write(house, revoke_device, "never-seen") is False


def test_a_revoked_device_may_be_enrolled_anew(house: HouseUnderTest) -> None:
    write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    write(house, revoke_device, "kiosk-1")
    secret = write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    assert read(house, resolve, secret) is not None


def test_a_device_of_no_known_kind_is_refused(house: HouseUnderTest) -> None:
    with pytest.raises(Conflict):
        write(house, enrol_device, "robot-1", "robot", "Robot")


def test_a_device_never_answers_for_a_person(house: HouseUnderTest) -> None:
    secret = write(house, enrol_device, "kiosk-1", "kiosk", "Borne du hall")
    headers = {"authorization": f"Bearer {secret}"}
    assert house.client.get("/api/v1/me", headers=headers).status_code == 403
    assert house.client.get("/mes-reservations", headers=headers, follow_redirects=False).status_code == 403


def test_the_system_is_no_device_that_can_sign_in(house: HouseUnderTest) -> None:
    assert house.client.get("/api/v1/me", headers={"authorization": "Bearer system"}).status_code == 401
