"""Whatever is sent, the answer is a refusal (4xx), never a fault of ours, and nothing changes."""

import json
from typing import Any

import pytest

from tests.support.clients import Caller, HouseUnderTest, iso

GOOD = {"resources": ["D01"], "starts_at": iso("2026-11-24T10:00"), "ends_at": iso("2026-11-24T11:00"), "people": 1}
LONGEST = 100_000
"""Bytes of the longest answer to nonsense."""


@pytest.fixture(scope="module")
def sofia(steady_nugue: HouseUnderTest) -> Caller:
    """A member with one reservation, that must still be the only one after."""
    found = steady_nugue.sign_in()
    assert found.reserve("visio-1", "2026-11-25T10:00", "2026-11-25T11:00").status_code == 201
    return found


def list_of(caller: Caller) -> Any:
    return caller.get("/api/v1/reservations").json()["items"]


def refuse(caller: Caller, method: str, path: str, **sent: Any) -> None:
    """Send it, see a refusal, see that nothing moved."""
    before = list_of(caller)
    headers = {**caller.headers, "content-type": "application/json", **sent.pop("headers", {})}
    answer = caller._client.request(method, path, headers=headers, follow_redirects=False, **sent)
    assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text[:300]}"
    assert len(answer.content) < LONGEST, "a refusal must not grow with what it refuses"
    if path.startswith("/api/"):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"]
    assert list_of(caller) == before


def test_the_good_request_is_accepted(sofia: Caller) -> None:
    made = sofia.post("/api/v1/reservations", GOOD)
    assert made.status_code == 201
    assert sofia.delete(f"/api/v1/reservations/{made.json()['reservations'][0]['id']}").status_code == 204


