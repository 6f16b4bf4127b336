"""Another system registers, is told what happens, signed, as often as needed; pauses; and gets all of it in the end."""

import base64
import json
from typing import Any

import msgspec
import pytest

from tests.support.clients import ADMINISTRATOR, MEMBER, Caller, HouseUnderTest
from tests.support.inside import read, run_jobs
from tests.support.receivers import Receiver, until_told
from tests.support.waiting import until
from tierslieu.basics import ids
from tierslieu.reservations.webhooks import queries, rules

DAY = "2026-11-26"
HOOKS = "/api/v1/webhooks"


def register(who: Caller, receiver: Receiver, *kinds: str) -> tuple[str, str]:
    """A registered receiver: its id, its secret."""
    body = {"title": "Affichage", "url": receiver.url, "kinds": list(kinds or rules.KINDS)}
    made = who.post(HOOKS, body)
    assert made.status_code == 201, made.text
    return made.json()["id"], made.json()["secret"]


def reserve(house: HouseUnderTest, hour: int = 10) -> str:
    made = house.sign_in(MEMBER).reserve("D01", f"{DAY}T{hour}:00", f"{DAY}T{hour + 1}:00")
    assert made.status_code == 201, made.text
    found: str = made.json()["reservations"][0]["id"]
    return found


def settled(house: HouseUnderTest, hook: str) -> list[dict[str, Any]]:
    """The deliveries once nothing is under way, whoever's session is over meanwhile."""

    def look() -> list[dict[str, Any]]:
        run_jobs(house)
        found = read(house, queries.told, ids.read(hook), "", queries.LAST, 100)
        is_calm = found and not any(one.state == "sending" for one in found)
        return [msgspec.to_builtins(queries.delivery_view(one)) for one in found] if is_calm else []

    return until(look, "nothing is under way")


def later(house: HouseUnderTest, seconds: int) -> None:
    house.clock.instant += seconds
    run_jobs(house)


