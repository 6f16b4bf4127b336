"""Pages of doors: staff add, set and open them with a reason; who has a reservation opens its own while it runs."""

from sqlalchemy import select

from tests.access.doors import kiosk, plain
from tests.access.doorways.door_beds import FACTS, KEY, DoorBed
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION
from tierslieu.access.doors import enrolment
from tierslieu.access.doors.rules import ONLINE_TRIES
from tierslieu.access.doors.schemas import DoorFacts
from tierslieu.infra.statements import Query, columns
from tierslieu.people.audit.tables import AuditEntry
from tierslieu.people.devices.actions import enrol_device, revoke_device
from tierslieu.people.devices.queries import devices

a = columns(AuditEntry)
ACTS: Query[tuple[str, str, str]] = Query(
    select(a.act, a.about, a.facts).where(a.act.like("access.door.%")).order_by(a.seq)
)
LIST, PAGE = "/acces/portes", f"/acces/portes/{KEY}"


def browser(bed: DoorBed, email: str) -> Browser:
    found = Browser(bed.house)
    found.sign_in(email)
    return found


def test_staff_add_set_and_open_doors(doorway: DoorBed) -> None:
    bed = doorway
    claire = browser(bed, RECEPTION)
    assert "Fermée" in claire.get(LIST).text
    assert 'hx-sse:connect="/acces/portes/flux"' in claire.get(LIST).text
    kiosk(bed.house)
    wrong = claire.submit(LIST, {"name": "Essai", "zone": "essai", "side": "in", "pulse_s": "5", "kiosk": ""})
    assert wrong.status_code == 422
    assert "Une porte porte déjà ce nom" in wrong.text
    long = claire.submit(LIST, {"name": "Atelier bois", "zone": "rien", "side": "in", "pulse_s": "99", "kiosk": "x"})
    assert (long.status_code, 'value="Atelier bois"' in long.text, 'value="99"' in long.text) == (422, True, True)
    made = claire.submit(LIST, {"name": "Atelier bois", "zone": "fablab", "side": "in", "pulse_s": "4", "kiosk": ""})
    assert made.headers["location"] == "/acces/portes/porte-atelier-bois?fait=added"
    given = claire.submit("/acces/portes/porte-atelier-bois/secrets", {})
    assert (given.status_code, given.headers["cache-control"]) == (200, "no-store")
    assert "device = &#34;porte-atelier-bois&#34;" in given.text
    assert "door_key" not in claire.get("/acces/portes/porte-atelier-bois").text
    fields = {"name": "Essai", "zone": "essai", "side": "in", "pulse_s": "3", "kiosk": "kiosk-entree"}
    assert claire.submit(PAGE, fields).status_code == 303
    other = claire.submit("/acces/portes/porte-atelier-bois", fields | {"name": "Atelier bois"})
    assert "Cette borne ouvre déjà une autre porte" in other.text
    assert claire.submit(f"{PAGE}/ouvrir", {"cause": "why not"}).status_code == 422
    assert claire.submit(f"{PAGE}/ouvrir", {"cause": "delivery"}).status_code == 303
    bed.exchange()
    assert (bed.last().ms, bed.last().cause, bed.pins.pulses) == (3_000, "delivery", 1)
    assert "Une livraison" in claire.get(PAGE).text
    claire.submit(f"{PAGE}/rebloquer", {})
    bed.exchange()
    assert not bed.pins.is_free
    claire.submit(f"{PAGE}/signaler", {})
    bed.exchange()
    bed.house.clock.instant += 60
    away = claire.submit(f"{PAGE}/ouvrir", {"cause": "delivery"})
    assert (away.status_code, "rien n’a été envoyé" in away.text) == (422, True)
    assert claire.submit(f"{PAGE}/retirer", {}).status_code == 303
    assert claire.get(PAGE).status_code == 404
    again = claire.submit(LIST, fields | {"kiosk": ""})
    assert again.headers["location"].startswith(PAGE)
    acts = bed.house.read(lambda reader: reader.rows(ACTS))
    assert [act.rpartition(".")[2] for act, _about, _facts in acts[-7:]] == [
        *("set", "enrol", "set", "open", "hold", "retire", "set"),
    ]
    assert all("@" not in facts for _act, _about, facts in acts)


def test_a_door_takes_no_other_devices_account(doorway: DoorBed) -> None:
    bed, page = doorway, "/acces/portes/porte-cave"
    claire = browser(bed, RECEPTION)
    claire.get(LIST)
    cellar = {"name": "Cave", "zone": "essai", "side": "in", "pulse_s": "4", "kiosk": ""}
    assert claire.submit(LIST, cellar).status_code == 303
    bed.house.write(enrol_device, "porte-cave", "kiosk", "Borne de la cave")
    before = bed.house.read(devices)
    refused = claire.submit(f"{page}/secrets", {})
    assert refused.status_code == 422
    assert "Un autre appareil porte déjà le nom court" in refused.text
    assert bed.house.read(devices) == before, "the kiosk goes on"
    bed.house.write(enrol_device, "porte-toit", "kiosk", "Borne du toit")
    roof = claire.submit(LIST, cellar | {"name": "Toit"})
    assert (roof.status_code, 'value="Toit"' in roof.text) == (422, True)
    assert "Un autre appareil porte déjà le nom court" in roof.text
    bed.house.write(revoke_device, "porte-cave")
    assert claire.submit(f"{page}/secrets", {}).status_code == 200
    assert claire.submit(f"{page}/secrets", {}).status_code == 200, "new secrets for the same door"


def test_members_see_no_doors_and_open_only_their_own_while_it_runs(doorway: DoorBed) -> None:
    bed = doorway
    sofia, thomas = browser(bed, MEMBER), browser(bed, OTHER_MEMBER)
    assert sofia.get(LIST).status_code == 403
    caller = bed.house.sign_in(MEMBER)
    made = caller.reserve("D03", "2026-11-24T09:00", "2026-11-24T10:00")
    assert made.status_code == 201, made.text
    mine = str(made.json()["reservations"][0]["id"])
    page = f"/mes-reservations/{mine}"
    bed.house.write(enrolment.change, KEY, DoorFacts.model_validate(FACTS | {"zone": "coworking", "online": True}))
    assert "porte-essai" not in sofia.get(page).text, "it does not run yet"
    bed.house.is_at("2026-11-24T09:10")
    bed.reboot("boot-002")
    assert "Ouvrir : Essai" in plain(sofia.get(page).text)
    assert sofia.submit(f"{page}/porte/{KEY}", {}).status_code == 303
    bed.exchange()
    assert (bed.last().origin, bed.pins.pulses) == ("reservation", 1)
    assert "débloquée" in sofia.get(page).text
    thomas.get("/mes-reservations")
    assert thomas.submit(f"{page}/porte/{KEY}", {}).status_code == 404
    assert sofia.submit(f"{page}/porte/porte-fablab", {}).status_code == 404
    for _ in range(ONLINE_TRIES - 1):
        assert sofia.submit(f"{page}/porte/{KEY}", {}).status_code == 303
    often = sofia.submit(f"{page}/porte/{KEY}", {})
    assert (often.status_code, "Attendez dix minutes" in often.text) == (422, True)
    bed.house.is_at("2026-11-24T10:05")
    assert sofia.submit(f"{page}/porte/{KEY}", {}).status_code == 404, "it is over"
    lucie = browser(bed, FAB_MANAGER)
    assert lucie.get(LIST).status_code == 200
