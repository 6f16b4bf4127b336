"""Unlocking a laser, told through the pages: by lease, as measured, and by whom it may be."""

import pytest

from devices.wire.interlocks import Activity
from tests.fablab.interlocks.terminal_beds import KEY, PAGE, Bed, opened
from tests.fablab.reserving import OTHER, reserve_as
from tests.support.clients import FAB_MANAGER, OTHER_MEMBER, RECEPTION
from tests.support.inside import mailbox, run_jobs
from tierslieu.fablab.interlocks.rules import Policy


def test_a_member_unlocks_works_and_gives_back(both_beds: Bed) -> None:
    bed = both_beds
    sofia = bed.browser()
    shown = sofia.get(PAGE).text
    assert "Verrouillée" in shown
    assert "Déverrouiller" in shown
    assert "Verrou de la machine" in sofia.get(f"/fablab/machines/{KEY}").text
    answer = sofia.submit(f"{PAGE}/ouvrir", {"minutes": "60"})
    assert answer.headers["location"] == f"{PAGE}?fait=asked"
    asked = bed.session()
    assert asked is not None
    assert asked.state == "requested"
    assert "On demande au boîtier" in sofia.get(PAGE).text
    assert not bed.pins.is_energised
    bed.exchange()
    assert bed.pins.is_energised
    assert "Déverrouillée" in sofia.get(PAGE).text
    bed.pins.activity = Activity.BUSY
    bed.pass_time(120)
    running = bed.session()
    assert running is not None
    assert running.state == "in_use"
    assert running.busy_s >= 100
    assert "au travail" in sofia.get(PAGE).text
    sofia.submit(f"{PAGE}/finir", {})
    bed.exchange()
    assert bed.pins.is_energised, "the machine may come to rest"
    assert "Se termine" in sofia.get(PAGE).text
    bed.pins.activity = Activity.IDLE
    bed.pass_time(10)
    assert not bed.pins.is_energised
    done = bed.last()
    assert (done.state, done.why) == ("closed", "finished")
    assert "Rendue" in sofia.get(PAGE).text


def test_leases_are_renewed_until_the_agreed_end_and_not_beyond(bed: Bed) -> None:
    bed.set_policy(Policy(lease_s=60, within_hours=False))
    opened(bed, minutes="5")
    bed.pass_time(290)
    assert bed.pins.is_energised
    bed.pass_time(20)
    assert not bed.pins.is_energised
    assert bed.last().why in ("time", "lease_time")


def test_a_reboot_ends_the_session(bed: Bed) -> None:
    opened(bed)
    bed.reboot()
    assert bed.last().why == "reboot"
    assert bed.session() is None


def test_what_is_missing_is_said_and_staff_may_pass_over_it(bed: Bed) -> None:
    thomas = bed.browser(OTHER_MEMBER)
    shown = thomas.get(PAGE).text
    assert "Ce qui manque pour déverrouiller" in shown
    assert "/habilitations/seances?pour=decoupe-laser" in shown
    refused = thomas.submit(f"{PAGE}/ouvrir", {"minutes": "60", "exception": "training"})
    assert refused.status_code == 422
    bed.accept_sheet(RECEPTION)
    claire = bed.browser(RECEPTION)
    claire.get(PAGE)
    assert claire.submit(f"{PAGE}/ouvrir", {"minutes": "30"}).status_code == 422
    assert claire.submit(f"{PAGE}/ouvrir", {"minutes": "30", "exception": "training"}).status_code == 303
    bed.exchange()
    assert bed.pins.is_energised
    assert bed.last().exception == "training"


@pytest.mark.parametrize("resource", [KEY, OTHER])
def test_time_that_somebody_reserved_is_theirs(bed: Bed, resource: str) -> None:
    reserve_as(bed.house, KEY, resource)
    lucie = bed.house.sign_in(FAB_MANAGER)
    answer = lucie.reserve(resource, "2026-11-25T15:00", "2026-11-25T16:00")
    assert answer.status_code == 201, answer.text
    sofia = opened(bed, minutes="120")
    one = bed.session()
    assert one is not None
    assert one.until - bed.house.clock.instant == 30 * 60, "until the reservation of somebody else"
    refused = sofia.submit(f"{PAGE}/prolonger", {"minutes": "30"})
    assert refused.status_code == 422
    assert "ne peut pas être prolongée" in refused.text
    bed.house.is_at("2026-11-25T15:05")
    bed.look()
    bed.pass_time(20)
    assert not bed.pins.is_energised
    opened(bed, bed.browser(FAB_MANAGER), minutes="30")


@pytest.mark.parametrize("resource", [KEY, OTHER])
def test_a_session_holds_the_time_against_reservations(bed: Bed, resource: str) -> None:
    reserve_as(bed.house, KEY, resource)
    opened(bed, minutes="60")
    taken = bed.house.sign_in(FAB_MANAGER).reserve(resource, "2026-11-25T15:00", "2026-11-25T16:00")
    assert taken.status_code == 409, taken.text
    bed.browser()
    sofia = bed.browser()
    sofia.get(PAGE)
    sofia.submit(f"{PAGE}/finir", {})
    bed.exchange()
    free = bed.house.sign_in(FAB_MANAGER).reserve(resource, "2026-11-25T15:00", "2026-11-25T16:00")
    assert free.status_code == 201, free.text


