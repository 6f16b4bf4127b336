"""Static files: built once, kept for a year by browsers, compressed, and never anything else of the disk."""

import pytest

from tests.support.clients import HouseUnderTest
from tierslieu.http.assets import Assets

PARTS = ("app.css", "app.js", "icons.svg", "mark.svg", "text.woff2", "kiosk.js", "decode.worker.js")


def parts(house: HouseUnderTest) -> Assets:
    found: Assets = house.client.app.state.assets
    return found


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_kept_for_ever_under_its_hashed_name(steady_nugue: HouseUnderTest, name: str) -> None:
    address = parts(steady_nugue).url(name)
    assert address != f"/static/{name}"
    answer = steady_nugue.client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "max-age=31536000" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("app.css", "text/css; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("icons.svg", "image/svg+xml"),
        ("text.woff2", "font/woff2"),
    ],
)
def test_a_part_says_its_kind(steady_nugue: HouseUnderTest, name: str, kind: str) -> None:
    answer = steady_nugue.client.get(parts(steady_nugue).url(name))
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize("name", ["app.css", "app.js", "icons.svg"])
def test_a_part_travels_compressed_for_who_takes_it(steady_nugue: HouseUnderTest, name: str) -> None:
    address = parts(steady_nugue).url(name)
    plain = steady_nugue.client.get(address, headers={"accept-encoding": "identity"})
    packed = steady_nugue.client.get(address, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"].lower() == "accept-encoding"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content)


@pytest.mark.parametrize("refused", ["gzip;q=0", "identity, gzip;q=0.0"])
def test_who_refuses_compression_does_not_get_it(steady_nugue: HouseUnderTest, refused: str) -> None:
    address = parts(steady_nugue).url("app.css")
    assert "content-encoding" not in steady_nugue.client.get(address, headers={"accept-encoding": refused}).headers


def test_what_is_small_or_packed_already_is_sent_as_it_is(steady_nugue: HouseUnderTest) -> None:
    answer = steady_nugue.client.get(parts(steady_nugue).url("text.woff2"), headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


OUTSIDE = [
    "../frontend.py",
    "..%2Ffrontend.py",
    "%2e%2e/frontend.py",
    "%2e%2e%2ffrontend.py",
    "..%5cfrontend.py",
    "....//frontend.py",
    "/etc/passwd",
    "//etc/passwd",
    "%2Fetc%2Fpasswd",
    "%00",
    "app.css%00.js",
    "app%0d%0aset-cookie:x=1",
    "%ff%fe",
    "a" * 5000,
    ".stamp/..",
    "manifest.json/../../frontend.py",
    "%E2%80%AE",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_the_folder_is_sent(steady_nugue: HouseUnderTest, path: str) -> None:
    answer = steady_nugue.client.get(f"/static/{path}")
    assert answer.status_code in (400, 404)
    assert "def " not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("name", ["nothing.css", "app.css", "manifest.json.gz", ".stamp"])
def test_only_parts_are_sent(steady_nugue: HouseUnderTest, name: str) -> None:
    answer = steady_nugue.client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_the_worker_of_the_kiosk_is_asked_for_anew(steady_nugue: HouseUnderTest) -> None:
    answer = steady_nugue.client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["cache-control"]


def test_the_mark_is_where_browsers_look_for_it(steady_nugue: HouseUnderTest) -> None:
    assert steady_nugue.client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
