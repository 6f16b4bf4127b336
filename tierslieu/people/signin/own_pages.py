"""« Connexion et sécurité » in a person's own space: their ways in, their sessions, their last sign-ins."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Forbidden, Invalid, NotFound
from tierslieu.basics.ids import read as read_id
from tierslieu.basics.ids import show
from tierslieu.http.guards import RECENT, actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.queries import known
from tierslieu.people.roles.rules import is_staff
from tierslieu.people.signin import actions, changes, factors, passkeys, passwords, queries, wording
from tierslieu.people.signin.cookies import gone_session, known_browser, session_cookie_of, this_browser
from tierslieu.people.signin.factor_pages import account, codes_page, me, require_delicate
from tierslieu.people.signin.origins import origin_of, relying_party
from tierslieu.people.signin.pages import told
from tierslieu.people.signin.passkey_answers import as_json, place_of
from tierslieu.people.signin.rules import TWO_FACTORS, password_flaw
from tierslieu.people.signin.schemas import NewPasskey, NewPassword
from tierslieu.people.signin.signing import renew, way_of

ANYBODY = allow("people.sign_out")
HERE = "/mon-espace/connexion"


class SessionText(msgspec.Struct, frozen=True):
    """One open session, in words."""

    handle: str
    browser: str
    since: str
    last: str
    method: str
    is_this: bool


class PasskeyText(msgspec.Struct, frozen=True):
    """One passkey, in words."""

    id: str
    name: str
    made: str
    used: str
    is_warned: bool


class NoteText(msgspec.Struct, frozen=True):
    """One sign-in, good or failed, in words."""

    moment: str
    method: str
    outcome: str
    browser: str


class SecurityPage(msgspec.Struct, frozen=True):
    """The page. `is_recent`: the last proof is good enough for delicate acts."""

    ways: queries.Ways
    is_staff: bool
    is_recent: bool
    sessions: list[SessionText]
    passkeys: list[PasskeyText]
    notes: list[NoteText]


class SecurityPages(Controller):
    """/mon-espace/connexion."""

    path = HERE

    @get("", opt=ANYBODY, include_in_schema=False)
    async def show_page(self, request: AnyRequest) -> Response[Any]:
        """Everything about one's own sign-in."""
        return await _page(request)

    @post("/mot-de-passe", opt=ANYBODY, include_in_schema=False)
    async def set_password(self, request: AnyRequest) -> Response[Any]:
        """Set or change the password; all other sessions end."""
        form = await read_form(request)
        await require_delicate(request)
        home = house(request)
        try:
            wish = check(NewPassword, form).new_password
            person = await home.db.read(known, me(request))
            names = (person.first_name, person.last_name, (person.email or "").split("@")[0]) if person else ()
            flaw = password_flaw(wish, (*names, home.settings.venue_name, home.settings.venue_town))
            if flaw:
                raise Invalid(flaw, {"new_password": flaw})
        except Invalid as error:
            return await _page(request, error)
        fresh = await passwords.made(wish)
        await home.db.write(changes.set_password, me(request), fresh, actor(request).session, home.zone)
        return await _renewed(request, "mot-de-passe")

    @post("/mot-de-passe/retirer", opt=ANYBODY, include_in_schema=False)
    async def remove_password(self, request: AnyRequest) -> Response[Any]:
        """Do without a password."""
        await read_form(request)
        await require_delicate(request)
        try:
            await house(request).db.write(changes.remove_password, me(request))
        except Invalid as error:
            return await _page(request, error)
        return see_other(f"{HERE}#mot-de-passe")

    @post("/cle/defi", opt=ANYBODY, status_code=200, include_in_schema=False)
    async def passkey_options(self, request: AnyRequest) -> Response[Any]:
        """What the browser needs to make a passkey for this person."""
        await read_form(request)
        await require_delicate(request)
        home, place, person_id = house(request), place_of(request), me(request)
        fresh = await home.db.write(passkeys.challenge, this_browser(request), origin_of(request), person_id)
        mine = await home.db.read(queries.passkeys_of, person_id)
        name = (await account(request)).first_name
        return as_json(
            request, passkeys.options_to_make(fresh, place, home.settings.venue_name, (person_id, name), mine)
        )

    @post("/cle", opt=ANYBODY, include_in_schema=False)
    async def add_passkey(self, request: AnyRequest) -> Response[Any]:
        """Keep the passkey that the browser made. It is a second factor: the session rises with it."""
        form = await read_form(request)
        await require_delicate(request)
        home, person_id = house(request), me(request)
        try:
            wish = check(NewPasskey, form)
            answer = passkeys.read_answer(wish.answer)
            await home.db.write(passkeys.take, answer, known_browser(request), person_id)
            made = passkeys.judge_made(answer, place_of(request))
            await home.db.write(changes.add_passkey, person_id, made, wish.name, home.zone)
        except Conflict:
            return await _page(request, Invalid(passkeys.REFUSED))
        except (Invalid, Forbidden) as error:
            return await _page(request, _plain(error))
        return await _renewed(request, "cles", TWO_FACTORS)

    @post("/cle/{id:str}/retirer", opt=ANYBODY, include_in_schema=False)
    async def remove_passkey(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Forget a passkey."""
        await read_form(request)
        await require_delicate(request)
        try:
            if not await house(request).db.write(changes.remove_passkey, me(request), read_id(id)):
                raise NotFound("no_such_passkey")
        except Invalid as error:
            return await _page(request, error)
        return see_other(f"{HERE}#cles")

    @post("/codes", opt=ANYBODY, include_in_schema=False)
    async def new_codes(self, request: AnyRequest) -> Response[Any]:
        """New recovery codes; the former ones are void."""
        await read_form(request)
        await require_delicate(request)
        if not (await house(request).db.read(queries.ways_of, me(request))).has_totp:
            raise Conflict("no_second_factor_begun")
        codes = await house(request).db.write(factors.new_codes, me(request), by=actor(request))
        return codes_page(request, codes, HERE)

    @post("/application/retirer", opt=ANYBODY, include_in_schema=False)
    async def remove_authenticator(self, request: AnyRequest) -> Response[Any]:
        """Forget the authenticator, to set up another one at once."""
        await read_form(request)
        await require_delicate(request)
        await house(request).db.write(factors.remove, me(request), by=actor(request))
        return see_other(f"/connexion/second-facteur/activer?next={HERE}")

    @post("/sessions/fermer", opt=ANYBODY, include_in_schema=False)
    async def end_all(self, request: AnyRequest) -> Response[Any]:
        """Sign out everywhere, here too; no browser is a known one any more."""
        await read_form(request)
        await house(request).db.write(changes.sign_out_everywhere, me(request), by=actor(request))
        return see_other("/connexion", [gone_session(request)])

    @post("/sessions/{handle:str}/fermer", opt=ANYBODY, include_in_schema=False)
    async def end_one(self, request: AnyRequest, handle: FromPath[str]) -> Response[Any]:
        """Close one session."""
        await read_form(request)
        await house(request).db.write(actions.end_named_session, me(request), handle, by=actor(request))
        return see_other(f"{HERE}#sessions")


def _plain(error: Invalid | Forbidden) -> Invalid:
    """A refusal for the page as a whole."""
    found = Invalid(error.code)
    found.facts = error.facts
    return found


async def _renewed(request: AnyRequest, place: str, strength: int = 0) -> Response[Any]:
    """Back to the page with a new session: what it is worth has changed."""
    found = await account(request)
    way = way_of(request, "passkey" if strength else "password", max(strength, actor(request).strength))
    session = await renew(request, found.id, found.roles, way)
    return see_other(f"{HERE}#{place}", [session_cookie_of(request, session)])


async def _page(request: AnyRequest, error: Invalid | None = None) -> Response[Any]:
    home, (errors, message) = house(request), told(request, error)
    view = await home.db.read(_view, words(request), me(request), (actor(request).session, actor(request).confirmed_at))
    status = 422 if error else 200
    has_passkeys = bool(relying_party(request))
    return page(
        request, "signin/security.html", status, view=view, errors=errors, message=message, has_passkeys=has_passkeys
    )


def _view(reader: Reader, spoken: Words, person_id: int, mine: tuple[str | None, int]) -> SecurityPage:
    session, confirmed_at = mine
    found = queries.account_of(reader, person_id)
    return SecurityPage(
        ways=queries.ways_of(reader, person_id),
        is_staff=found is not None and is_staff(found.roles.split(",")),
        is_recent=confirmed_at > reader.now - RECENT,
        sessions=[_session(spoken, one, session) for one in queries.sessions_of(reader, person_id)],
        passkeys=[_passkey(spoken, one) for one in queries.passkeys_of(reader, person_id)],
        notes=[
            NoteText(
                spoken.moment(one.at),
                wording.method_text(spoken, one.method),
                wording.outcome_text(spoken, one.outcome),
                wording.browser_text(spoken, one.label),
            )
            for one in queries.notes_of(reader, person_id)
        ],
    )


def _session(spoken: Words, one: queries.SessionLine, mine: str | None) -> SessionText:
    return SessionText(
        one.handle,
        wording.browser_text(spoken, one.label, one.kind),
        spoken.moment(one.created_at),
        spoken.moment(one.seen_at),
        wording.method_text(spoken, one.method),
        one.secret_sha256 == mine,
    )


def _passkey(spoken: Words, one: queries.PasskeyLine) -> PasskeyText:
    used = spoken.moment(one.used_at) if one.used_at else ""
    return PasskeyText(show(one.id), one.name, spoken.day(one.created_at, "year"), used, one.warned_at > 0)
