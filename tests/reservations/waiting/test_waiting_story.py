"""The waiting list as people live it: refused, told, one tap, reserved; or the next one's turn."""

from html import unescape

from tests.people.messages.telling import facts_of, with_phone
from tests.reservations.waiting.queueing import DAY, cancel, join, links, mine, open_offers, person_id, take
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest, at
from tests.support.doors import someone
from tests.support.inside import run_jobs
from tierslieu.basics.ids import show

OFF = {"what": "visio-1", "first_day": DAY, "from": "10:00", "to": "12:00", "minutes": "120", "people": "1"}


def test_a_refused_wish_becomes_a_reservation_with_one_tap(quick_nugue: HouseUnderTest, sofia: Caller) -> None:
    made = take(sofia)
    thomas = Browser(quick_nugue)
    thomas.sign_in(OTHER_MEMBER)
    refused = unescape(thomas.get(f"/reserver?resource=visio-1&date={DAY}&from=10:00&to=12:00&people=1").text)
    assert "Me prévenir si ce créneau se libère" in refused
    path = refused[refused.index("/attente/nouvelle") :].split('"')[0]
    form = thomas.get(path)
    assert form.status_code == 200
    assert 'value="10:00"' in form.text
    answer = thomas.submit("/attente", OFF)
    assert answer.headers["location"] == "/attente?fait=inscrit"
    assert "place 1 sur la liste" in thomas.get("/attente").text
    cancel(sofia, made)
    run_jobs(quick_nugue)
    (link,) = links(quick_nugue, OTHER_MEMBER)
    somebody = Browser(quick_nugue)
    page = somebody.get(link)
    assert "Oui, je le prends" in page.text
    assert len(open_offers(quick_nugue)) == 1
    answer = somebody.submit(f"{link}/accepter", {})
    assert answer.status_code == 303, answer.text
    assert "ce créneau est réservé" in somebody.get(answer.headers["location"]).text
    run_jobs(quick_nugue)
    assert open_offers(quick_nugue) == []
    assert "Salle de visio Marne" in thomas.get("/mes-reservations").text
    again = somebody.submit(f"{link}/accepter", {})
    assert again.status_code == 409
    assert "Réservé" in thomas.get("/attente").text