def test_an_extension_goes_as_far_as_there_is_time(bed: Bed) -> None:
    sofia = opened(bed, minutes="30")
    assert sofia.submit(f"{PAGE}/prolonger", {"minutes": "60"}).status_code == 303
    one = bed.session()
    assert one is not None
    assert one.until - bed.house.clock.instant == 90 * 60
    sofia.submit(f"{PAGE}/prolonger", {"minutes": "240"})
    one = bed.session()
    assert one is not None
    assert one.until == bed.house.clock.instant + 3 * 3600 + 1800, "until the house closes"


def test_oops_blocks_the_machine_and_tells_who_looks_after_it(bed: Bed) -> None:
    sofia = opened(bed)
    missing = sofia.submit(f"{PAGE}/probleme", {"note": ""})
    assert missing.status_code == 422
    assert sofia.submit(f"{PAGE}/probleme", {"note": "De la fumée sous le capot"}).status_code == 303
    bed.exchange()
    assert not bed.pins.is_energised
    assert "Un problème est signalé" in sofia.get(PAGE).text
    bed.exchange()
    run_jobs(bed.house)
    assert FAB_MANAGER in {letter.to for letter in mailbox(bed.house)}
    assert sofia.submit(f"{PAGE}/debloquer", {}).status_code == 403
    lucie = bed.browser(FAB_MANAGER)
    lucie.get(PAGE)
    assert lucie.submit(f"{PAGE}/debloquer", {}).status_code == 303
    assert "Un problème est signalé" not in sofia.get(PAGE).text


def test_the_emergency_stop_is_shown_and_needs_a_new_unlock(bed: Bed) -> None:
    sofia = opened(bed)
    bed.pins.is_estopped = True
    bed.look()
    assert bed.last().why == "estop"
    assert "Arrêt d’urgence enfoncé" in sofia.get(PAGE).text
    bed.pins.is_estopped = False
    bed.look()
    assert "Verrouillée" in sofia.get(PAGE).text
    assert not bed.pins.is_energised


def test_a_machine_is_looked_at_before_the_next_one(bed: Bed) -> None:
    bed.set_policy(Policy(is_checked_after=True))
    sofia = opened(bed)
    sofia.submit(f"{PAGE}/finir", {})
    bed.exchange()
    assert bed.last().state == "to_check"
    assert "propre et complète" in sofia.get(PAGE).text
    assert sofia.submit(f"{PAGE}/ouvrir", {"minutes": "30"}).status_code == 422
    assert sofia.submit(f"{PAGE}/ouvrir", {"minutes": "30", "tidy": "1"}).status_code == 303
    bed.exchange()
    sofia.submit(f"{PAGE}/finir", {"clean": "1"})
    bed.exchange()
    assert bed.last().state == "closed"


def test_only_who_has_it_or_runs_it_ends_it(bed: Bed) -> None:
    opened(bed)
    thomas = bed.browser(OTHER_MEMBER)
    thomas.get(PAGE)
    assert thomas.submit(f"{PAGE}/finir", {}).status_code == 403
    assert thomas.submit(f"{PAGE}/couper", {}).status_code == 403
    assert "Sofia" not in thomas.get(PAGE).text
    lucie = bed.browser(FAB_MANAGER)
    assert "Sofia M." in lucie.get(PAGE).text
    assert lucie.submit(f"{PAGE}/couper", {}).status_code == 303
    bed.exchange()
    assert not bed.pins.is_energised


def test_a_takeover_is_confirmed_and_never_opens_the_contact(bed: Bed) -> None:
    opened(bed)
    lucie = bed.browser(FAB_MANAGER)
    shown = lucie.get(PAGE).text
    assert "Prendre la suite" in shown
    assert lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30"}).status_code == 422
    assert lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30", "takeover": "1"}).status_code == 303
    bed.exchange()
    assert bed.pins.is_energised
    one = bed.session()
    assert one is not None
    assert one.person_id == bed.person(FAB_MANAGER)
    assert bed.terminal().lease_id == one.lease_id


def test_a_machine_that_leaves_service_locks_and_comes_back_unblocked(bed: Bed) -> None:
    sofia = opened(bed)
    lucie = bed.browser(FAB_MANAGER)
    lucie.get(f"/fablab/machines/{KEY}")
    assert lucie.submit(f"/fablab/machines/{KEY}/hors-service", {"note": "Lentille fendue"}).status_code == 303
    bed.exchange()
    assert not bed.pins.is_energised
    assert bed.last().why == "out_of_service"
    assert "est en maintenance" in sofia.get(PAGE).text
    lucie.submit(f"/fablab/machines/{KEY}/en-service", {})
    bed.exchange()
    opened(bed, sofia)
