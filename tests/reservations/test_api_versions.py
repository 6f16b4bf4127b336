"""Versions: who says which version they saw changes nothing else. And quotes: what the house would answer."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reservations.checks import ask
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest, iso
from tierslieu.http.versions import TAG

DAY = "2026-11-26"
LIST = "/api/v1/reservations"


def stretch(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"starts_at": iso(f"{DAY}T{start}"), "ends_at": iso(f"{DAY}T{end}"), **more}


def made_by(who: Caller, *resources: str) -> list[str]:
    answer = who.reserve(list(resources or ("D01",)), f"{DAY}T10:00", f"{DAY}T11:00")
    assert answer.status_code == 201, answer.text
    return [one["id"] for one in answer.json()["reservations"]]


def test_a_change_on_what_was_seen_is_made_and_on_what_was_not_is_refused(nugue: HouseUnderTest) -> None:
    sofia, claire = nugue.sign_in(MEMBER), nugue.sign_in(RECEPTION)
    (id_,) = made_by(sofia)
    tag = sofia.get(f"{LIST}/{id_}").headers["etag"]
    assert tag == claire.get(f"{LIST}/{id_}").headers["etag"]
    moved = claire.patch(f"{LIST}/{id_}", stretch("14:00", "15:00"), headers={"if-match": tag})
    assert moved.status_code == 200, moved.text
    late = sofia.delete(f"{LIST}/{id_}", headers={"if-match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert late.json()["reasons"][0]["remedies"] == [
        {"kind": "see_current", "text": "Voir où elle en est", "href": f"{LIST}/{id_}"}
    ]
    new = moved.headers["location"]
    assert sofia.get(new).headers["etag"] == moved.headers["etag"]
    assert sofia.delete(new, headers={"if-match": moved.headers["etag"]}).status_code == 204


@pytest.mark.parametrize("header", ["*", "", '"x", {tag}', '{tag},"y"'])
def test_headers_that_let_the_change_be_made(quick_nugue: HouseUnderTest, header: str) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    (id_,) = made_by(sofia)
    tag = sofia.get(f"{LIST}/{id_}").headers["etag"]
    answer = sofia.delete(f"{LIST}/{id_}", headers={"if-match": header.replace("{tag}", tag)})
    assert answer.status_code == 204, answer.text


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ('"other"', 412, "changed_meanwhile"),
        ("W/{tag}", 412, "changed_meanwhile"),
        ("bare", 422, "bad_version"),
        ('"open', 422, "bad_version"),
        (", ".join(f'"{n}"' for n in range(30)), 422, "bad_version"),
    ],
)
def test_headers_that_do_not(quick_nugue: HouseUnderTest, header: str, status: int, code: str) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    (id_,) = made_by(sofia)
    tag = sofia.get(f"{LIST}/{id_}").headers["etag"]
    answer = sofia.delete(f"{LIST}/{id_}", headers={"if-match": header.replace("{tag}", tag)})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sofia.get(f"{LIST}/{id_}").json()["state"] == "confirmed"


def test_who_may_not_see_it_learns_nothing_from_its_version(quick_nugue: HouseUnderTest) -> None:
    (id_,) = made_by(quick_nugue.sign_in(MEMBER))
    answer = quick_nugue.sign_in(OTHER_MEMBER).delete(f"{LIST}/{id_}", headers={"if-match": '"guess"'})
    assert answer.status_code == 404


def test_a_version_and_a_key_go_together(nugue: HouseUnderTest) -> None:
    """Sent again, the change is not judged by the version it made itself."""
    sofia = nugue.sign_in(MEMBER)
    (id_,) = made_by(sofia)
    headers = {"if-match": sofia.get(f"{LIST}/{id_}").headers["etag"], "idempotency-key": "k"}
    first = sofia.patch(f"{LIST}/{id_}", stretch("14:00", "15:00"), headers=headers)
    again = sofia.patch(f"{LIST}/{id_}", stretch("14:00", "15:00"), headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"


def test_a_move_may_name_another_resource(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    (id_,) = made_by(sofia)
    new = sofia.patch(f"{LIST}/{id_}", stretch("10:00", "11:00", resource="D02")).json()["reservations"][0]
    assert (new["resource"], new["sequence"]) == ("D02", 1)
    former = sofia.get(f"{LIST}/{id_}").json()
    assert (former["state"], former["ended_because"]) == ("cancelled", "moved")


def test_what_was_reserved_together_is_cancelled_together(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    both = made_by(sofia, "D01", "visio-1")
    assert sofia.delete(f"{LIST}/{both[0]}", params={"together": True}).status_code == 204
    assert {sofia.get(f"{LIST}/{one}").json()["state"] for one in both} == {"cancelled"}


def test_closures_have_versions_too(quick_nugue: HouseUnderTest) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    body = stretch("10:00", "12:00", resource="visio-1", reason="Peinture")
    path = f"/api/v1/closures/{claire.post('/api/v1/closures', body).json()['id']}"
    tag = {"if-match": claire.get(path).headers["etag"]}
    shorter = {"ends_at": iso(f"{DAY}T11:00")}
    assert claire.patch(path, shorter, headers=tag).status_code == 204
    late = claire.delete(path, headers=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    now = {"if-match": claire.get(path).headers["etag"]}
    assert claire.delete(path, headers=now).status_code == 204


def test_series_have_versions_too(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    wish = {"resource": "D01", "first_day": DAY, "from": "10:00", "to": "11:00", "rule": "FREQ=WEEKLY;COUNT=3"}
    made = sofia.post("/api/v1/series", wish)
    assert made.status_code == 201, made.text
    path = f"/api/v1/series/{made.json()['id']}"
    tag = {"if-match": sofia.get(path).headers["etag"]}
    one = {"scope": "one", "day": DAY}
    assert sofia.delete(path, params=one, headers=tag).status_code == 200
    late = sofia.delete(path, params={"scope": "all"}, headers=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")


@given(st.text())
def test_tags_are_read_or_not(text: str) -> None:
    found = TAG.match(text)
    assert found is None or found[0].strip()


def test_a_quote_says_what_the_act_says_and_does_nothing(nugue: HouseUnderTest, demo_url: str) -> None:
    sofia = nugue.sign_in(MEMBER)
    before = ask(demo_url, "SELECT count(*) FROM reservation"), ask(demo_url, "SELECT count(*) FROM claim")
    wish = stretch("10:00", "11:00", resources=["D01"])
    would = sofia.post("/api/v1/quotes", wish)
    assert would.status_code == 200, would.text
    assert would.json()["accepted"] is True
    assert would.json()["reservations"][0]["resource"] == "D01"
    after = ask(demo_url, "SELECT count(*) FROM reservation"), ask(demo_url, "SELECT count(*) FROM claim")
    assert after == before
    made = sofia.post(LIST, wish).json()["reservations"][0]
    assert {name: made[name] for name in ("resource", "state", "price_cents")} == would.json()["reservations"][0]


def test_a_quote_tells_every_reason_with_what_to_do(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    (id_,) = made_by(sofia)
    wish = stretch("10:00", "11:00", resources=["D01"])
    would = thomas.post("/api/v1/quotes", wish).json()
    refused = thomas.post(LIST, wish).json()
    assert would["accepted"] is False
    assert would["reasons"] == refused["reasons"]
    remedies = [remedy for reason in would["reasons"] for remedy in reason["remedies"]]
    assert remedies
    assert all(remedy["kind"] and remedy["text"] and remedy["href"] for remedy in remedies)
    moving = sofia.post("/api/v1/quotes", {**wish, "moves": id_}).json()
    assert moving["accepted"] is True  # her own reservation is not in her way
    assert sofia.get(f"{LIST}/{id_}").json()["state"] == "confirmed"