def test_what_is_kept_is_nobody_elses(quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller) -> None:
    made = take(sofia)
    join(thomas)
    cancel(sofia, made)
    run_jobs(quick_nugue)
    assert sofia.reserve("visio-1", f"{DAY}T10:00", f"{DAY}T12:00").status_code == 409
    (entry,) = mine(thomas)
    assert (entry["state"], entry["offer"]["resource"]) == ("offered", "visio-1")
    link = links(quick_nugue, OTHER_MEMBER)[0]
    assert Browser(quick_nugue).get(link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 404
    bare = link.split("/")[-1][:13]
    assert Browser(quick_nugue).get(f"/propositions/{bare}").status_code == 303
    assert sofia.get(f"/propositions/{bare}").status_code == 404
    assert sofia.post(f"/api/v1/offers/{bare}/acceptance").status_code == 404


def test_without_an_answer_the_next_one_has_their_turn(
    quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller
) -> None:
    made = take(sofia)
    join(thomas)
    julie = Caller(quick_nugue.client, someone(quick_nugue, "member").token)
    join(julie)
    assert mine(julie)[0]["rank"] == 2
    cancel(sofia, made)
    run_jobs(quick_nugue)
    assert (mine(thomas)[0]["state"], mine(julie)[0]["state"]) == ("offered", "waiting")
    quick_nugue.is_at("2026-11-24T08:15")
    run_jobs(quick_nugue)
    assert (mine(thomas)[0]["state"], mine(julie)[0]["state"]) == ("waiting", "offered")
    offer = mine(julie)[0]["offer"]["id"]
    late = links(quick_nugue, OTHER_MEMBER)[0]
    assert "n’est plus gardé" in Browser(quick_nugue).get(late).text
    assert julie.post(f"/api/v1/offers/{offer}/refusal").status_code == 204
    run_jobs(quick_nugue)
    assert open_offers(quick_nugue) == []
    assert thomas.reserve("visio-1", f"{DAY}T10:00", f"{DAY}T12:00").status_code == 201


def test_nobody_is_told_more_than_once_a_day_and_three_times(
    quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller
) -> None:
    made = take(sofia, day="2026-12-10")
    join(thomas, first_day="2026-12-10", **{"from": "08:00", "to": "20:00"}, minutes=600)
    offered = []
    for moment in ("24T10:00", "24T14:00", "25T10:00", "26T10:00", "27T10:00"):
        quick_nugue.is_at(f"2026-11-{moment}")
        sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
        cancel(sofia, made)
        run_jobs(quick_nugue)
        offered.append(len(open_offers(quick_nugue)))
        quick_nugue.clock.instant += 1800
        run_jobs(quick_nugue)
        made = take(sofia, day="2026-12-10")
    assert offered == [1, 0, 1, 1, 0]
    assert len(links(quick_nugue, OTHER_MEMBER)) == 3
    assert mine(thomas) == []


def test_at_night_the_time_is_kept_and_the_minutes_count_from_the_morning(
    quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller
) -> None:
    made = take(sofia)
    join(thomas)
    quick_nugue.is_at("2026-11-24T22:00")
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    cancel(sofia, made)
    run_jobs(quick_nugue)
    assert links(quick_nugue, OTHER_MEMBER) == []
    (offer,) = open_offers(quick_nugue)
    assert offer.until_at == at("2026-11-25T08:15")
    quick_nugue.is_at("2026-11-25T08:00")
    run_jobs(quick_nugue)
    assert len(links(quick_nugue, OTHER_MEMBER)) == 1


def test_what_begins_too_soon_is_kept_for_nobody(quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller) -> None:
    made = take(sofia, day="2026-11-24")
    join(thomas, first_day="2026-11-24")
    quick_nugue.is_at("2026-11-24T09:50")
    cancel(quick_nugue.sign_in(RECEPTION), made)
    run_jobs(quick_nugue)
    assert open_offers(quick_nugue) == []
    assert quick_nugue.sign_in(MEMBER).reserve("visio-1", "2026-11-24T10:00", "2026-11-24T11:00").status_code == 201


def test_any_room_for_four_and_not_the_hall(quick_nugue: HouseUnderTest, sofia: Caller, thomas: Caller) -> None:
    desk = quick_nugue.sign_in(RECEPTION)
    rooms = [one for one in desk.get("/api/v1/resources").json() if one["kind"] == "room" and one["capacity"] >= 4]
    assert len(rooms) > 1
    for one in rooms:
        desk.reserve(
            one["key"], f"{DAY}T14:00", f"{DAY}T16:00", person=person_id(quick_nugue, MEMBER), exception="other"
        )
    smallest = min(rooms, key=lambda one: one["capacity"])
    wanted = {"what": "kind:room", "from": "14:00", "to": "16:00", "people": 4}
    entry = join(thomas, **wanted)
    assert entry["rank"] == 1
    found = sofia.get("/api/v1/reservations").json()["items"]
    (made,) = [one["id"] for one in found if one["resource"] == smallest["key"]]
    cancel(sofia, made)
    run_jobs(quick_nugue)
    assert mine(thomas)[0]["offer"]["resource"] == smallest["key"]


def test_the_desk_joins_and_accepts_for_who_has_no_address(quick_nugue: HouseUnderTest, sofia: Caller) -> None:
    made = take(sofia)
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    odile = with_phone(quick_nugue, "+33199000099")
    person = show(odile)
    assert claire.get(f"/attente/nouvelle?pour={person}").status_code == 200
    answer = claire.submit("/attente", {**OFF, "pour": person})
    assert answer.headers["location"] == f"/personnes/{person}#attente"
    cancel(sofia, made)
    run_jobs(quick_nugue)
    (offer,) = open_offers(quick_nugue)
    assert offer.until_at == at("2026-11-24T10:00")  # two hours: somebody has to call
    assert facts_of(quick_nugue, odile, "kind", "channel") == [("offer", "call")]
    page = claire.get("/accueil/attente").text
    assert "Odile Essai" in page
    path = page[page.index("/propositions/") :].split('"')[0]
    answer = claire.submit(path, {"retour": "accueil"})
    assert answer.headers["location"] == "/accueil/attente"
    assert "Salle de visio Marne" in claire.get(f"/personnes/{person}").text
