"""Staff unlock for somebody else, judged as that person; and programs do what pages do."""

from tests.fablab.benches import codes
from tests.fablab.interlocks.terminal_beds import KEY, PAGE, Bed
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION
from tierslieu.basics.ids import show
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.people.audit.queries import about_person

API = f"/api/v1/fablab/machines/{KEY}/session"


def test_staff_unlock_for_somebody_who_is_found_by_name(bed: Bed) -> None:
    lucie, sofia = bed.browser(FAB_MANAGER), show(bed.person(MEMBER))
    assert f'href="{PAGE}/pour"' in lucie.get(PAGE).text
    found = lucie.get(f"{PAGE}/pour?q=sofia").text
    assert f'href="{PAGE}?pour={sofia}"' in found
    assert "Personne ne correspond" in lucie.get(f"{PAGE}/pour?q=zzzz").text
    assert "Vous agissez pour Sofia Moreau" in lucie.get(f"{PAGE}?pour={sofia}").text
    answer = lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30", "pour": sofia})
    assert answer.headers["location"] == f"{PAGE}?fait=asked"
    bed.exchange()
    one = bed.session()
    assert one is not None
    assert (one.person_id, one.started_by) == (bed.person(MEMBER), bed.person(FAB_MANAGER))
    assert bed.pins.is_energised
    assert "Sofia M." in lucie.get(PAGE).text
    logged = bed.house.read(about_person, bed.person(MEMBER))
    assert [each.act for each in logged if each.act == "fablab.unlock"] == ["fablab.unlock"]


def test_it_is_the_other_person_who_has_to_be_able(bed: Bed) -> None:
    lucie, thomas = bed.browser(FAB_MANAGER), show(bed.person(OTHER_MEMBER))
    shown = lucie.get(f"{PAGE}?pour={thomas}").text
    assert "Pourquoi passer outre" in shown
    refused = lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30", "pour": thomas})
    assert refused.status_code == 422
    assert "Vous agissez pour Thomas Girard" in refused.text
    bed.accept_sheet(OTHER_MEMBER)
    passed = lucie.submit(f"{PAGE}/ouvrir", {"minutes": "30", "pour": thomas, "exception": "beside"})
    assert passed.status_code == 303
    assert bed.last().exception == "beside"


def test_nobody_else_unlocks_for_others(bed: Bed) -> None:
    sofia, thomas = bed.browser(MEMBER), show(bed.person(OTHER_MEMBER))
    assert "/pour" not in sofia.get(PAGE).text
    assert sofia.get(f"{PAGE}/pour?q=thomas").status_code == 403
    assert sofia.get(f"{PAGE}?pour={thomas}").status_code == 403
    assert sofia.submit(f"{PAGE}/ouvrir", {"minutes": "30", "pour": thomas}).status_code == 403
    assert Browser(bed.house).get(f"{PAGE}?pour={thomas}").headers["location"].startswith("/connexion")
    lucie = bed.browser(FAB_MANAGER)
    assert lucie.get(f"{PAGE}?pour={show(12345)}").status_code == 404
    assert lucie.get(f"{PAGE}?pour=nobody").status_code in (404, 422)
    caller = bed.house.sign_in(MEMBER)
    assert caller.post(API, {"person": thomas}).status_code == 403
    assert bed.house.sign_in(FAB_MANAGER).post(API, {"person": show(12345)}).status_code == 404
    assert bed.session() is None


def test_a_program_begins_goes_on_and_ends(both_beds: Bed) -> None:
    bed = both_beds
    sofia = bed.house.sign_in(MEMBER)
    before = sofia.get(API).json()
    assert (before["state"], before["missing"], before["session"]) == ("locked", [], None)
    assert bed.house.stranger.post(API, {}).status_code == 401
    asked = sofia.post(API, {"minutes": 30})
    assert asked.status_code == 202, asked.text
    assert (asked.json()["state"], asked.json()["is_mine"]) == ("asked", True)
    bed.exchange()
    running = sofia.get(API).json()
    assert (running["state"], running["lock"]) == ("unlocked", "unlocked")
    assert running["person"] is None, "a name is staff's to read"
    assert "terminal_in_use" in codes(sofia.post(API, {}))
    longer = sofia.post(f"{API}/extension", {"minutes": 30})
    assert longer.json()["until"] > running["until"]
    seen = bed.house.sign_in(OTHER_MEMBER).get(API).json()
    assert (seen["session"], seen["until"], seen["is_mine"]) == (None, None, False)
    assert bed.house.sign_in(OTHER_MEMBER).post(f"{API}/end", {}).status_code == 403
    assert bed.house.sign_in(FAB_MANAGER).get(API).json()["person"] == show(bed.person(MEMBER))
    assert sofia.post(f"{API}/end", {"clean": True}).status_code == 202
    bed.exchange()
    ended = sofia.get(API).json()
    assert (ended["state"], ended["last"]) == ("locked", "finished")
    assert codes(sofia.post(f"{API}/end", {})) == {"no_session"}


def test_a_program_of_staff_cuts_checks_and_unblocks(bed: Bed) -> None:
    bed.set_policy(Policy(is_checked_after=True))
    sofia, lucie = bed.house.sign_in(MEMBER), bed.house.sign_in(FAB_MANAGER)
    assert sofia.post(API, {}).status_code == 202
    bed.exchange()
    assert lucie.post(f"{API}/cut").status_code == 202
    bed.exchange()
    assert not bed.pins.is_energised
    assert sofia.get(API).json()["missing"] == ["terminal_to_check"]
    assert sofia.post(f"{API}/check").status_code == 204
    assert sofia.post(f"{API}/problem", {"note": "De la fumée"}).status_code == 204
    assert "terminal_blocked" in sofia.get(API).json()["missing"]
    assert sofia.post(f"{API}/unblock").status_code == 403
    assert lucie.post(f"{API}/unblock").status_code == 204
    for wrong in ({"minutes": 1}, {"exception": "because"}, {"person": "x"}, {"companion": "x"}):
        assert lucie.post(API, wrong).status_code in (400, 422), wrong
    assert sofia.get("/api/v1/fablab/machines/p3d-1/session").status_code == 404


def test_staff_see_every_terminal(bed: Bed) -> None:
    path = "/api/v1/fablab/terminals"
    assert bed.house.sign_in(MEMBER).get(path).status_code == 403
    answer = bed.house.sign_in(FAB_MANAGER).get(path)
    one = next(each for each in answer.json() if each["machine"] == KEY)
    assert (one["state"], one["link"], one["relay"]) == ("locked", "online", False)
    assert "key" not in one
    assert bed.secrets.lock_key not in answer.text
    bed.house.clock.instant += 120
    assert {each["link"] for each in bed.house.sign_in(FAB_MANAGER).get(path).json()} <= {"offline", "never"}
    assert bed.house.sign_in(RECEPTION).get(API).json()["lock"] == "unknown"
