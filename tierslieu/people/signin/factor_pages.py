"""The second factor at sign-in, its first set-up, and the proof that is asked for again before delicate acts."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from tierslieu.basics.errors import Forbidden, Invalid
from tierslieu.http.codes import qr_drawing
from tierslieu.http.guards import SecondFactorFirst, SignInFirst, actor, allow, house, require_recent_proof
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.roles.rules import is_staff
from tierslieu.people.signin import arrivals, factors, passwords, queries, throttle
from tierslieu.people.signin.cookies import (
    browser_cookies,
    safe_target,
    session_cookie_of,
    sign_in_response,
)
from tierslieu.people.signin.origins import origin_of, relying_party
from tierslieu.people.signin.pages import told
from tierslieu.people.signin.rules import TWO_FACTORS, spaced
from tierslieu.people.signin.schemas import Account, GivenCode, GivenPassword
from tierslieu.people.signin.signing import WrongCredentials, enter, second_factor, way_of

ANYBODY = allow("people.sign_out")
GIVE, SET_UP, CODES, CONFIRM = (f"signin/{name}.html" for name in ("factor", "set_up", "codes", "confirm"))
SET_UP_PATH = "/connexion/second-facteur/activer"
NO_STORE = {"cache-control": "no-store"}


class FactorPages(Controller):
    """/connexion/second-facteur and /connexion/confirmer."""

    @get("/connexion/second-facteur", opt=ANYBODY, include_in_schema=False)
    async def ask(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[Any]:
        """Ask for the second factor; whoever has none yet sets one up, whoever needs none goes on."""
        if not actor(request).withheld:
            return see_other(safe_target(next))
        ways = await house(request).db.read(queries.ways_of, me(request))
        if not ways.has_second_factor:
            return see_other(f"{SET_UP_PATH}?next={safe_target(next)}")
        return await _ask_page(request, next)

    @post("/connexion/second-facteur", opt=ANYBODY, include_in_schema=False)
    async def give(self, request: AnyRequest) -> Response[Any]:
        """A code of the authenticator, or one on paper: the session gets a new secret and the person's full rights."""
        form = await read_form(request)
        target = safe_target(form.pop("next", "/"))
        try:
            await take_second_factor(request, check(GivenCode, form).code)
        except (Invalid, Forbidden) as error:
            return await _ask_page(request, target, error)
        found = await account(request)
        session = await enter(request, found.id, found.roles, way_of(request, "totp", TWO_FACTORS))
        return sign_in_response(request, session, target)

    @get(SET_UP_PATH, opt=ANYBODY, include_in_schema=False)
    async def show_set_up(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[Any]:
        """How to set up an authenticator; once begun: its secret, as a drawing and as text."""
        if not is_staff((await account(request)).roles.split(",")):
            return see_other("/mon-espace/connexion")
        await require_set_up(request)
        return await _set_up_page(request, next)

    @post(SET_UP_PATH, opt=ANYBODY, include_in_schema=False)
    async def begin(self, request: AnyRequest) -> Response[Any]:
        """Make a secret; it counts only after its first code."""
        form = await read_form(request)
        await require_set_up(request)
        await house(request).db.write(factors.begin, me(request), by=actor(request))
        return see_other(f"{SET_UP_PATH}?next={safe_target(form.get('next', '/'))}")

    @post("/connexion/second-facteur/essai", opt=ANYBODY, include_in_schema=False)
    async def finish(self, request: AnyRequest) -> Response[Any]:
        """The first code: from now on the authenticator counts. The codes for the day it is lost are shown once."""
        form = await read_form(request)
        target = safe_target(form.pop("next", "/"))
        await require_set_up(request)
        try:
            codes = await house(request).db.write(
                _confirm, me(request), check(GivenCode, form).code, origin_of(request), by=actor(request)
            )
            if codes is None:
                raise Invalid(factors.WRONG, {"code": factors.WRONG})
        except (Invalid, Forbidden) as error:
            return await _set_up_page(request, target, error)
        found = await account(request)
        session = await enter(request, found.id, found.roles, way_of(request, "totp", TWO_FACTORS))
        return codes_page(request, codes, target, session_cookie_of(request, session))

    @get("/connexion/confirmer", opt=ANYBODY, include_in_schema=False)
    async def ask_again(self, request: AnyRequest, next: FromQuery[str] = "/") -> Response[Any]:
        """« Confirmez que c’est bien vous »: before delicate acts."""
        return await _confirm_page(request, next)

    @post("/connexion/confirmer", opt=ANYBODY, include_in_schema=False)
    async def prove(self, request: AnyRequest) -> Response[Any]:
        """The password, or a code of the authenticator: the session gets a new secret."""
        form = await read_form(request)
        target, who = safe_target(form.pop("next", "/")), actor(request)
        try:
            if "code" in form:
                await take_second_factor(request, check(GivenCode, form).code)
                method, strength = "totp", TWO_FACTORS
            else:
                await _check_password(request, check(GivenPassword, form).password)
                method, strength = "password", who.strength
        except (Invalid, Forbidden) as error:
            return await _confirm_page(request, target, error)
        found = await account(request)
        return sign_in_response(
            request, await enter(request, found.id, found.roles, way_of(request, method, strength)), target
        )


def me(request: AnyRequest) -> int:
    """Whose session this is."""
    who = actor(request)
    if who.person_id is None:
        raise SignInFirst
    return who.person_id


async def account(request: AnyRequest) -> Account:
    """The account of whose session this is."""
    found = await house(request).db.read(queries.account_of, me(request))
    if found is None:
        raise SignInFirst
    return found


async def take_second_factor(request: AnyRequest, code: str) -> None:
    """Take a code once. Raises Invalid for a wrong one, which is counted and noted, and TooMany."""
    home, person_id = house(request), me(request)
    if not await home.db.write(second_factor, person_id, code, origin_of(request)):
        label = way_of(request, "totp").label
        await home.db.write(arrivals.note, person_id, "totp", factors.WRONG, label)
        raise Invalid(factors.WRONG, {"code": factors.WRONG})


async def require_set_up(request: AnyRequest) -> None:
    """Raise unless this session may set up a second factor: staff, proved lately, with any factor they have."""
    await require_delicate(request)
    found = await account(request)
    if not is_staff(found.roles.split(",")):
        raise Forbidden("not_allowed")


async def require_delicate(request: AnyRequest) -> None:
    """Raise unless this session may change how its person signs in: not at a kiosk, proved lately, all factors."""
    who = actor(request)
    if who.session_kind == "kiosk":
        raise Forbidden("not_allowed")
    require_recent_proof(request)
    if who.withheld and (await house(request).db.read(queries.ways_of, me(request))).has_second_factor:
        raise SecondFactorFirst


def codes_page(request: AnyRequest, codes: list[str], target: str, *cookies: Any) -> Response[Any]:
    """The recovery codes, this once."""
    answer = page(request, CODES, headers=NO_STORE, codes=[spaced(code) for code in codes], next=safe_target(target))
    answer.cookies.extend([*cookies, *browser_cookies(request)])
    return answer


def _confirm(tx: Tx, person_id: int, code: str, origin: str) -> list[str] | None:
    """The recovery codes; None for a wrong first code, which is counted."""
    tries = throttle.attempt(tx, *factors.code_limits(person_id, origin))
    codes = factors.confirm(tx, person_id, code)
    if codes is not None:
        throttle.withdraw(tx, tries)
    return codes


async def _check_password(request: AnyRequest, password: str) -> None:
    home, found = house(request), await account(request)
    limit = throttle.Limit(f"confirm:{found.id}|{origin_of(request)}", throttle.PER_ACCOUNT)
    tries = await home.db.write(throttle.attempt, limit)
    if not await passwords.matches(found.password_hash, password):
        label = way_of(request, "password").label
        await home.db.write(arrivals.note, found.id, "password", "wrong_password", label)
        raise WrongCredentials
    await home.db.write(throttle.withdraw, tries)


async def _ask_page(request: AnyRequest, target: str, error: Invalid | Forbidden | None = None) -> Response[Any]:
    home, (errors, message) = house(request), told(request, error)
    ways = await home.db.read(queries.ways_of, me(request))
    shown = await home.db.read(factors.next_code, me(request)) if home.settings.demo else ""
    return page(
        request,
        GIVE,
        422 if error else 200,
        next=safe_target(target),
        ways=ways,
        has_passkeys=bool(relying_party(request)),
        demo_code=spaced(shown, 3),
        errors=errors,
        message=message,
    )


async def _set_up_page(request: AnyRequest, target: str, error: Invalid | Forbidden | None = None) -> Response[Any]:
    home, (errors, message) = house(request), told(request, error)
    found = await home.db.read(queries.totp_of, me(request))
    if found is not None and found.confirmed_at:
        return see_other("/mon-espace/connexion")
    name = await home.db.read(_name, me(request))
    drawing = qr_drawing(factors.address_of(found, name, home.settings.venue_name)) if found else None
    return page(
        request,
        SET_UP,
        422 if error else 200,
        headers=NO_STORE,
        next=safe_target(target),
        secret=spaced(found.secret) if found else "",
        drawing=drawing,
        has_passkeys=bool(relying_party(request)),
        errors=errors,
        message=message,
    )


async def _confirm_page(request: AnyRequest, target: str, error: Invalid | Forbidden | None = None) -> Response[Any]:
    errors, message = told(request, error)
    ways = await house(request).db.read(queries.ways_of, me(request))
    return page(
        request,
        CONFIRM,
        422 if error else 200,
        next=safe_target(target),
        ways=ways,
        has_passkeys=bool(relying_party(request)),
        errors=errors,
        message=message,
    )


def _name(reader: Reader, person_id: int) -> str:
    """What an authenticator lists the account under: the first name is enough."""
    found = queries.account_of(reader, person_id)
    return found.first_name if found else ""
