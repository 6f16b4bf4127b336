"""A call with an `Idempotency-Key` may be sent again: its effect happens once, its answer is the first one."""

import asyncio
import contextlib
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, Caller, HouseUnderTest, iso
from tests.support.inside import read, write
from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.http.idempotency import FEATURE, KEPT_SECONDS, Repeatable, key_of
from tierslieu.infra.once import CURRENT, Once, written
from tierslieu.infra.statements import Query, columns
from tierslieu.infra.tables import HouseValue, KeptOutcome
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.reservations.tables import Reservation

DAY = "2026-11-26"
WISH = {"resources": ["D01"], "starts_at": iso(f"{DAY}T10:00"), "ends_at": iso(f"{DAY}T11:00")}
OTHER_WISH = {"resources": ["D01"], "starts_at": iso(f"{DAY}T14:00"), "ends_at": iso(f"{DAY}T15:00")}
ROWS: Query[tuple[int]] = Query(select(func.count()).select_from(Reservation))
KEPT: Query[tuple[str, str]] = Query(select(columns(KeptOutcome).digest, columns(KeptOutcome).outcome))


def send(who: Caller, key: str, body: Any = WISH) -> httpx.Response:
    return who.post("/api/v1/reservations", body, headers={"Idempotency-Key": key})


def count(house: HouseUnderTest) -> int:
    def ask(reader: Reader) -> int:
        found = reader.row(ROWS)
        return found[0] if found else 0

    return read(house, ask)


def test_the_same_call_again_is_answered_and_does_nothing(nugue: HouseUnderTest) -> None:
    sofia, before = nugue.sign_in(MEMBER), count(nugue)
    first = send(sofia, "6c8d1c4a")
    again = send(sofia, "6c8d1c4a")
    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert count(nugue) == before + 1


def test_a_quoted_key_is_the_same_key(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    assert send(sofia, '"6c8d1c4a"').json() == send(sofia, "6c8d1c4a").json()


def test_another_call_under_the_same_key_is_refused(nugue: HouseUnderTest) -> None:
    sofia, before = nugue.sign_in(MEMBER), count(nugue)
    made = send(sofia, "one").json()["reservations"][0]["id"]
    refused = send(sofia, "one", OTHER_WISH)
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = sofia.delete(f"/api/v1/reservations/{made}", headers={"Idempotency-Key": "one"})
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")
    assert count(nugue) == before + 1


def test_a_key_belongs_to_who_calls(quick_nugue: HouseUnderTest) -> None:
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    assert send(sofia, "shared").status_code == 201
    other = send(thomas, "shared", OTHER_WISH)
    assert other.status_code == 201
    assert "idempotency-replayed" not in other.headers


def test_a_refused_call_can_be_sent_again_under_its_key(quick_nugue: HouseUnderTest) -> None:
    """A refusal had no effect, and the world changes: it is judged anew."""
    sofia, thomas = quick_nugue.sign_in(MEMBER), quick_nugue.sign_in(OTHER_MEMBER)
    taken = send(thomas, "mine").json()["reservations"][0]["id"]
    assert send(sofia, "hers").json()["code"] == "slot_taken"
    assert thomas.delete(f"/api/v1/reservations/{taken}").status_code == 204
    assert send(sofia, "hers").status_code == 201


def test_the_answer_stays_the_first_one_whatever_happened_since(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    first = send(sofia, "k").json()
    made = first["reservations"][0]["id"]
    gone = sofia.delete(f"/api/v1/reservations/{made}", headers={"Idempotency-Key": "d"})
    assert gone.status_code == 204
    again = sofia.delete(f"/api/v1/reservations/{made}", headers={"Idempotency-Key": "d"})
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (204, "true")
    assert send(sofia, "k").json() == first
    assert sofia.get(f"/api/v1/reservations/{made}").json()["state"] == "cancelled"


def test_twins_at_the_same_time_have_one_effect(nugue: HouseUnderTest) -> None:
    sofia, before = nugue.sign_in(MEMBER), count(nugue)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _n: send(sofia, "twin"), range(6)))
    told = {(answer.status_code, answer.json().get("code", "")) for answer in answers}
    assert told <= {(201, ""), (409, "idempotency_in_progress")}
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code == 409)
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    assert count(nugue) == before + 1


