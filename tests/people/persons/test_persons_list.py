"""Finding people, the list, the table for spreadsheets, the calls of programs."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from tests.people.persons.test_persons_story import desk, id_of
from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import write
from tierslieu.access.actions import issue_badge
from tierslieu.basics.ids import read as read_id
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.exporting import cell
from tierslieu.people.persons.searching import search


def found(house: HouseUnderTest, text: str) -> list[str]:
    """The names that a search finds."""
    return [one.name for one in house.read(search, text)]


TYPED: tuple[tuple[str, list[str]], ...] = (
    ("sof", ["Sofia Moreau"]),
    ("MOREAU", ["Sofia Moreau"]),
    ("mor sof", ["Sofia Moreau"]),
    ("sofia mor", ["Sofia Moreau"]),
    ("so", []),
    ("lefevre", ["Monique Lefèvre"]),
    ("Lefèvre", ["Monique Lefèvre"]),
    ("démo accueil", ["Claire Démo-Accueil"]),
    ("demoaccueil", ["Claire Démo-Accueil"]),
    ("lucie dem", ["Lucie Démo-Fab"]),
    ("luc per", ["Luc Perrin"]),
    ("sofia.moreau@example.org", ["Sofia Moreau"]),
    ("06 39 98 05 35", ["Sofia Moreau"]),
    ("+33 6 39 98 05 35", ["Sofia Moreau"]),
    ("%", []),
    ("_of", []),
    ("", []),
    ("sof zzz", []),
    ("hugo martin 2012", []),
)
"""What somebody types, and whom it finds."""


def test_what_is_typed_finds(nugue: HouseUnderTest) -> None:
    wrong = {typed: got for typed, names in TYPED if (got := found(nugue, typed)) != names}
    assert wrong == {}


def test_every_script_is_found(nugue: HouseUnderTest) -> None:
    people = [
        ("小明", "王"),
        ("철수", "김"),
        ("Νίκος", "Παπαδόπουλος"),
        ("Сергей", "Щукин"),
        ("محمد", "العربي"),
        ("अमित", "शर्मा"),
        ("O", "Li"),
    ]

    def add(tx: Tx) -> None:
        for first, last in people:
            create_person(tx, first, last)

    write(nugue, add)
    for typed, first in (
        ("小明", 0),
        ("王 小明", 0),
        ("철수", 1),
        ("παπ νικ", 2),
        ("щук сер", 3),
        ("محم", 4),
        ("शर्मा", 5),
        ("li o", 6),
        ("o", 6),
    ):
        assert found(nugue, typed) == [" ".join(people[first])], typed


def test_twenty_at_most_in_the_order_of_names(nugue: HouseUnderTest) -> None:
    def add(tx: Tx) -> None:
        for number in range(30):
            create_person(tx, f"Prune{number:02d}", "Marceau")

    write(nugue, add)
    names = found(nugue, "marceau")
    assert len(names) == 20
    assert names == sorted(names)


def test_a_badge_names_its_person(nugue: HouseUnderTest) -> None:
    issued = write(nugue, issue_badge, read_id(id_of(nugue, "u01")))
    caller = nugue.sign_in(RECEPTION)
    for typed in (issued.badge.card_number, issued.token):
        assert [one["last_name"] for one in caller.get("/api/v1/people", params={"q": typed}).json()] == ["Lefèvre"]


def test_the_list_goes_on_where_it_stopped(nugue: HouseUnderTest) -> None:
    def add(tx: Tx) -> None:
        for number in range(90):
            create_person(tx, "Ada", f"Nom{number:03d}")

    write(nugue, add)
    claire, seen, path = desk(nugue), [], "/personnes?filtre=toutes"
    import re
    from html import unescape

    while path:
        text = claire.get(path).text
        seen += re.findall(r'<th scope="row"><a class="phone" href="/personnes/(\w{13})">', text)
        after = re.search(r'href="([^"]*apres=[^"]*)"', text)
        path = unescape(after[1]) if after else ""
    assert len(seen) == len(set(seen))
    count = int(re.search(r"(\d+) personnes", text)[1])  # type: ignore[index]
    assert len(seen) == count


FILTERS = (
    ("sans-courriel", "Ahmed", "Sofia"),
    ("sans-telephone", "Monique", "Sofia"),
    ("mineures", "Hugo", "Monique"),
    ("equipe", "Claire", "Sofia"),
    ("nouvelles", "Zita", "Zeno"),
    ("fermees", "Zoltan", "Monique"),
)
"""A filter, who is in its list, and who is not."""


def test_filters(nugue: HouseUnderTest) -> None:
    from tierslieu.people.persons.correcting import close_account

    create = nugue.write
    nugue.is_at("2026-10-20T10:00")
    create(lambda tx: create_person(tx, "Zeno", "Aancien", email="zeno@example.org", phone="+33160097931"))
    nugue.is_at("2026-11-24T08:00")
    create(lambda tx: create_person(tx, "Zita", "Aaneuve", email="zita@example.org", phone="+33160097932"))
    closed = create(lambda tx: create_person(tx, "Zoltan", "Parti"))
    write(nugue, close_account, closed, nugue.house.personal)
    claire, wrong = desk(nugue), []
    for which, somebody, nobody in FILTERS:
        text = claire.get(f"/personnes?filtre={which}").text
        if somebody not in text or f">{nobody} " in text:
            wrong.append(which)
    assert wrong == []


def test_the_table_for_spreadsheets(nugue: HouseUnderTest) -> None:
    nugue.write(lambda tx: create_person(tx, "=HYPERLINK(1)", '+Marie;"x"', phone="+33160097932"))
    claire = desk(nugue)
    answer = claire.get("/personnes/export.csv")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    bomb = next(row for row in rows if "HYPERLINK" in row[2])
    assert bomb[1:3] == ['\'+Marie;"x"', "'=HYPERLINK(1)"]
    assert bomb[5] == "'+33160097932"
    assert desk(nugue, FAB_MANAGER).get("/personnes/export.csv").status_code == 403
    assert desk(nugue, MEMBER).get("/personnes").status_code == 403


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    written = cell(text)
    assert written in (text, f"'{text}")
    assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_programs_write_down_look_and_correct(nugue: HouseUnderTest) -> None:
    claire = nugue.sign_in(RECEPTION)
    made = claire.post("/api/v1/people", {"first_name": " Rose ", "last_name": "Garnier", "phone": "0160097930"})
    assert made.status_code == 201, made.text
    one = made.json()
    assert (one["first_name"], one["phone"]) == ("Rose", "+33160097930")
    again = claire.post("/api/v1/people", {"first_name": "rose", "last_name": "GARNIER"})
    assert again.status_code == 409
    assert again.json()["code"] == "likely_known"
    assert again.json()["reasons"][0]["remedies"][0]["href"] == f"/personnes/{one['id']}"
    body = {"birth_year": 1951, "phone": None, "changed_at": one["changed_at"]}
    fixed = claire.patch(f"/api/v1/people/{one['id']}", body)
    assert (fixed.status_code, fixed.json()["birth_year"], fixed.json()["phone"]) == (200, 1951, None)
    late = claire.patch(f"/api/v1/people/{one['id']}", body)
    assert (late.status_code, late.json()["code"]) == (409, "file_changed")
    assert claire.get(f"/api/v1/people/{one['id']}").json() == fixed.json()
    assert claire.patch(f"/api/v1/people/{one['id']}", {**body, "first_name": None}).status_code == 400
    assert nugue.sign_in().get(f"/api/v1/people/{one['id']}").status_code == 403
    assert claire.get("/api/v1/people/0000000000000").status_code == 404


ODD: tuple[dict[str, object], ...] = (
    {"first_name": "", "last_name": "x"},
    {"first_name": "x"},
    {"first_name": "\u202ex", "last_name": "y"},
    {"first_name": "x" * 201, "last_name": "y"},
    {"first_name": "x", "last_name": "y", "birth_year": 1},
    {"first_name": "x", "last_name": "y", "birth_year": 2099},
    {"first_name": "x", "last_name": "y", "phone": "zz"},
    {"first_name": "x", "last_name": "y", "email": "x"},
    {"first_name": "x", "last_name": "y", "roles": "administrator"},
    {"first_name": ["x"], "last_name": "y"},
)
"""What no file of a person is made of."""


def test_odd_bodies_are_refused(quick_nugue: HouseUnderTest) -> None:
    claire = quick_nugue.sign_in(RECEPTION)
    answers = [(body, claire.post("/api/v1/people", body).status_code) for body in ODD]
    assert [(body, status) for body, status in answers if status not in (400, 422)] == []