BODIES = {
    "nothing": b"",
    "not json": b"{",
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "a text": b'"x"',
    "broken utf-8": b'{"resources": ["D\xff\xfe01"]}',
    "utf-16": json.dumps(GOOD).encode("utf-16"),
    "byte order mark twice": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep unclosed": b"[" * 1_000_000,
    "ten megabytes of text": b'{"resources": ["' + b"a" * 10_000_000 + b'"]}',
    "ten megabytes of items": b'{"resources": [' + b'"D01",' * 1_600_000 + b'"D01"]}',
    "ten megabytes of keys": b"{" + b",".join(b'"k%d":1' % n for n in range(700_000)) + b"}",
    "ten megabytes of blanks": b" " * 10_000_000,
    "huge number": b'{"people": ' + b"9" * 100_000 + b"}",
    "nan": b'{"people": NaN}',
    "key twice": b'{"resources": ["D01"], "resources": 1}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_unreadable_bodies(sofia: Caller, body: bytes) -> None:
    refuse(sofia, "POST", "/api/v1/reservations", content=body)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_unreadable_bodies_of_strangers(steady_nugue: HouseUnderTest, body: bytes) -> None:
    answer = steady_nugue.client.post(
        "/api/v1/sessions", content=body, headers={"content-type": "application/json"}, follow_redirects=False
    )
    assert 400 <= answer.status_code < 500
    assert len(answer.content) < LONGEST


WRONG: dict[str, dict[str, Any]] = {
    "no resource": {"resources": []},
    "unknown resource": {"resources": ["nothing"]},
    "resource with nul": {"resources": ["D01\0"]},
    "resource with half a character": {"resources": ["\ud800"]},
    "resource of another kind": {"resources": [{"key": "D01"}]},
    "same resource twice": {"resources": ["D01", "D01"]},
    "many resources": {"resources": [f"D{number:02}" for number in range(11)]},
    "sql": {"resources": ["D01'; DROP TABLE claim; --"]},
    "one text": {"resources": "D01"},
    "not bookable": {"resources": ["p3d-1"]},
    "nobody": {"people": 0},
    "less than nobody": {"people": -1},
    "too many": {"people": 1001},
    "past 64 bits": {"people": 2**63},
    "far past 64 bits": {"people": 10**400},
    "half a person": {"people": 1.5},
    "true": {"people": "yes"},
    "ends before it starts": {"ends_at": iso("2026-11-24T09:00")},
    "ends when it starts": {"ends_at": GOOD["starts_at"]},
    "naive": {"starts_at": "2026-11-24T10:00:00"},
    "only a day": {"starts_at": "2026-11-24"},
    "a number": {"starts_at": 1795510800},
    "an infinite number": {"starts_at": 1e308},
    "a word": {"starts_at": "tomorrow"},
    "no such day": {"starts_at": "2026-02-30T10:00:00+01:00"},
    "in year one": {"starts_at": "0001-01-01T00:00:00+14:00"},
    "in year 9999": {"ends_at": "9999-12-31T23:59:59-14:00"},
    "long past": {"starts_at": "1900-01-01T10:00:00+01:00"},
    "far ahead": {"starts_at": "2099-11-24T10:00:00+01:00", "ends_at": "2099-11-24T11:00:00+01:00"},
    "years long": {"ends_at": "2029-11-24T10:00:00+01:00"},
    "parts of seconds": {"starts_at": "2026-11-24T10:00:00.5+01:00"},
    "odd offset": {"starts_at": "2026-11-24T10:00:00+99:99"},
    "yesterday": {"starts_at": iso("2026-11-20T10:00"), "ends_at": iso("2026-11-20T11:00")},
    "unknown field": {"price": 0},
    "for somebody else": {"person": "0000000000001"},
    "for nobody": {"person": "x"},
    "id with nul": {"person": "000000000000\0"},
    "id past 63 bits": {"person": "ZZZZZZZZZZZZZ"},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_wrong_reservations(sofia: Caller, change: dict[str, Any]) -> None:
    refuse(sofia, "POST", "/api/v1/reservations", content=json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"people"}))
@pytest.mark.parametrize("value", [None, True, {}, [[]], "\0", "\ud800", "é" * 5000, -(2**70)])
def test_wrong_kinds_in_each_field(sofia: Caller, name: str, value: object) -> None:
    refuse(sofia, "POST", "/api/v1/reservations", content=json.dumps({**GOOD, name: value}).encode())


IDS = [
    "0000000000000",
    "ZZZZZZZZZZZZZ",
    "7ZZZZZZZZZZZZ",
    "1",
    "x" * 500,
    "%00",
    "%FF",
    "-1",
    "0000000000000%0A",
    "１２３",
]


@pytest.mark.parametrize("unknown", IDS)
def test_unknown_ids(sofia: Caller, unknown: str) -> None:
    stretch = json.dumps({"starts_at": GOOD["starts_at"], "ends_at": GOOD["ends_at"]}).encode()
    refuse(sofia, "GET", f"/api/v1/reservations/{unknown}")
    refuse(sofia, "DELETE", f"/api/v1/reservations/{unknown}")
    refuse(sofia, "PATCH", f"/api/v1/reservations/{unknown}", content=stretch)
    refuse(sofia, "GET", f"/mes-reservations/{unknown}")
    refuse(sofia, "GET", f"/mes-reservations/{unknown}/agenda.ics")


def test_anothers_reservation_is_unknown(steady_nugue: HouseUnderTest, sofia: Caller) -> None:
    thomas = steady_nugue.sign_in("thomas.girard@example.org")
    anothers = list_of(sofia)[0]["id"]
    assert sofia.get(f"/mes-reservations/{anothers}").status_code == 200
    refuse(thomas, "GET", f"/mes-reservations/{anothers}")
    refuse(thomas, "GET", f"/mes-reservations/{anothers}/agenda.ics")
    refuse(thomas, "DELETE", f"/api/v1/reservations/{anothers}")


QUERIES = {
    "date": [
        "x",
        "2026-13-01",
        "2026-02-30",
        "0000-00-00",
        "9999-12-31",
        "-1",
        "20261124T",
        "2026-W48-2x",
        "\0",
        "1" * 5000,
    ],
    "from": ["x", "25:00", "-1:00", "10:60", ":", "١٠:٠٠", "1e1:00", "24:30", "10:0\0", "²:00"],
    "to": ["x", "99:99", "::"],
    "resource": ["x" * 500, "\0", "../..", "'", "é"],
    "space": ["x" * 500, "\0", "<b>"],
    "people": ["-1", "0", "x", "99999999999999999999", "1.5", "²", "٣"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in QUERIES.items() for value in values])
def test_strange_addresses_of_pages(sofia: Caller, name: str, value: str) -> None:
    """A page may take a wrong wish as none, or refuse it; never stumble."""
    wish = {"date": "2026-11-24", "resource": "D01", "from": "10:00", "to": "11:00", name: value}
    for path in ("/reserver", "/semaine", "/api/v1/week", "/api/v1/resources/D01/free"):
        sent = {"day": wish["date"]} if path.startswith("/api") else wish
        assert sofia.get(path, params=sent).status_code < 500


@pytest.mark.parametrize("path", ["/reserver", "/semaine", "/mes-reservations", "/connexion", "/kiosk"])
@pytest.mark.parametrize("query", ["?", "?&&=", "?a=1&a=2", "?date=%ff", "?date=%00", "?date", "?" + "a=1&" * 5000])
def test_strange_queries(sofia: Caller, path: str, query: str) -> None:
    assert sofia.get(path + query, follow_redirects=False).status_code < 500


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "x"]
)
@pytest.mark.parametrize("body", [b"", b"%ff=%ff", b"\xff\xfe", b"--x\r\n\r\n--x--", b"a=1&" * 50_000, b"_csrf=%00"])
def test_unreadable_forms(sofia: Caller, kind: str, body: bytes) -> None:
    refuse(sofia, "POST", "/reservations", content=body, headers={"content-type": kind})
    refuse(sofia, "POST", "/connexion", content=body, headers={"content-type": kind})


@pytest.mark.parametrize(
    "cookie", ["", ";;;", "=", "session", 'session="', "session=\\", "a=b; " * 500, "é=è", 'x="\\777"']
)
def test_damaged_cookies(steady_nugue: HouseUnderTest, cookie: str) -> None:
    answer = steady_nugue.client.get("/reserver", headers=[(b"cookie", cookie.encode())])
    assert answer.status_code == 200
