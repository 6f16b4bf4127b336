"""Staff describe the venue: sites, spaces, resources, photos. What is wrong is told, what was typed is kept."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.support.browsers import Browser
from tests.support.clients import ADMINISTRATOR, HouseUnderTest
from tests.support.doors import someone
from tests.support.inside import run_jobs
from tierslieu.venue.photos import LARGE, SMALL

LIEU = "/gestion/lieu"
TAG = re.compile(r"<input[^>]*>|<select.*?</select>|<textarea.*?</textarea>", re.DOTALL)


def fields_of(text: str) -> dict[str, str]:
    """What a browser would send from the page's large form."""
    found = {}
    for tag in TAG.findall(text):
        name = re.search(r' name="([^"]+)"', tag)
        if name is None or name[1] in ("_csrf", "act"):
            continue
        if tag.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)" selected', tag) or re.search(r'<option value="([^"]*)"', tag)
            found[name[1]] = unescape(chosen[1]) if chosen else ""
        elif tag.startswith("<textarea"):
            found[name[1]] = unescape(tag[tag.index(">") + 1 : -len("</textarea>")])
        elif 'type="checkbox"' in tag:
            if " checked" in tag:
                found[name[1]] = "1"
        else:
            value = re.search(r' value="([^"]*)"', tag)
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def boss(house: HouseUnderTest) -> Browser:
    browser = Browser(house)
    browser.sign_in(ADMINISTRATOR)
    return browser


def as_role(house: HouseUnderTest, role: str) -> Browser:
    browser = Browser(house)
    browser.cookies["session"] = someone(house, role, name=role.partition("@")[0]).token
    return browser


def test_a_new_site_with_a_space_and_a_room_that_one_reserves(nugue: HouseUnderTest) -> None:
    ines = boss(nugue)
    site = fields_of(ines.get(f"{LIEU}/sites/nouveau").text) | {
        "key": "gare", "name": "La gare", "address": "1 place de la Gare\r\n77470 Trilport", "a_step_free": "yes",
        "a_lift": "no",
    }  # fmt: skip
    assert ines.submit(f"{LIEU}/sites/nouveau", site).status_code == 303
    space = fields_of(ines.get(f"{LIEU}/espaces/nouveau?site=gare").text)
    assert space["site"] == "gare"
    space |= {"key": "quai", "name": "Le quai", "capacity": "30", "a_step_free": "yes", "n_fablab": "1"}
    made = ines.submit(f"{LIEU}/espaces/nouveau", space)
    assert made.headers["location"] == f"{LIEU}/espaces/quai?fait=opened"
    week = {f"d{day}": "9h-12h, 14h-18h" for day in range(5)} | {"holidays": "1"}
    ines.get(f"{LIEU}/espaces/quai/horaires")
    seen = ines.submit(f"{LIEU}/espaces/quai/horaires", week)
    assert ines.submit(f"{LIEU}/espaces/quai/horaires", fields_of(seen.text) | {"act": "confirmer"}).status_code == 303
    room = fields_of(ines.get(f"{LIEU}/ressources/nouvelle?espace=quai").text)
    assert room["space"] == "quai"
    room |= {
        "key": "voie-1", "name": "Salle Voie 1", "capacity": "8", "e_screen": "1", "others": "carte ancienne, globe",
        "hourly_cents": "2,50", "instructions": "La clé est au guichet.",
    }  # fmt: skip
    made = ines.submit(f"{LIEU}/ressources/nouvelle", room)
    assert made.headers.get("location") == f"{LIEU}/ressources/voie-1?fait=saved", made.text
    told = nugue.stranger.get("/api/v1/resources/voie-1").json()
    assert told["equipment"] == ["screen", "carte ancienne", "globe"]
    assert (told["hourly_cents"], told["opening_hours"]) == (250, "Mo-Fr 09:00-12:00,14:00-18:00; PH off")
    assert told["accessibility"] == {"step_free": True}
    assert nugue.stranger.get("/api/v1/spaces/quai").json()["hears"] == ["fablab"]
    answer = nugue.sign_in().reserve("voie-1", "2026-11-25T14:00", "2026-11-25T16:00")
    assert answer.status_code == 201, answer.text
    assert nugue.sign_in().reserve("voie-1", "2026-11-25T12:00", "2026-11-25T13:00").status_code == 422


def test_a_form_sent_back_as_it_came_changes_nothing(quick_nugue: HouseUnderTest) -> None:
    ines, stranger = boss(quick_nugue), quick_nugue.stranger
    before = {
        key: stranger.get(f"/api/v1/resources/{key}").json() for key in ("visio-1", "laser-accompagnee", "coworking")
    }
    for key in before:
        fields = fields_of(ines.get(f"{LIEU}/ressources/{key}").text)
        saved = ines.submit(f"{LIEU}/ressources/{key}", fields)
        assert saved.status_code == 303, saved.text
    assert {key: stranger.get(f"/api/v1/resources/{key}").json() for key in before} == before
    site = fields_of(ines.get(f"{LIEU}/sites/oasis").text)
    sites = stranger.get("/api/v1/sites").json()
    assert ines.submit(f"{LIEU}/sites/oasis", site).status_code == 303
    spaces = stranger.get("/api/v1/spaces").json()
    assert ines.submit(f"{LIEU}/espaces/fablab", fields_of(ines.get(f"{LIEU}/espaces/fablab").text)).status_code == 303
    assert (stranger.get("/api/v1/sites").json(), stranger.get("/api/v1/spaces").json()) == (sites, spaces)


WRONG: list[tuple[str, str, str]] = [
    ("key", "Salle n°2", "Écrivez un nom court"),
    ("key", "nouvelle", "Écrivez un nom court"),
    ("key", "visio-1", "Ce nom court est déjà pris."),
    ("key", "PC1", "Ce nom court est déjà pris."),
    ("name", "", "Ce champ est à remplir."),
    ("capacity", "0", "Ce nombre est trop petit."),
    ("max_minutes", "10", "La durée la plus longue est plus courte"),
    ("grid_minutes", "x", "Écrivez un nombre"),
    ("hourly_cents", "gratuit", "Écrivez un prix"),
    ("others", ", ".join(["x" * 41]), "Ce texte est trop long."),
    ("part1", "lune", "Cet espace n’existe pas."),
    ("referent", "visio-1", "Cet espace n’existe pas."),
]


def test_wrong_facts_are_told_beside_their_field(quick_nugue: HouseUnderTest) -> None:
    ines = boss(quick_nugue)
    fields = fields_of(ines.get(f"{LIEU}/ressources/nouvelle?espace=accueil").text)
    good = fields | {"key": "essai", "name": "Essai", "others": "globe"}
    for name, value, text in WRONG:
        answer = ines.submit(f"{LIEU}/ressources/nouvelle", good | {name: value})
        assert (answer.status_code, text in answer.text) == (422, True), (name, value)
        assert f'href="#{name}"' in answer.text, name
        assert "globe" in answer.text or name == "others", "what was typed is kept"
    for what in ("sites", "espaces"):
        path = f"{LIEU}/{what}/nouveau"
        answer = ines.submit(
            path, fields_of(ines.get(path).text) | {"key": "oasis" if what == "sites" else "fablab", "name": "X"}
        )
        assert "Ce nom court est déjà pris." in answer.text


def test_what_goes_out_of_service_keeps_its_history(quick_nugue: HouseUnderTest) -> None:
    ines, sofia = boss(quick_nugue), quick_nugue.sign_in()
    made = sofia.reserve("D01", "2026-11-25T10:00", "2026-11-25T12:00").json()["reservations"][0]
    path = f"{LIEU}/ressources/D01"
    ines.get(path)
    seen = ines.submit(f"{path}/retirer", {}).text
    assert "1 réservation perdrait son horaire" in seen
    done = ines.submit(f"{path}/retirer", fields_of(seen) | {"act": "confirmer"})
    assert done.headers["location"] == f"{path}?fait=displaced"
    run_jobs(quick_nugue)
    assert sofia.get(f"/api/v1/reservations/{made['id']}").json()["state"] == "cancelled"
    assert quick_nugue.stranger.get("/api/v1/resources/D01").status_code == 404
    assert sofia.reserve("D01", "2026-11-26T10:00", "2026-11-26T12:00").status_code == 422
    pool = ines.get(f"{LIEU}/ressources/coworking").text
    assert "m_D02" in fields_of(pool)
    assert "m_D01" not in fields_of(pool)
    assert "Hors service" in ines.get(path).text
    assert ines.submit(f"{path}/remettre", {}).status_code == 303
    assert sofia.reserve("D01", "2026-11-26T10:00", "2026-11-26T12:00").status_code == 201


def test_what_others_rest_on_stays(quick_nugue: HouseUnderTest) -> None:
    ines = boss(quick_nugue)
    path = f"{LIEU}/ressources/referent-fablab"
    ines.get(path)
    seen = ines.submit(f"{path}/retirer", {}).text
    refused = ines.submit(f"{path}/retirer", fields_of(seen) | {"act": "confirmer"})
    assert refused.status_code == 422
    assert "Il sert encore à : xTool P2S, Découpe laser accompagnée." in refused.text.replace("\u00a0", " ")


def test_a_pool_grows_and_a_workshop_is_composed(quick_nugue: HouseUnderTest) -> None:
    ines = boss(quick_nugue)
    seats = fields_of(ines.get(f"{LIEU}/ressources/fablab-places").text)
    assert seats["count"] == "6"
    assert ines.submit(f"{LIEU}/ressources/fablab-places", seats | {"count": "8"}).status_code == 303
    assert fields_of(ines.get(f"{LIEU}/ressources/fablab-places").text)["count"] == "8"
    fewer = ines.submit(f"{LIEU}/ressources/fablab-places", seats | {"count": "5"})
    assert "Le nombre d’unités ne peut que grandir" in fewer.text
    new = fields_of(ines.get(f"{LIEU}/ressources/nouvelle?espace=fablab").text) | {
        "key": "stage", "name": "Stage découpe", "kind": "machine", "part1": "laser-1", "part2": "fablab-places",
        "count2": "8",
    }  # fmt: skip
    assert ines.submit(f"{LIEU}/ressources/nouvelle", new).status_code == 303
    assert quick_nugue.stranger.get("/api/v1/resources/stage").json()["parts"] == {"laser-1": 1, "fablab-places": 8}
    nobody = fields_of(ines.get(f"{LIEU}/ressources/coworking").text)
    kept = {name: value for name, value in nobody.items() if not name.startswith("m_")}
    assert "Il faut au moins une unité" in ines.submit(f"{LIEU}/ressources/coworking", kept).text


def picture(size: tuple[int, int] = (2000, 1000), kind: str = "JPEG", **more: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (180, 90, 30)).save(out, kind, **more)
    return out.getvalue()


def send_photo(browser: Browser, path: str, data: bytes, alt: str = "La salle vue de la porte") -> Any:
    fields = {"_csrf": browser.token, "alt": alt}
    return browser.send("POST", path, data=fields, files={"photo": ("photo.jpg", data, "image/jpeg")})


def test_photos_are_made_smaller_and_forget_where_they_were_taken(nugue: HouseUnderTest) -> None:
    ines, path = boss(nugue), f"{LIEU}/espaces/visio-1/photos"
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Appareil secret"
    ines.get(path)
    assert send_photo(ines, path, picture(exif=exif)).status_code == 303
    (photo,) = nugue.stranger.get("/api/v1/spaces/visio-1").json()["photos"]
    assert (photo["width"], photo["height"], photo["alt"]) == (640, LARGE, "La salle vue de la porte"), "turned upright"
    served = nugue.stranger.get(photo["href"])
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.headers["content-type"] == "image/webp"
    assert b"secret" not in served.content
    small = Image.open(BytesIO(nugue.stranger.get(photo["small_href"]).content))
    assert (max(small.size), dict(small.getexif())) == (SMALL, {})
    page = nugue.stranger.get("/espaces/visio-1").text
    assert f'src="{photo["href"]}"' in page
    assert 'alt="La salle vue de la porte"' in page
    form = re.search(rf'action="({path}/[^"/]+)"', ines.get(path).text)
    assert form is not None
    assert ines.submit(form[1], {"alt": "L’écran et la table"}).status_code == 303
    assert "L’écran et la table" in nugue.stranger.get("/espaces/visio-1").text
    assert ines.submit(form[1], {"alt": " "}).status_code == 422
    assert ines.submit(f"{form[1]}/retirer", {}).status_code == 303
    assert nugue.stranger.get(photo["href"]).status_code == 404
    assert not nugue.house.files.path(photo["href"][8:-5]).exists()


@pytest.mark.parametrize(
    ("data", "alt", "name"),
    [
        (b"GIF89a not a picture", "Salle", "photo"),
        (b"\xff\xd8\xff\xe0" + b"x" * 100, "Salle", "photo"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "Salle", "photo"),
        (b"0" * 5_000_001, "Salle", "photo"),
        (picture((9000, 6000), "PNG"), "Salle", "photo"),
        (picture(), "", "alt"),
    ],
    ids=["text", "broken", "empty", "heavy", "huge", "wordless"],
)
def test_what_is_no_photo_is_refused(quick_nugue: HouseUnderTest, data: bytes, alt: str, name: str) -> None:
    ines, path = boss(quick_nugue), f"{LIEU}/ressources/visio-1/photos"
    ines.get(path)
    answer = send_photo(ines, path, data, alt)
    assert answer.status_code == 422, answer.text
    assert f'id="{name}-error"' in answer.text
    assert quick_nugue.stranger.get("/api/v1/resources/visio-1").json()["photos"] == []


def test_other_files_of_the_house_are_no_photos(quick_nugue: HouseUnderTest) -> None:
    async def one() -> Any:
        async def chunks() -> Any:
            yield b"G-code of somebody"

        return await quick_nugue.house.files.receive(chunks(), 100)

    stored = quick_nugue.client.blocking_portal.call(one)
    assert quick_nugue.stranger.get(f"/photos/{stored.sha256}.webp").status_code == 404


def test_everyone_changes_what_is_theirs(quick_nugue: HouseUnderTest) -> None:
    manager = as_role(quick_nugue, "resource_manager@space:visio-1")
    assert manager.get(f"{LIEU}/espaces/visio-1").status_code == 200
    assert manager.get(f"{LIEU}/ressources/visio-1").status_code == 200
    for path in ("/espaces/fablab", "/ressources/laser-1", "/sites/oasis", "/sites/nouveau", "/espaces/fablab/photos"):
        assert manager.get(f"{LIEU}{path}").status_code == 404, path
    index = manager.get(LIEU).text
    assert f"{LIEU}/espaces/visio-1" in index
    assert "laser-1" not in index
    lab = as_role(quick_nugue, "fab_manager")
    fields = fields_of(lab.get(f"{LIEU}/ressources/laser-1").text)
    assert lab.submit(f"{LIEU}/ressources/laser-1", fields | {"details": "Neuve"}).status_code == 303
    assert lab.get(f"{LIEU}/ressources/visio-1").status_code == 404
    new = fields_of(lab.get(f"{LIEU}/ressources/nouvelle?espace=fablab").text) | {"key": "x", "name": "X"}
    assert lab.submit(f"{LIEU}/ressources/nouvelle", new | {"kind": "room"}).status_code == 403
    assert lab.submit(f"{LIEU}/ressources/nouvelle", new | {"kind": "machine"}).status_code == 303
    site = as_role(quick_nugue, "site_administrator@site:oasis")
    assert site.get(f"{LIEU}/espaces/fablab").status_code == 200
    assert "ne dépend pas de vous" in site.get(f"{LIEU}/espaces/container-bureau").text
    assert site.submit(f"{LIEU}/espaces/container-bureau", {"name": "X", "capacity": "1"}).status_code == 403
