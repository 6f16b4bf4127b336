"""Cards at the terminal: begin, end, come along, take over; a refused card changes nothing; told once, done once."""

import re

from devices.terminals.states import Told
from devices.wire.interlocks import LockEventType
from tests.fablab.interlocks.terminal_beds import KEY, Bed, opened
from tests.support.clients import FAB_MANAGER, OTHER_MEMBER, RECEPTION
from tierslieu.basics.ids import show
from tierslieu.fablab import storing as fablab
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.fablab.queries import machine


def test_a_card_begins_and_ends(both_beds: Bed) -> None:
    bed = both_beds
    bed.give_card("04 A2 3B 1C")
    first = bed.badge("04A23B1C")
    bed.exchange()
    assert bed.pins.is_energised
    assert bed.pins.shown == ("OK", "15:30")
    bed.badge("04A23B1C", first)
    bed.exchange()
    assert bed.pins.is_energised, "the same event told twice is one card"
    bed.badge("04A23B1C")
    bed.exchange()
    assert not bed.pins.is_energised
    assert bed.last().why == "badge"


def test_a_card_that_is_refused_changes_nothing(bed: Bed) -> None:
    bed.give_card("0401AAAA", OTHER_MEMBER)
    opened(bed)
    bed.badge("0401AAAA")
    bed.exchange()
    assert "Formation" in bed.pins.shown
    bed.badge("FFFFFFFF")
    bed.exchange()
    assert "Carte inconnue" in bed.pins.shown
    assert bed.pins.is_energised
    one = bed.session()
    assert one is not None
    assert one.person_id == bed.person()


def test_a_second_trained_card_takes_over_when_held_twice(bed: Bed) -> None:
    bed.give_card("0402BBBB", FAB_MANAGER)
    opened(bed)
    bed.badge("0402BBBB")
    bed.exchange()
    assert bed.pins.shown[0] == "Prendre la suite ?"
    assert bed.last().person_id == bed.person()
    bed.badge("0402BBBB")
    bed.exchange()
    assert bed.pins.is_energised
    one = bed.session()
    assert one is not None
    assert one.person_id == bed.person(FAB_MANAGER)


def test_a_card_twice_says_that_the_machine_was_emptied_and_the_screen_says_so(bed: Bed) -> None:
    bed.give_card("0402BBBB", FAB_MANAGER)
    bed.give_card("0401AAAA", OTHER_MEMBER)
    waiting = bed.house.read(machine, KEY)
    bed.house.write(lambda tx: tx.run(fablab.SET_CLEAR, which=waiting.id, needs_clear=1))
    for card, shown in (
        ("0401AAAA", ("A debarrasser",)),
        ("0402BBBB", ("Vide ?", "Badgez encore")),
        ("0402BBBB", ("Merci",)),
    ):
        bed.badge(card)
        bed.exchange()
        assert bed.pins.shown == shown
    assert not bed.house.read(machine, KEY).needs_clear
    assert not bed.pins.is_energised


def test_two_cards_where_nobody_may_be_alone(bed: Bed) -> None:
    bed.set_policy(Policy(persons=2))
    bed.give_card("04A23B1C")
    bed.give_card("0402BBBB", FAB_MANAGER)
    bed.badge("04A23B1C")
    bed.exchange()
    assert bed.pins.shown == ("A deux :", "2e badge")
    assert not bed.pins.is_energised
    bed.badge("0402BBBB")
    bed.exchange()
    one = bed.session()
    assert one is not None
    assert (one.person_id, one.companion_id) == (bed.person(), bed.person(FAB_MANAGER))


def test_a_second_card_that_comes_too_late_is_a_first_one(bed: Bed) -> None:
    bed.set_policy(Policy(persons=2))
    bed.give_card("04A23B1C")
    bed.give_card("0402BBBB", FAB_MANAGER)
    bed.badge("04A23B1C")
    bed.exchange()
    bed.house.clock.instant += 30
    bed.speak()
    bed.badge("0402BBBB")
    bed.exchange()
    assert bed.session() is None


