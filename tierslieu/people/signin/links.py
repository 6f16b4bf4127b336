"""Sign-in by mail: a link for the browser that asked, and a code to type there when the mail is read elsewhere.

Asking writes the same row for every address; whether somebody has it is looked up by a job, after the answer.
"""

import secrets
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, delete, select, update

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import Invalid, NotFound
from tierslieu.basics.zone import Zone
from tierslieu.http.words import _, spoken
from tierslieu.infra.house import House
from tierslieu.infra.statements import Query, columns, insert_into, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.signin import throttle
from tierslieu.people.signin.factors import random_code
from tierslieu.people.signin.queries import account
from tierslieu.people.signin.rules import CODE_LENGTH, CODE_TRIES, LINK_LIFE, normal_code, spaced
from tierslieu.people.signin.tables import SignInLink

SEND: Final = "people.send_sign_in_link"
WRONG_CODE: Final = "wrong_sign_in_code"
OVER: Final = "sign_in_link_over"

k = columns(SignInLink)
ADD: Query[Any] = Query(insert_into(SignInLink))
FILL: Query[Any] = Query(
    update(table_of(SignInLink))
    .where(k.id == bindparam("which"), k.token_sha256.is_(None), k.used_at == 0)
    .values(person_id=bindparam("person"), token_sha256=bindparam("token"), code_sha256=bindparam("code"))
)
USE: Query[Any] = Query(
    update(table_of(SignInLink))
    .where(k.id == bindparam("which"), k.used_at == 0, k.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
)
TRY: Query[Any] = Query(
    update(table_of(SignInLink))
    .where(
        k.browser_sha256 == bindparam("browser"),
        k.used_at == 0,
        k.tries <= CODE_TRIES,
        k.expires_at > bindparam("now"),
    )
    .values(tries=k.tries + 1)
)
DROP_OTHERS: Query[Any] = Query(
    delete(table_of(SignInLink)).where(k.person_id == bindparam("person"), k.id != bindparam("kept"))
)
TIDY: Query[Any] = Query(delete(table_of(SignInLink)).where(k.expires_at <= bindparam("now")))


class Link(msgspec.Struct, frozen=True):
    """A link that was asked for."""

    id: int
    person_id: int | None
    browser_sha256: str | None
    code_sha256: str | None
    target: str
    tries: int
    used_at: int
    expires_at: int

    def is_open(self, now: int) -> bool:
        """True until it was used or its time is over."""
        return self.used_at == 0 and self.expires_at > now and self.person_id is not None

    def is_for(self, browser: str) -> bool:
        """True in the browser that asked; a link that the desk sent works in any."""
        return self.browser_sha256 is None or self.browser_sha256 == browser


class Arrived(msgspec.Struct, frozen=True):
    """Somebody proved with a mail who they are."""

    person_id: int
    target: str


LINK = tuple(k[name] for name in Link.__struct_fields__)
BY_TOKEN = Query(select(*LINK).where(k.token_sha256 == bindparam("token")), into=Link)
OF_BROWSER = Query(
    select(*LINK)
    .where(k.browser_sha256 == bindparam("browser"), k.expires_at > bindparam("now"), k.used_at == 0)
    .order_by(k.id.desc())
    .limit(20),
    into=Link,
)


def ask(tx: Tx, email: str, browser: str, target: str, origin: str, base: str) -> None:
    """Somebody wants a link for an address. Raises TooMany. The same work for every address."""
    found = account(tx, email, browser)
    is_known = found is not None and found.known is not None
    throttle.attempt(tx, *throttle.link_limits(email, origin, browser if is_known else ""))
    link_id = _add(tx, browser, target)
    tx.later(SEND, {"link": link_id, "email": email, "base": base})


def ask_for(tx: Tx, person_id: int, base: str) -> None:
    """The desk sends somebody a link: it works in any browser, once, for the same short time."""
    tx.later(SEND, {"link": _add(tx, None, "/mon-espace"), "person": person_id, "base": base})


async def send(house: House, payload: Any) -> None:
    """The job: make the secrets and post the mail, when somebody has the address. Repeating it sends nothing more."""
    await house.db.write(_fill, payload, house.zone, house.settings.venue_name)


def look(reader: Reader, token: str) -> Link | None:
    """The link of a token; looking changes nothing."""
    return reader.row(BY_TOKEN, token=hashed(token))


def links_of(reader: Reader, browser: str) -> list[Link]:
    """The links this browser asked for that are neither used nor over, the newest first."""
    return reader.rows(OF_BROWSER, browser=browser, now=reader.now)


def use(tx: Tx, token: str, browser: str) -> Arrived:
    """Take the link, once, in the browser that asked. Raises Invalid."""
    found = look(tx, token)
    if found is None or not found.is_open(tx.now) or not found.is_for(browser):
        raise Invalid(OVER)
    return _arrive(tx, found)


def try_code(tx: Tx, code: str, browser: str) -> Arrived | None:
    """Take the code of the mail, typed in the browser that asked. None for a wrong one, which is counted."""
    if not tx.run(TRY, browser=browser, now=tx.now):
        return None
    given = normal_code(code)
    for link in links_of(tx, browser):
        is_right = secrets.compare_digest(link.code_sha256 or "", _stored(link.id, given))
        if is_right and link.tries <= CODE_TRIES and link.is_open(tx.now):
            return _arrive(tx, link)
    return None


def tidy(tx: Tx, _payload: object) -> None:
    """Forget the links that are over."""
    tx.run(TIDY, now=tx.now)


def _add(tx: Tx, browser: str | None, target: str) -> int:
    link_id = tx.new_id()
    tx.run(
        ADD,
        id=link_id,
        person_id=None,
        browser_sha256=browser,
        token_sha256=None,
        code_sha256=None,
        target=target,
        tries=0,
        used_at=0,
        created_at=tx.now,
        expires_at=tx.now + LINK_LIFE,
    )
    return link_id


def _fill(tx: Tx, payload: Any, zone: Zone, venue: str) -> None:
    person_id = payload.get("person")
    if person_id is None:
        found = account(tx, payload["email"])
        person_id = found.id if found else None
    if person_id is None:
        return
    link_id, token, code = payload["link"], secrets.token_urlsafe(32), random_code(CODE_LENGTH)
    if tx.run(FILL, which=link_id, person=person_id, token=hashed(token), code=_stored(link_id, code)):
        address = f"{payload['base']}/connexion/lien/{token}" if payload["base"] else ""
        post(tx, person_id, _notice(tx, person_id, address, code if "email" in payload else "", (zone, venue)))


def _notice(reader: Reader, person_id: int, address: str, code: str, place: tuple[Zone, str]) -> Notice:
    person, (zone, venue) = known(reader, person_id), place
    if person is None:
        raise NotFound("no_such_person")
    words, minutes = spoken(person.locale, zone), LINK_LIFE // 60
    lines = [words.text(_("Bonjour {name},"), name=person.first_name)]
    if address:
        lines.append(words.text(_("Pour vous connecter, ouvrez ce lien dans le navigateur où vous l’avez demandé :")))
        lines.append(address)
    if code:
        lines.append(words.text(_("Ou tapez ce code dans la page restée ouverte : {code}"), code=spaced(code, 3)))
    lines.append(words.text(_("Cela fonctionne une seule fois, pendant {minutes} minutes."), minutes=minutes))
    lines.append(words.text(_("Vous n’avez rien demandé ? Ne faites rien, et ne donnez ce message à personne.")))
    subject = words.text(_("Votre connexion : {venue}"), venue=venue)
    return Notice("sign_in_link", subject, "\n\n".join(lines) + "\n", is_asked=True, is_secret=True)


def _arrive(tx: Tx, found: Link) -> Arrived:
    if found.person_id is None or not tx.run(USE, which=found.id, now=tx.now):
        raise Invalid(OVER)
    tx.run(DROP_OTHERS, person=found.person_id, kept=found.id)
    return Arrived(found.person_id, found.target)


def _stored(link_id: int, code: str) -> str:
    """A code is short: its hash counts for one request only, for minutes, and few tries are taken."""
    return hashed(f"{link_id}:{code}")
