"""Staff mode by passkey: a key of the team, at this kiosk, once, within a minute; all else is one refusal."""

import json
import re
from typing import Any

from tests.access.doors import person_id
from tests.access.kiosk.test_staff_mode import TEAM, acts
from tests.people.pins.kiosks import at_kiosk
from tests.people.signin.post_box import HOME, browser
from tests.people.signin.soft_key import PRESENT, SoftKey
from tests.people.signin.soft_key import text as text_of
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tierslieu.infra.transaction import Tx
from tierslieu.people.pins.rules import PER_KIOSK
from tierslieu.people.signin import passkeys

KEY = f"{TEAM}/cle"


def made_for(tx: Tx, person: int, key: SoftKey) -> None:
    """A person has this key, as if they had made it in their own space."""
    fresh = passkeys.challenge(tx, "their browser", "their home", person)
    answer = passkeys.read_answer(key.make({"challenge": text_of(fresh)}))
    passkeys.add(tx, person, passkeys.judge_made(answer, passkeys.Place(key.party, key.origin)), "Ma clé")


def key_of(house: HouseUnderTest, email: str) -> SoftKey:
    """A new key of a person."""
    key = SoftKey()
    house.write(made_for, person_id(house, email), key)
    return key


def here(house: HouseUnderTest, name: str = "Entrée") -> Browser:
    """A kiosk that comes by the name of the house, its page for staff open."""
    kiosk = at_kiosk(house, name)
    kiosk.headers["host"] = HOME
    assert "Avec ma clé" in kiosk.get(f"{TEAM}/entrer").text
    return kiosk


def asked(kiosk: Browser) -> dict[str, Any]:
    """What the kiosk gets to ask for a key."""
    answer = kiosk.submit(f"{KEY}/defi", {})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shape(kiosk: Browser, answer: str) -> tuple[int, str]:
    """The status and the page that an answer gets, without its token."""
    said = kiosk.submit(KEY, {"answer": answer})
    return said.status_code, re.sub(r'value="[^"]*"', "", said.text)


def test_a_key_of_the_team_opens_the_same_minute_under_its_own_name(nugue: HouseUnderTest) -> None:
    kiosk, key = here(nugue), key_of(nugue, RECEPTION)
    options = asked(kiosk)
    assert options["userVerification"] == "required"
    assert options.get("allowCredentials", []) == []
    answer = key.use(options)
    opened = kiosk.submit(KEY, {"answer": answer})
    assert (opened.status_code, opened.headers["location"]) == (303, TEAM)
    assert "Bonjour Claire" in kiosk.get(TEAM).text
    by, _act, facts = next(one for one in acts(nugue) if one[1] == "access.staff_at_kiosk")
    assert by == f"person:{person_id(nugue, RECEPTION):x}"
    assert json.loads(facts)["way"] == "passkey"
    nugue.clock.instant += 61
    assert "Trouver" not in kiosk.get(TEAM).text
    assert shape(kiosk, answer)[0] == 422


def test_whatever_is_wrong_is_one_refusal(quick_nugue: HouseUnderTest) -> None:
    kiosk, other = here(quick_nugue), here(quick_nugue, "Atelier")
    claire, sofia = key_of(quick_nugue, RECEPTION), key_of(quick_nugue, MEMBER)
    person = browser(quick_nugue)
    person.get("/connexion")
    theirs = person.submit("/connexion/cle/defi", {}).json()
    unseen = SoftKey(id=claire.id, key=claire.key, flags=PRESENT)
    late = claire.use(asked(kiosk))
    quick_nugue.clock.instant += 60
    said = [
        shape(kiosk, answer)
        for answer in (
            late,
            sofia.use(asked(kiosk)),
            SoftKey().use(asked(kiosk)),
            unseen.use(asked(kiosk)),
            claire.use(asked(other)),
            claire.use(theirs),
            "{}",
            "",
        )
    ]
    assert {status for status, _text in said} == {422}
    assert len(set(said)) == 1
    assert "n’a pas été acceptée" in said[0][1]
    person.get("/connexion")
    assert person.submit("/connexion/cle", {"answer": claire.use(asked(kiosk))}).status_code == 422
    assert shape(kiosk, claire.use(asked(kiosk)))[0] == 303


def test_wrong_keys_are_slowed_at_this_kiosk_and_none_is_offered_without_a_name(quick_nugue: HouseUnderTest) -> None:
    kiosk, claire = here(quick_nugue), key_of(quick_nugue, RECEPTION)
    for _turn in range(PER_KIOSK):
        assert shape(kiosk, "{}")[0] == 422
    assert shape(kiosk, claire.use(asked(kiosk)))[0] == 403
    other = here(quick_nugue, "Atelier")
    assert shape(other, claire.use(asked(other)))[0] == 303
    del other.headers["host"]
    assert "Avec ma clé" not in other.get(f"{TEAM}/entrer").text
    assert quick_nugue.stranger.post(f"{KEY}/defi").status_code in (303, 401, 403)
