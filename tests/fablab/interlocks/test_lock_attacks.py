"""What must never open a machine: late cards, cards of people who left, rules passed over for oneself."""

from typing import Any

from sqlalchemy import bindparam, update

from devices.terminals.states import Told
from devices.wire.interlocks import LockEventType
from tests.fablab.interlocks.terminal_beds import KEY, PAGE, Bed, opened
from tests.support.clients import FAB_MANAGER, OTHER_MEMBER
from tierslieu.basics.ids import show
from tierslieu.basics.spans import Span
from tierslieu.fablab import claiming, queries
from tierslieu.fablab.interlocks import enrolment
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.tables import Person

CARD = "04A23B1C"
LEAVE: Query[Any] = Query(update(table_of(Person)).where(columns(Person).id == bindparam("which")).values(is_active=0))


def leave(bed: Bed, person_id: int) -> None:
    bed.house.write(lambda tx: tx.run(LEAVE, which=person_id))


def test_a_card_that_was_held_while_nobody_listened_opens_nothing_later(both_beds: Bed) -> None:
    """The broker was away for ten minutes: whoever held the card has gone meanwhile."""
    bed = both_beds
    bed.give_card(CARD)
    bed.badge(CARD, late_s=600)
    bed.exchange()
    assert bed.session() is None
    assert not bed.pins.is_energised
    assert bed.pins.shown[0] == "Badgez encore"
    bed.badge(CARD)
    bed.exchange()
    assert bed.pins.is_energised, "a card that is held now opens as ever"


def test_what_was_kept_while_the_service_was_away_is_late_whatever_comes_first(bed: Bed) -> None:
    bed.give_card(CARD)
    bed.house.clock.instant += 1_200  # nobody took in what the terminal said
    bed.tell(Told(LockEventType.POWER_RESTORED), late_s=1_100)
    bed.badge(CARD, late_s=900)
    bed.exchange()
    assert bed.session() is None
    assert not bed.pins.is_energised


def test_a_card_of_an_earlier_boot_opens_nothing(bed: Bed) -> None:
    bed.give_card(CARD)
    former = bed.boot
    bed.reboot()
    bed.boot = former
    bed.badge(CARD)
    bed.boot = "boot-002"
    bed.exchange()
    assert bed.session() is None


def test_a_late_button_gives_no_more_time_but_a_late_stop_stops(bed: Bed) -> None:
    opened(bed)
    one = bed.session()
    assert one is not None
    bed.tell(Told(LockEventType.EXTEND, one.lease_id), late_s=300)
    after = bed.session()
    assert after is not None
    assert after.until == one.until
    bed.tell(Told(LockEventType.BUTTON_STOP, one.lease_id), late_s=300)
    bed.exchange()
    assert not bed.pins.is_energised


def test_the_card_of_somebody_who_left_opens_nothing(bed: Bed) -> None:
    bed.give_card(CARD)
    leave(bed, bed.person())
    bed.badge(CARD)
    bed.exchange()
    assert bed.session() is None
    assert not bed.pins.is_energised


def test_a_member_passes_over_nothing_by_saying_so(bed: Bed) -> None:
    """The longest use and the hours hold for whoever does not run the machine, whatever their form says."""
    bed.set_policy(Policy(longest_s=3_600, within_hours=False))
    sofia = bed.browser()
    sofia.get(PAGE)
    assert sofia.submit(f"{PAGE}/ouvrir", {"minutes": "720", "exception": "other"}).status_code == 303
    one = bed.session()
    assert one is not None
    assert one.until <= bed.house.clock.instant + 3_600
    assert one.exception == ""


def test_staff_who_pass_over_nothing_are_held_to_the_rules_too(bed: Bed) -> None:
    bed.set_policy(Policy(longest_s=3_600, within_hours=False))
    lucie = bed.browser(FAB_MANAGER)
    lucie.get(PAGE)
    assert lucie.submit(f"{PAGE}/ouvrir", {"minutes": "720", "exception": "other"}).status_code == 303
    one = bed.session()
    assert one is not None
    assert one.until <= bed.house.clock.instant + 3_600
    assert one.exception == ""


def test_taking_the_terminal_away_locks_the_machine_and_frees_its_time(bed: Bed) -> None:
    def held(reader: Reader) -> int:
        machine = queries.machine(reader, KEY)
        return len(claiming.held(reader, claiming.units_of(reader, machine), Span(reader.now, reader.now + 86_400)))

    before = bed.house.read(held)
    opened(bed)
    assert bed.house.read(held) == before + 1
    bed.house.write(enrolment.remove, KEY)
    assert bed.house.read(held) == before, "its time is free again"
    bed.is_mute = True  # nobody speaks for it any more
    bed.exchange()
    assert not bed.pins.is_energised, "the last order still reaches it"


def test_a_clock_that_is_set_back_makes_nobody_believe_a_silent_terminal(bed: Bed) -> None:
    bed.house.clock.instant -= 600
    sofia = bed.browser()
    sofia.get(PAGE)
    answer = sofia.submit(f"{PAGE}/ouvrir", {"minutes": "60"})
    assert answer.status_code == 422
    assert "terminal_offline" in answer.text
    bed.speak()
    assert sofia.submit(f"{PAGE}/ouvrir", {"minutes": "60"}).status_code == 303


def test_nobody_is_let_in_who_is_not_known(both_beds: Bed) -> None:
    """Staff pass over what is missing of a person, never that there is none."""
    bed = both_beds
    lucie = bed.house.sign_in(FAB_MANAGER)
    path = f"/api/v1/fablab/machines/{KEY}/session"
    gone = bed.person(OTHER_MEMBER)
    leave(bed, gone)
    for person in (show(12345), show(gone)):
        answer = lucie.post(path, {"minutes": 60, "person": person, "exception": "other"})
        assert answer.status_code == 404, answer.text
    sofia = bed.house.sign_in()
    answer = sofia.post(path, {"minutes": 60, "person": show(bed.person(FAB_MANAGER))})
    assert answer.status_code == 403
    assert bed.session() is None
