"""Somebody came in, or failed to: the session, the note for their own eyes, the browser remembered, staff warned."""

from typing import Any, Final

from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from tierslieu.basics.zone import Zone
from tierslieu.http.words import _, spoken
from tierslieu.infra.statements import Query, columns, insert_into, insert_or_nothing, table_of
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.roles.rules import is_staff
from tierslieu.people.signin.actions import open_session
from tierslieu.people.signin.queries import account
from tierslieu.people.signin.rules import DAY
from tierslieu.people.signin.schemas import SessionView, Way
from tierslieu.people.signin.tables import KnownBrowser, SignInNote

NOTE_REFUSED: Final = "people.note_refused_sign_in"
DONE: Final = "done"
FORGET_BROWSER: Final = 366 * DAY

k, n = columns(KnownBrowser), columns(SignInNote)
ADD_NOTE: Query[Any] = Query(insert_into(SignInNote))
ADD_BROWSER = insert_or_nothing(KnownBrowser)
BROWSER_SEEN: Query[Any] = Query(
    update(table_of(KnownBrowser))
    .where(k.person_id == bindparam("person"), k.browser_sha256 == bindparam("browser"))
    .values(seen_at=bindparam("now"))
)
BROWSERS: Query[tuple[int]] = Query(
    select(func.count()).select_from(KnownBrowser).where(k.person_id == bindparam("person"))
)
FORGET_ALL: Query[Any] = Query(delete(table_of(KnownBrowser)).where(k.person_id == bindparam("person")))
OLD_BROWSERS: Query[Any] = Query(
    delete(table_of(KnownBrowser)).where(k.seen_at < bindparam("before", type_=BigInteger()))
)
OLD_NOTES: Query[Any] = Query(
    delete(table_of(SignInNote)).where(
        n.id.in_(select(n.id).where(n.at < bindparam("before", type_=BigInteger())).limit(bindparam("count")))
    )
)


def welcome(
    tx: Tx, person_id: int, roles: str, way: Way, *, former: str | None = None, zone: Zone | None = None
) -> SessionView:
    """Open the session of somebody who proved who they are; note it, and know their browser again next time.

    With a `zone`, staff are told by mail when the browser is a new one.
    """
    view = open_session(
        tx,
        person_id,
        roles,
        former,
        kind=way.kind,
        method=way.method,
        strength=way.strength,
        label=way.label,
    )
    note(tx, person_id, way.method, DONE, way.label)
    if way.browser and way.kind == "browser":
        is_first = _count(tx, person_id) == 0
        is_new = _remember(tx, person_id, way)
        if is_new and not is_first and zone is not None and is_staff(roles.split(",")):
            warn(tx, person_id, zone)
    return view


def note(tx: Tx, person_id: int, method: str, outcome: str, label: str) -> None:
    """Write down a sign-in, good or not, for the person to see."""
    tx.run(ADD_NOTE, id=tx.new_id(), person_id=person_id, at=tx.now, method=method, outcome=outcome, label=label[:60])


def refused(tx: Tx, email: str, way: Way, outcome: str) -> None:
    """Somebody failed. Whose account it was is looked up later, so that the answer takes as long for every address."""
    tx.later(NOTE_REFUSED, {"email": email, "method": way.method, "outcome": outcome, "label": way.label})


def note_refused(tx: Tx, payload: Any) -> None:
    """The job behind `refused`."""
    found = account(tx, payload["email"])
    if found is not None:
        note(tx, found.id, payload["method"], payload["outcome"], payload["label"])


def warn(tx: Tx, person_id: int, zone: Zone) -> None:
    """Tell a member of staff that somebody signed in as them from a browser they never used."""
    person = known(tx, person_id)
    if person is None:
        return
    words = spoken(person.locale, zone)
    lines = (
        words.text(_("Bonjour {name},"), name=person.first_name),
        words.text(
            _("Votre compte vient de s’ouvrir dans un navigateur nouveau, {moment}."), moment=words.moment(tx.now)
        ),
        words.text(_("C’était vous ? Vous n’avez rien à faire.")),
        words.text(_("Ce n’était pas vous ? Appelez l’accueil tout de suite, ou fermez toutes vos sessions :")),
        words.text(_("« Mon espace », puis « Connexion et sécurité ».")),
    )
    subject = words.text(_("Nouveau navigateur sur votre compte"))
    post(tx, person_id, Notice("new_browser", subject, "\n\n".join(lines) + "\n", is_asked=True))


def forget_browsers(tx: Tx, person_id: int) -> None:
    """No browser of this person is a known one any more."""
    tx.run(FORGET_ALL, person=person_id)


def remove_notes(tx: Tx, before: int, count: int) -> int:
    """Remove at most `count` notes older than an instant. Returns how many."""
    return tx.run(OLD_NOTES, before=before, count=count)


def tidy_browsers(tx: Tx, _payload: object) -> None:
    """Forget the browsers that nobody used for a year."""
    tx.run(OLD_BROWSERS, before=tx.now - FORGET_BROWSER)


def _remember(tx: Tx, person_id: int, way: Way) -> bool:
    fresh = tx.run(
        ADD_BROWSER,
        id=tx.new_id(),
        person_id=person_id,
        browser_sha256=way.browser,
        label=way.label[:60],
        created_at=tx.now,
        seen_at=tx.now,
    )
    if not fresh:
        tx.run(BROWSER_SEEN, person=person_id, browser=way.browser, now=tx.now)
    return bool(fresh)


def _count(reader: Reader, person_id: int) -> int:
    found = reader.row(BROWSERS, person=person_id)
    return found[0] if found else 0
