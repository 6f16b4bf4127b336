"""The venue as everybody may read it: pages and calls."""

import re

from tests.support.browsers import Browser
from tests.support.clients import RECEPTION, HouseUnderTest


def test_a_visitor_finds_the_spaces_their_hours_and_accessibility(quick_nugue: HouseUnderTest) -> None:
    visitor = Browser(quick_nugue)
    found = visitor.get("/espaces").text
    assert "12 rue de l’Exemple, 77470 Trilport" in found
    assert 'href="/espaces/visio-1"' in found
    assert "Fermé, ouvre à 9\u00a0h" in found
    page = visitor.get("/espaces/accueil").text
    assert "Boucle magnétique" in page
    assert (
        "Tu,Th-Fr 09:00-12:30,13:30-18:00; We 09:00-18:00; Sa 09:30-12:30; PH off; 2026 Dec 24-2027 Jan 02 off" in page
    )
    assert "du jeudi 24 décembre au samedi 2 janvier 2027" in page
    assert "fermé (Vacances de Noël)" in page
    assert 'href="/ressources/poste-informatique"' in page


def test_a_resource_tells_its_rules_in_plain_words(quick_nugue: HouseUnderTest) -> None:
    page = Browser(quick_nugue).get("/ressources/visio-1").text
    for text in (
        "Grand écran",
        "De 30\u00a0min à 13\u00a0h.",
        "Libéré si personne n’est arrivé après 15\u00a0min.",
        "Annulation possible jusqu’à 1\u00a0h avant.",
        "Accès de plain-pied",
        "/reserver?resource=visio-1",
    ):
        assert text in page, text
    guided = Browser(quick_nugue).get("/ressources/laser-accompagnee").text
    assert "2 × Place au FabLab" in guided


def test_instructions_are_for_who_comes_and_for_staff(quick_nugue: HouseUnderTest) -> None:
    told = "La télécommande est dans le tiroir"
    sofia = Browser(quick_nugue)
    sofia.sign_in()
    assert told not in Browser(quick_nugue).get("/ressources/visio-1").text
    assert told not in sofia.get("/ressources/visio-1").text
    made = quick_nugue.sign_in().reserve("visio-1", "2026-11-24T10:00", "2026-11-24T11:00")
    assert made.status_code == 201, made.text
    assert told in sofia.get("/ressources/visio-1").text
    claire = Browser(quick_nugue)
    claire.sign_in(RECEPTION)
    assert told in claire.get("/ressources/visio-1").text


def test_what_is_not_there_is_not_found(quick_nugue: HouseUnderTest) -> None:
    visitor = Browser(quick_nugue)
    for path in ("/espaces/lune", "/ressources/lune", "/photos/lune.webp", f"/photos/{'a' * 64}.webp"):
        assert visitor.get(path).status_code == 404, path
    for path in ("/api/v1/spaces/lune", "/api/v1/resources/lune"):
        assert quick_nugue.stranger.get(path).json()["code"].startswith("unknown_")


def test_programs_read_the_same(quick_nugue: HouseUnderTest) -> None:
    stranger = quick_nugue.stranger
    sites = {one["key"]: one for one in stranger.get("/api/v1/sites").json()}
    assert sites["oasis"]["accessibility"]["accessible_toilets"] is True
    assert sites["container"]["accessibility"]["step_free"] is False
    spaces = {one["key"]: one for one in stranger.get("/api/v1/spaces").json()}
    assert spaces["fablab"]["hears"] == ["visio-1"]
    assert spaces["accueil"]["special_days"][0] == {
        "first_day": "2026-12-24",
        "last_day": "2027-01-02",
        "hours": [],
        "reason": "Vacances de Noël",
    }
    assert stranger.get("/api/v1/spaces/visio-1").json() == spaces["visio-1"]
    listed = {one["key"]: one for one in stranger.get("/api/v1/resources").json()}
    assert "screen" in listed["visio-1"]["equipment"]
    assert "step_free" in listed["visio-1"]["accessibility"]
    laser = stranger.get("/api/v1/resources/laser-accompagnee").json()
    assert laser["parts"] == {"laser-1": 1, "referent-fablab": 1, "fablab-places": 2}
    adviser = stranger.get("/api/v1/resources/conseiller-numerique").json()
    assert adviser["opening_hours"] == "Tu,Th 14:00-18:00; Fr 09:00-12:00"


def test_pages_cost_the_same_for_any_number_of_resources(quick_nugue: HouseUnderTest) -> None:
    """The venue is in memory: a page about it reads its revision, and who asks."""
    page = Browser(quick_nugue).get("/espaces/coworking").text
    assert len(re.findall(r"<[a-z]", page)) < 330