@pytest.mark.parametrize("key", ["", '""', "é", "a" * 256, "a\tb"])
def test_a_key_that_cannot_be_read_is_refused(quick_nugue: HouseUnderTest, key: str) -> None:
    sofia, before = quick_nugue.sign_in(MEMBER), count(quick_nugue)
    headers = {**sofia.headers, "Idempotency-Key": key.encode()}
    answer = quick_nugue.client.post("/api/v1/reservations", json=WISH, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")
    assert count(quick_nugue) == before


def test_pages_and_strangers_keep_nothing(quick_nugue: HouseUnderTest) -> None:
    quick_nugue.stranger.post("/api/v1/reservations", WISH, headers={"Idempotency-Key": "k"})
    wrong = {"email": MEMBER, "password": "not this one"}
    quick_nugue.stranger.post("/api/v1/sessions", wrong, headers={"Idempotency-Key": "k"})
    assert read(quick_nugue, kept) == []


def kept(reader: Reader) -> list[tuple[str, str]]:
    return reader.rows(KEPT)


def test_what_is_kept_tells_nobody_anything(quick_nugue: HouseUnderTest) -> None:
    """Neither key nor person nor answer: the row is sealed with the key."""
    sofia = quick_nugue.sign_in(MEMBER)
    made = send(sofia, "a-key-of-hers", {**WISH, "title": "Entretien"}).json()["reservations"][0]
    ((digest, outcome),) = read(quick_nugue, kept)
    for secret in ("a-key-of-hers", made["id"], "Entretien", "D01"):
        assert secret not in digest + outcome
    assert digest != hashlib.sha256(b"a-key-of-hers").hexdigest()


def test_answers_are_kept_for_a_day_and_no_longer(quick_nugue: HouseUnderTest) -> None:
    sofia = quick_nugue.sign_in(MEMBER)
    send(sofia, "k")
    (rule,) = FEATURE.retentions
    now = quick_nugue.clock.instant
    assert write(quick_nugue, rule.remove, now, 100) == 0
    assert write(quick_nugue, rule.remove, now + 1, 100) == 1
    assert rule.seconds == KEPT_SECONDS == 86_400
    assert send(sofia, "k").status_code == 409


def test_writes_of_pages_are_not_touched(quick_nugue: HouseUnderTest) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    answer = claire.get("/accueil", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 200
    assert read(quick_nugue, kept) == []


class Odd:
    """Something that no text holds."""


def make_odd(tx: Tx) -> Odd:
    return Odd()


def add_value(tx: Tx, name: str) -> tuple[str, int]:
    tx.run(ADD_VALUE, name=name)
    return name, tx.now


ADD_VALUE: Query[Any] = Query(
    HouseValue.__table__.insert().values(name="n", value="v")  # type: ignore[attr-defined]
)


def test_an_outcome_that_cannot_be_told_again_is_still_not_repeated(quick_nugue: HouseUnderTest) -> None:
    assert written(make_odd, Odd()) == b""
    write(quick_nugue, Once("someone", "k", "f").around(make_odd))
    with pytest.raises(Exception, match="idempotency_done_before"):
        write(quick_nugue, Once("someone", "k", "f").around(make_odd))


def test_each_write_of_a_request_is_remembered_on_its_own(nugue: HouseUnderTest) -> None:
    """A request that stopped between its writes goes on with the second."""
    first = Once("someone", "k", "f")
    assert write(nugue, first.around(add_value), "n") == ("n", nugue.clock.instant)
    again = Once("someone", "k", "f")
    assert write(nugue, again.around(add_value), "n") == ("n", nugue.clock.instant)
    assert again.is_replay
    again.note_done()
    assert write(nugue, again.around(lambda _tx: None)) is None
    again.is_open = False
    assert again.around(add_value) is add_value


def test_a_write_that_is_tried_again_in_its_request_is_still_one(nugue: HouseUnderTest) -> None:
    """Some acts try again when somebody was quicker: what counts is what was committed."""

    async def send_it() -> list[tuple[str, int]]:
        token = CURRENT.set(Once("someone", "k", "f"))
        try:
            with pytest.raises(Conflict):
                await nugue.house.db.write(fail)
            return [await nugue.house.db.write(add_value, "n")]
        finally:
            CURRENT.reset(token)

    async def send_again() -> list[tuple[str, int]]:
        token = CURRENT.set(Once("someone", "k", "f"))
        try:
            return [await nugue.house.db.write(add_value, "n")]
        finally:
            CURRENT.reset(token)

    portal = nugue.client.blocking_portal
    assert portal.call(send_it) == portal.call(send_again)


def test_a_body_that_stops_half_way_is_not_taken_for_a_whole_one() -> None:
    """Whoever hangs up while sending has not asked for anything yet."""
    sent: list[Any] = [
        {"type": "http.request", "body": b'{"a": 1', "more_body": True},
        {"type": "http.disconnect"},
        {"type": "http.disconnect"},
    ]
    heard: list[Any] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        heard.extend([await receive(), await receive(), CURRENT.get()])

    async def next_part() -> Any:
        return sent.pop(0)

    async def nobody(_message: Any) -> None:
        raise AssertionError("nobody is there to be answered")

    scope: Any = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/reservations",
        "headers": [(b"idempotency-key", b"k"), (b"content-type", b"application/json")],
        "actor": Actor(person_id=1),
    }
    asyncio.run(Repeatable(app)(scope, next_part, nobody))
    assert heard == [{"type": "http.request", "body": b'{"a": 1', "more_body": True}, {"type": "http.disconnect"}, None]


def fail(_tx: Tx) -> None:
    raise Conflict("slot_taken_now")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='"'), min_size=1, max_size=255))
def test_every_plain_text_is_a_key(text: str) -> None:
    assert key_of(text) == text
    assert key_of(f'"{text}"') == text


@given(st.text())
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    with contextlib.suppress(Invalid):
        assert 1 <= len(key_of(text)) <= 255
