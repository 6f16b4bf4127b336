"""« Me proposer plus tôt »: a freed time before one's own is offered, and accepting moves the reservation."""

from tests.reservations.waiting.queueing import DAY, cancel, links, mine, open_offers, take
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest
from tests.support.inside import run_jobs


def earlier(who: Caller, made: str, **changes: str) -> dict[str, object]:
    answer = who.post("/api/v1/waiting/earlier", {"reservation": made, **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def starts(who: Caller) -> list[str]:
    """When what one has begins."""
    found = who.get("/api/v1/reservations").json()["items"]
    return [one["starts_at"] for one in found if one["state"] == "confirmed"]


def test_a_time_before_ones_own_is_offered_and_replaces_it(nugue: HouseUnderTest) -> None:
    sofia, thomas = nugue.sign_in(MEMBER), nugue.sign_in(OTHER_MEMBER)
    first, second = take(sofia), take(thomas, start="14:00", end="16:00")
    browser = Browser(nugue)
    browser.sign_in(OTHER_MEMBER)
    assert f"/attente/plus-tot/{second}" in browser.get("/attente").text
    assert browser.get(f"/attente/plus-tot/{second}").status_code == 200
    wrong = browser.submit(f"/attente/plus-tot/{second}", {"what": "same", "from": "10:00", "to": "11:00"})
    assert wrong.status_code == 422
    wish = {"what": "same", "from": "10:00", "to": "12:00"}
    assert browser.submit(f"/attente/plus-tot/{second}", wish).headers["location"] == "/attente?fait=inscrit"
    again = browser.submit(f"/attente/plus-tot/{second}", wish)
    assert again.status_code == 422
    run_jobs(nugue)  # Tuesday and Wednesday are free at that hour: the first of them is offered
    (offer,) = open_offers(nugue)
    assert offer.cause == "earlier"
    (link,) = links(nugue, OTHER_MEMBER)
    phone = Browser(nugue)
    assert "Si vous l’acceptez, il remplace" in phone.get(link).text
    assert phone.submit(f"{link}/accepter", {}).status_code == 303
    assert starts(thomas) == ["2026-11-24T09:00:00Z"]
    run_jobs(nugue)
    assert open_offers(nugue) == []
    assert mine(thomas) == []
    assert starts(sofia) == [f"{DAY}T09:00:00Z"]
    cancel(sofia, first)


def test_declining_keeps_what_one_has(quick_nugue: HouseUnderTest) -> None:
    thomas = quick_nugue.sign_in(OTHER_MEMBER)
    made = take(thomas, start="14:00", end="16:00")
    earlier(thomas, made, **{"from": "08:00", "to": "20:00"})
    run_jobs(quick_nugue)
    (offer,) = mine(thomas)
    found = offer["offer"]
    assert found["replaces"] == made
    assert thomas.post(f"/api/v1/offers/{found['id']}/refusal").status_code == 204
    run_jobs(quick_nugue)
    assert starts(thomas) == [f"{DAY}T13:00:00Z"]
    assert mine(thomas)[0]["state"] == "waiting"


def test_the_wish_follows_the_reservation_and_ends_with_it(quick_nugue: HouseUnderTest) -> None:
    thomas, desk = quick_nugue.sign_in(OTHER_MEMBER), quick_nugue.sign_in(RECEPTION)
    quick_nugue.is_at("2026-11-24T08:00")
    made = take(thomas, start="14:00", end="16:00")
    earlier(thomas, made, **{"from": "08:00", "to": "10:00"})
    body = {"starts_at": f"{DAY}T16:00:00+01:00", "ends_at": f"{DAY}T18:00:00+01:00"}
    moved = desk.patch(f"/api/v1/reservations/{made}", body)
    assert moved.status_code == 200, moved.text
    now = moved.json()["reservations"][0]["id"]
    run_jobs(quick_nugue)
    assert mine(thomas)[0]["reservation"] == now
    cancel(thomas, now)
    run_jobs(quick_nugue)
    assert mine(thomas) == []
    assert open_offers(quick_nugue) == []


def test_nobody_asks_for_the_reservation_of_somebody_else(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    made = take(sofia)
    answer = thomas.post("/api/v1/waiting/earlier", {"reservation": made})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_reservation")
    assert thomas.get(f"/attente/plus-tot/{made}").status_code == 404
