"""Every form of the FabLab with strange values in each of its fields: a refusal or a change, never a fault of ours."""

import re
from typing import Any

import pytest

from tests.fablab.benches import Fablab
from tests.support.browsers import Browser
from tests.support.clients import HouseUnderTest
from tests.support.doors import PARAMETER, doors, someone
from tests.support.forms import Form, Forms

FIRST = (
    *(
        "/fablab",
        "/fablab/file",
        "/fablab/regles",
        "/fablab/retraits",
        "/fablab/stock",
        "/fablab/stock/matieres/nouvelle",
    ),
    *("/fablab/ventes", "/fablab/reglages", "/fablab/reglages/nouvelle", "/fablab/terminaux", "/fablab/incidents"),
    *("/fablab/demandes", "/fablab/entretien", "/fablab/deposer", "/fablab/machines/p3d-1/signaler", "/m/p3d-1"),
    *("/fablab/machines/p3d-1/etalonnage", "/fablab/machines/p3d-1/entretien", "/fablab/machines/p3d-1/fiche/modifier"),
    *("/fablab/machines/laser-1/session", "/mes-fabrications", "/fablab/mes-achats", "/fablab/a-payer"),
)
OURS = re.compile(r"^/(fablab|m|mes-fabrications|mur|personnes/[^/]+/cartes)(/|$|\?)")
VARIED = re.compile(r"/(?=[^/]*\d)[^/?]+")
MOST_PAGES = 70
STRANGE = ("", "\0", "x" * 6_000, "-1", "inf", "nan", "1e400", "9" * 40, "\u0665", "2026-13-40", "[]", "\u202e<b>&")
AT_ONCE = 4
"""How many of them each field is given; the next field begins with those that are left."""
BROKEN = (
    ("x.gcode", b""),
    ("x.gcode", b"\0" * 5_000),
    ("\u202e/../x.3mf", b"PK\x03\x04" + b"\0" * 300),
    ("x.stl", b"solid " + b"\xff" * 500),
    ("x" * 3_000 + ".png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
    ("x.bgcode", b"GCDE" + b"\xff" * 60),
    ("x.svg", b"<svg" + b"<a>" * 10_000),
)
HERE = {"key": "p3d-1", "kind": "printer_3d", "who": "member", "code": "A1", "card": "0000000000001"}
NOWHERE = {
    "id": "0000000000001",
    "number": "J999999",
    "key": "x" * 60,
    "kind": "nothing",
    "who": "nobody",
    "code": "é",
    "card": "-1",
    "lot": "1",
}
NAMES = (
    "reason parts machine why way quantity outcome note job after text minutes receiver to shelf op material number "
    "seen person cents date"
)
MUCH = dict.fromkeys(NAMES.split(), "\0" + "9" * 300)
SLOW = re.compile(r"liaison$|deconnexion")
"""A link is tried over the network before it is kept."""


@pytest.fixture
def lucie(quick_nugue: HouseUnderTest) -> Browser:
    found = Browser(quick_nugue)
    found.cookies["session"] = someone(quick_nugue, "administrator", "fab_manager", "receptionist").token
    return found


def found_forms(who: Browser) -> dict[str, Form]:
    """The forms behind the first pages and the pages they lead to, one of each kind."""
    waiting, seen, found = list(FIRST), set[str](), dict[str, Form]()
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        kind = VARIED.sub("/0", path.partition("?")[0])
        if kind in seen:
            continue
        seen.add(kind)
        answer = who.get(path)
        assert answer.status_code < 500, path
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        page = Forms(answer.text, path)
        waiting.extend(link for link in page.links if OURS.match(link))
        for form in page.forms:
            if OURS.match(form.action) and not SLOW.search(form.action):
                found.setdefault(VARIED.sub("/0", form.action), form)
    return found


def test_no_form_makes_the_house_stumble(lucie: Browser) -> None:
    forms = found_forms(lucie)
    assert len(forms) > 25, sorted(forms)
    wrong, turn = [], 0
    for form in forms.values():
        for name in [*(one for one in form.fields if one != "_csrf"), "unheard-of"]:
            for _ in range(AT_ONCE):
                turn += 1
                value = STRANGE[turn % len(STRANGE)]
                answer = lucie.submit(form.action, {**form.fields, name: value})
                if answer.status_code >= 500:
                    wrong.append((form.action, name, value[:20], answer.status_code))
    assert wrong == []


def test_what_is_no_photo_and_no_file_is_refused(lucie: Browser) -> None:
    lucie.get("/fablab/deposer")
    for form in (one for one in found_forms(lucie).values() if one.files):
        for name, data in BROKEN:
            answer = lucie.send(
                "POST",
                form.action,
                data={**form.fields, "_csrf": lucie.token},
                files=dict.fromkeys(form.files, (name, data, "application/octet-stream")),
            )
            assert answer.status_code == 422, (form.action, name[:10])


def test_no_address_of_a_form_makes_the_house_stumble(quick_fablab: Fablab) -> None:
    """Every door that takes forms, with nothing in it and with too much, about what is there and what is not."""
    house = quick_fablab.house
    job = quick_fablab.running()
    waiting = quick_fablab.queue()
    browsers = []
    for held in (("administrator", "fab_manager", "receptionist"), ("member",)):
        browser = Browser(house)
        browser.cookies["session"] = someone(house, *held, name=held[0]).token
        browser.get("/fablab")
        browsers.append(browser)
    wrong = []
    for path in sorted({one.path for one in doors(house.client.app) if one.method == "POST" and is_ours(one.path)}):
        for known in (job, waiting, None):
            address = address_of(path, known)
            for browser in browsers:
                answers = [browser.submit(address, fields) for fields in ({}, MUCH)]
                wrong += [(address, one.status_code) for one in answers if one.status_code >= 500]
    assert wrong == []


def is_ours(path: str) -> bool:
    """True for a form of the FabLab that waits for nothing but the database."""
    return OURS.match(path) is not None and SLOW.search(path) is None


def address_of(path: str, known: dict[str, Any] | None) -> str:
    """The address of something that is there, or of nothing."""

    def named(found: re.Match[str]) -> str:
        name = found[1]
        return NOWHERE[name] if known is None else str(known.get(name, HERE.get(name, NOWHERE[name])))

    return PARAMETER.sub(named, path)