def test_what_happens_is_told_signed_and_with_ids_only(telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = telling.sign_in(ADMINISTRATOR)
    hook, secret = register(ines, receiver)
    made = reserve(telling)
    until_told(telling, lambda: receiver.calls, "told of it")
    (call,) = receiver.calls
    assert call.path == "/avis?de=nous"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["webhook-timestamp"] == str(telling.clock.instant)
    assert call.is_signed_with(secret)
    assert not call.is_signed_with("whsec_" + base64.b64encode(b"another").decode())
    assert call.event["type"] == "reservation.reserved"
    assert call.event["data"] == {"reservation": made, "href": f"/api/v1/reservations/{made}"}
    assert ines.get(call.event["data"]["href"]).json()["state"] == "confirmed"
    assert call.id == f"msg_{settled(telling, hook)[0]['id']}"
    assert settled(telling, hook)[0] | {"created_at": 0} == {
        "id": call.id[4:],
        "kind": "reservation.reserved",
        "state": "taken",
        "tries": 1,
        "status": 204,
        "error": "",
        "created_at": 0,
        "next_try_at": None,
    }


def test_each_kind_is_told_to_those_who_chose_it(quick_telling: HouseUnderTest, receiver: Receiver) -> None:
    ines, sofia = quick_telling.sign_in(ADMINISTRATOR), quick_telling.sign_in(MEMBER)
    register(ines, receiver, "reservation.moved", "reservation.cancelled", "time.freed")
    made = reserve(quick_telling)
    body = {"starts_at": f"{DAY}T14:00:00+01:00", "ends_at": f"{DAY}T15:00:00+01:00"}
    new = sofia.patch(f"/api/v1/reservations/{made}", body).json()["reservations"][0]["id"]
    sofia.delete(f"/api/v1/reservations/{new}")
    until_told(quick_telling, lambda: len(receiver.calls) >= 4, "told of all of it")
    told = {call.event["type"]: call.event["data"] for call in receiver.calls}
    assert told["reservation.moved"] == {"reservation": new, "former": made, "href": f"/api/v1/reservations/{new}"}
    assert told["reservation.cancelled"]["by_house"] is False
    assert "D01" in told["time.freed"]["resources"]
    assert "reservation.reserved" not in told
    assert sum(call.event["type"] == "time.freed" for call in receiver.calls) == 2


def test_a_receiver_that_is_away_is_told_again_later(telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = telling.sign_in(ADMINISTRATOR)
    hook, secret = register(ines, receiver)
    receiver.status = 503
    reserve(telling)
    first = settled(telling, hook)[0]
    assert (first["state"], first["tries"], first["status"], first["error"]) == ("waiting", 1, 503, "not_taken")
    later(telling, rules.PAUSES[0] - 1)
    assert len(receiver.calls) == 1
    receiver.status = 200
    later(telling, 1)
    assert settled(telling, hook)[0]["state"] == "taken"
    assert [call.id for call in receiver.calls] == [f"msg_{first['id']}"] * 2
    assert receiver.calls[0].body == receiver.calls[1].body
    assert all(call.is_signed_with(secret) for call in receiver.calls)


def test_nobody_there_for_thirty_hours_pauses_it_and_tells_who_registered_it(
    telling: HouseUnderTest, receiver: Receiver
) -> None:
    ines = telling.sign_in(ADMINISTRATOR)
    hook, _secret = register(ines, receiver)
    receiver.status = 500
    reserve(telling, 10)
    for pause in rules.PAUSES:
        settled(telling, hook)
        later(telling, pause)
    assert settled(telling, hook)[0]["state"] == "failed"
    assert len(receiver.calls) == 1 + len(rules.PAUSES)
    later(telling, 0)
    ines = telling.sign_in(ADMINISTRATOR)
    assert ines.get(f"{HOOKS}/{hook}").json()["paused_because"] == "failing"
    letters = until(lambda: [one for one in telling.house.mail.letters if "relié" in one.subject], "the letter")  # type: ignore[attr-defined]
    assert "Affichage" in letters[0].text
    reserve(telling, 12)
    later(telling, 0)
    assert settled(telling, hook)[0]["state"] == "held"
    receiver.status = 200
    assert ines.patch(f"{HOOKS}/{hook}", {"paused": False}).json()["paused_because"] == ""
    until_told(telling, lambda: len(receiver.calls) == 2 + len(rules.PAUSES), "what was held")
    again = ines.post(f"{HOOKS}/{hook}/replays", {"since": "2026-11-24T00:00:00+01:00"})
    assert (again.status_code, again.json()["count"]) == (202, 2)
    assert [one["state"] for one in settled(telling, hook)] == ["taken", "taken"]


def test_one_that_is_gone_is_paused_at_once(quick_telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = quick_telling.sign_in(ADMINISTRATOR)
    hook, _secret = register(ines, receiver)
    receiver.status = 410
    reserve(quick_telling)
    assert settled(quick_telling, hook)[0]["state"] == "failed"
    later(quick_telling, 0)
    assert ines.get(f"{HOOKS}/{hook}").json()["paused_because"] == "gone"


def test_an_address_that_leads_elsewhere_is_not_followed(quick_telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = quick_telling.sign_in(ADMINISTRATOR)
    hook, _secret = register(ines, receiver)
    receiver.status, receiver.headers = 307, {"location": receiver.url}
    reserve(quick_telling)
    assert settled(quick_telling, hook)[0]["status"] == 307
    assert len(receiver.calls) == 1


def test_a_changed_secret_signs_beside_the_former_for_a_day(quick_telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = quick_telling.sign_in(ADMINISTRATOR)
    hook, former = register(ines, receiver)
    fresh = ines.post(f"{HOOKS}/{hook}/secret").json()["secret"]
    assert fresh != former
    ines.post(f"{HOOKS}/{hook}/tests")
    settled(quick_telling, hook)
    later(quick_telling, rules.TWO_SECRETS)
    ines = quick_telling.sign_in(ADMINISTRATOR)
    ines.post(f"{HOOKS}/{hook}/tests")
    settled(quick_telling, hook)
    assert [(call.is_signed_with(former), call.is_signed_with(fresh)) for call in receiver.calls] == [
        (True, True),
        (False, True),
    ]
    shown = ines.get(f"{HOOKS}/{hook}").text + ines.get(HOOKS).text
    assert fresh not in shown


def test_a_trial_reaches_a_paused_one_and_is_sent_once(quick_telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = quick_telling.sign_in(ADMINISTRATOR)
    hook, _secret = register(ines, receiver)
    assert ines.patch(f"{HOOKS}/{hook}", {"paused": True}).json()["paused_because"] == "staff"
    receiver.status = 500
    assert ines.post(f"{HOOKS}/{hook}/tests").status_code == 202
    assert settled(quick_telling, hook)[0]["state"] == "failed"
    assert receiver.calls[0].event["type"] == "webhook.ping"
    assert ines.get(f"{HOOKS}/{hook}").json()["paused_because"] == "staff"


def test_what_was_told_comes_in_pages_and_one_thing_can_be_told_again(
    telling: HouseUnderTest, receiver: Receiver
) -> None:
    ines = telling.sign_in(ADMINISTRATOR)
    hook, _secret = register(ines, receiver)
    for _ in range(5):
        ines.post(f"{HOOKS}/{hook}/tests")
    told = [one["id"] for one in settled(telling, hook)]
    page = ines.get(f"{HOOKS}/{hook}/deliveries", params={"limit": 2, "state": "taken"})
    seen = [one["id"] for one in page.json()["items"]]
    ines.post(f"{HOOKS}/{hook}/tests")  # what comes meanwhile shifts nothing
    while page.json()["next"]:
        assert page.headers["link"] == f'<{page.json()["next"]}>; rel="next"'
        page = ines.get(page.json()["next"])
        seen += [one["id"] for one in page.json()["items"]]
    assert seen == told
    assert ines.post(f"{HOOKS}/{hook}/deliveries/{told[-1]}/replays").status_code == 202
    name = f"msg_{told[-1]}"
    until_told(telling, lambda: sum(call.id == name for call in receiver.calls) == 2, "sent again")


def test_what_is_registered_can_change_and_go(quick_telling: HouseUnderTest, receiver: Receiver) -> None:
    ines = quick_telling.sign_in(ADMINISTRATOR)
    hook, _secret = register(ines, receiver)
    seen = ines.get(f"{HOOKS}/{hook}")
    reserve(quick_telling)
    settled(quick_telling, hook)
    tag = {"if-match": seen.headers["etag"]}
    changed = ines.patch(f"{HOOKS}/{hook}", {"title": "Écran"}, headers=tag)
    assert changed.json()["title"] == "Écran"
    stale = ines.patch(f"{HOOKS}/{hook}", {"title": "Autre"}, headers=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert stale.json()["reasons"][0]["remedies"][0]["href"] == f"{HOOKS}/{hook}"
    assert ines.delete(f"{HOOKS}/{hook}").status_code == 204
    assert ines.get(f"{HOOKS}/{hook}").status_code == 404
    assert hook not in [one["id"] for one in ines.get(HOOKS).json()]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/", "webhook_needs_https"),
        ("https://10.0.0.8/", "webhook_inner_address"),
        ("https://169.254.169.254/latest/meta-data", "webhook_inner_address"),
        ("https://[::1]/", "webhook_inner_address"),
        ("https://[::ffff:10.0.0.8]/", "webhook_inner_address"),
        ("https://localhost/", "webhook_inner_address"),
        ("https://user:word@example.org/", "bad_webhook_address"),
        ("ftp://example.org/", "bad_webhook_address"),
        ("https://example.org:99999/", "bad_webhook_address"),
        ("https://exa mple.org/", "bad_webhook_address"),
        ("//example.org/", "bad_webhook_address"),
    ],
)
def test_addresses_that_are_refused(quick_nugue: HouseUnderTest, url: str, code: str) -> None:
    ines = quick_nugue.sign_in(ADMINISTRATOR)
    refused = ines.post(HOOKS, {"title": "X", "url": url, "kinds": ["time.freed"]})
    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_name_that_leads_inside_is_refused_when_it_is_called(quick_nugue: HouseUnderTest) -> None:
    """Names are judged at each call by what they lead to then: `127.1` and the like resolve to this machine."""
    ines = quick_nugue.sign_in(ADMINISTRATOR)
    made = ines.post(HOOKS, {"title": "X", "url": "https://127.1:8443/", "kinds": ["time.freed"]})
    hook = made.json()["id"]
    ines.post(f"{HOOKS}/{hook}/tests")
    told = settled(quick_nugue, hook)[0]
    assert (told["state"], told["error"], told["status"]) == ("failed", "webhook_inner_address", 0)


def test_only_administrators_may(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    assert sofia.get(HOOKS).status_code == 403
    assert json.loads(sofia.post(HOOKS, {}).text)["code"] in ("not_allowed", "invalid_input")
