"""What the tests of sign-in share: a browser at our own address, and the letters that the house sent."""

import re
from typing import NamedTuple

from tests.support.browsers import Browser
from tests.support.clients import MEMBER, HouseUnderTest
from tests.support.inside import run_jobs

HOME = "localhost:8080"
LINK = re.compile(r"http://localhost:8080(/connexion/lien/[\w-]+)")
CODE = re.compile(r"page restée ouverte\s*: (\w{3} \w{3})")
SECURITY = "/mon-espace/connexion"


class Mail(NamedTuple):
    """A letter with a way in."""

    to: str
    path: str
    code: str
    text: str


def browser(house: HouseUnderTest, **headers: str) -> Browser:
    """A browser that came by our own address, without proxy."""
    return Browser(house, host=HOME, **headers)


def letters(house: HouseUnderTest) -> list[Mail]:
    """All letters with a way in, the oldest first."""
    run_jobs(house)
    found = []
    for letter in house.house.mail.letters:  # type: ignore[attr-defined]
        path, code = LINK.search(letter.text), CODE.search(letter.text)
        if path or code:
            found.append(Mail(letter.to, path[1] if path else "", code[1] if code else "", letter.text))
    return found


def subjects(house: HouseUnderTest) -> list[str]:
    """The subjects of all letters."""
    run_jobs(house)
    return [letter.subject for letter in house.house.mail.letters]  # type: ignore[attr-defined]


def ask(who: Browser, email: str = MEMBER, target: str = "/") -> int:
    """Ask for a link; the status of the answer."""
    who.get("/connexion")
    return who.submit("/connexion/lien", {"email": email, "next": target}).status_code


def is_signed_in(who: Browser) -> bool:
    """True when the browser may see a member's page."""
    return who.get("/mes-reservations").status_code == 200
