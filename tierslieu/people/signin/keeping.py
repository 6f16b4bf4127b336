"""A form that arrives after its session ended is kept for its sender: they sign in again and send it with one press.

Kept only when its token was made for the ended session, in the same browser; handed back only to the same person
in that browser, on a page that asks first. What is secret in it (passwords, codes) is not kept.
"""

from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Controller, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from sqlalchemy import bindparam, delete, select

from tierslieu.basics.digest import hashed
from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.http import csrf
from tierslieu.http.guards import Connection, actor, allow, house
from tierslieu.http.middleware import FORMS, media_type, read_cookies, session_cookie
from tierslieu.http.pages import page
from tierslieu.infra.statements import Query, columns, insert_into, table_of, to_json
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.signin.cookies import known_browser
from tierslieu.people.signin.tables import KeptForm, Session

KEPT_FOR: Final = 30 * 60
LARGEST: Final = 100_000
SECRET: Final = ("password", "code", "answer", "pin", "secret")
NOT_KEPT: Final = ("/connexion", "/deconnexion", "/mon-espace/connexion")

f, s = columns(KeptForm), columns(Session)
LAPSED: Query[tuple[int]] = Query(
    select(s.person_id).where(s.secret_sha256 == bindparam("secret"), s.expires_at <= bindparam("now"))
)
ADD: Query[Any] = Query(insert_into(KeptForm))
DROP: Query[Any] = Query(delete(table_of(KeptForm)).where(f.browser_sha256 == bindparam("browser")))
TIDY: Query[Any] = Query(delete(table_of(KeptForm)).where(f.expires_at <= bindparam("now")))


class Kept(msgspec.Struct, frozen=True):
    """A form as it was sent."""

    path: str
    fields: str


FIND = Query(
    select(f.path, f.fields).where(
        f.id == bindparam("id"),
        f.person_id == bindparam("person"),
        f.browser_sha256 == bindparam("browser"),
        f.expires_at > bindparam("now"),
    ),
    into=Kept,
)


class KeptFormPages(Controller):
    """/connexion/reprise."""

    @get("/connexion/reprise/{id:str}", opt=allow("people.sign_out"), include_in_schema=False)
    async def resume(self, request: Request[Any, Any, State], id: FromPath[str]) -> Response[Any]:
        """« Vous aviez envoyé un formulaire »: a button sends it again, from here."""
        found = await house(request).db.read(_find, read_id(id), actor(request).person_id, known_browser(request))
        fields = msgspec.json.decode(found.fields, type=dict[str, str])
        return page(request, "signin/resume.html", action=found.path, fields=fields)


async def keep(connection: Connection) -> str:
    """Keep the form of a request whose session is over. Returns where to resume, "" when there is nothing to keep."""
    secret = read_cookies(connection.headers.get("cookie", "")).get(session_cookie(house(connection)), "")
    browser, path = known_browser(connection), connection.url.path
    is_form = isinstance(connection, Request) and media_type(connection.headers) == FORMS[0]
    if not (secret and browser and is_form) or path.startswith(NOT_KEPT):
        return ""
    fields = await _fields(connection)
    if not csrf.is_for(connection, hashed(secret), fields.pop("_csrf", "")):
        return ""
    plain = {name: value for name, value in fields.items() if not any(word in name for word in SECRET)}
    found = await house(connection).db.write(_keep, hashed(secret), browser, path, plain)
    return f"/connexion/reprise/{show(found)}" if found is not None else ""


def tidy(tx: Tx, _payload: object) -> None:
    """Forget the forms that nobody came back for."""
    tx.run(TIDY, now=tx.now)


async def _fields(connection: Any) -> dict[str, str]:
    body: bytes = await connection.body()
    if len(body) > LARGEST:
        return {}
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200))
    except ValueError:
        return {}


def _keep(tx: Tx, secret_sha256: str, browser: str, path: str, fields: dict[str, str]) -> int | None:
    lapsed = tx.row(LAPSED, secret=secret_sha256, now=tx.now)
    if lapsed is None:
        return None
    tx.run(DROP, browser=browser)
    form_id = tx.new_id()
    tx.run(
        ADD,
        id=form_id,
        person_id=lapsed[0],
        browser_sha256=browser,
        path=path,
        fields=to_json(fields),
        expires_at=tx.now + KEPT_FOR,
    )
    return form_id


def _find(reader: Reader, form_id: int, person_id: int | None, browser: str) -> Kept:
    found = reader.row(FIND, id=form_id, person=person_id, browser=browser, now=reader.now) if browser else None
    if found is None:
        raise NotFound("no_such_form")
    return found