def test_the_buttons_end_extend_and_report(bed: Bed) -> None:
    opened(bed, minutes="30")
    one = bed.session()
    assert one is not None
    bed.tell(Told(LockEventType.EXTEND, one.lease_id))
    bed.exchange()
    longer = bed.session()
    assert longer is not None
    assert longer.until == one.until + 3600
    bed.tell(Told(LockEventType.BUTTON_STOP, "another-lease"))
    bed.exchange()
    assert bed.pins.is_energised
    bed.tell(Told(LockEventType.BUTTON_STOP, one.lease_id))
    bed.exchange()
    assert not bed.pins.is_energised
    bed.tell(Told(LockEventType.OOPS))
    bed.exchange()
    assert bed.terminal().blocked_at


def test_an_unknown_card_is_given_to_somebody_at_the_desk(bed: Bed) -> None:
    bed.badge("04DDEEFF")
    bed.exchange()
    lucie = bed.browser(FAB_MANAGER)
    person = show(bed.person(OTHER_MEMBER))
    shown = lucie.get(f"/personnes/{person}").text
    assert "Carte présentée à 14:30" in shown
    assert "04DDEEFF" not in shown
    found = re.search(r'<option value="([0-9a-f]{64})"', shown)
    assert found is not None
    assert lucie.submit(f"/personnes/{person}/cartes", {"seen": found[1]}).status_code == 303
    assert "Carte donnée le" in lucie.get(f"/personnes/{person}").text
    again = lucie.submit(f"/personnes/{show(bed.person())}/cartes", {"seen": found[1]})
    assert again.status_code == 422
    wrong = lucie.submit(f"/personnes/{person}/cartes", {"number": "bonjour"})
    assert wrong.status_code == 422
    assert "bonjour" in wrong.text
    thomas = bed.browser(OTHER_MEMBER)
    assert thomas.submit(f"/personnes/{person}/cartes", {"number": "04DDEEFF"}).status_code == 403


def test_staff_install_set_and_remove_a_terminal(bed: Bed) -> None:
    claire = bed.browser(RECEPTION)
    assert "Petite fraiseuse" in claire.get("/fablab/terminaux").text
    assert "Installer un boîtier" in claire.get("/fablab/terminaux/vinyl-1").text
    installed = claire.submit("/fablab/terminaux/vinyl-1", {})
    assert installed.status_code == 200, installed.text
    assert "lock_key = " in installed.text
    assert "vinyl-1-box" in installed.text, "its own name, beside the machine's"
    assert installed.headers["cache-control"] == "no-store"
    assert "lock_key" not in claire.get("/fablab/terminaux/vinyl-1").text
    wrong = claire.submit("/fablab/terminaux/vinyl-1/reglages", {"lease_s": "5", "usual_minutes": "44"})
    assert wrong.status_code == 422
    assert 'value="44"' in wrong.text
    rules = {"lease_s": "120", "usual_minutes": "45", "longest_minutes": "90", "persons": "2", "within_hours": "1"}
    assert claire.submit("/fablab/terminaux/vinyl-1/reglages", rules).status_code == 303
    bed.house.run_jobs()
    assert any(topic.endswith("vinyl-1-box/down/lock-policy") and retain for topic, _payload, retain in bed.wire.sent)
    bed.wire.sent.clear()
    assert claire.submit(f"/fablab/terminaux/{KEY}/signaler", {}).status_code == 303
    bed.exchange()
    assert "confirmé" in claire.get(f"/fablab/terminaux/{KEY}").text
    assert claire.submit("/fablab/terminaux/vinyl-1/retirer", {}).status_code == 303
    assert "Installer un boîtier" in claire.get("/fablab/terminaux/vinyl-1").text
    assert bed.browser().get("/fablab/terminaux").status_code == 403


def test_new_secrets_end_the_former_ones(bed: Bed) -> None:
    lucie = bed.browser(FAB_MANAGER)
    lucie.get(f"/fablab/terminaux/{KEY}")
    lucie.submit(f"/fablab/terminaux/{KEY}", {})
    bed.speak()
    lucie.submit(f"/fablab/terminaux/{KEY}/signaler", {})
    bed.exchange()
    assert "wrong_seal" in lucie.get(f"/fablab/terminaux/{KEY}").text
