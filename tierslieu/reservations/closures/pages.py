"""« Fermetures »: what is closed and why, for everybody; new, shortened and lifted by staff, with whom it displaces."""

from collections.abc import Mapping
from typing import Any, NoReturn

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, DomainError, Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, Form, FormErrors, check, page, read_form, words
from tierslieu.http.problems import status_of
from tierslieu.http.telling import done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.actions import CLOSE
from tierslieu.reservations.closures import actions, views
from tierslieu.reservations.closures.forms import ClosureForm, EndForm, end_of, span_of, tomorrow
from tierslieu.reservations.closures.schemas import Closing
from tierslieu.venue.queries import venue

PATH = "/fermetures"
DONE = {
    "closed": _("C’est fermé. Les personnes concernées sont prévenues."),
    "lifted": _("La fermeture est levée : le temps est de nouveau libre."),
    "shortened": _("La fermeture finira plus tôt : le temps gagné est de nouveau libre."),
}
FIELDS = ("place", "first", "from", "last", "to", "reason")


class Undone(Exception):
    """A transaction that was only to be looked at: carries what it would have done."""

    def __init__(self, preview: views.Preview) -> None:
        super().__init__()
        self.preview = preview


class ClosurePages(Controller):
    """/fermetures."""

    path = PATH
    include_in_schema = False

    @get("/", opt=PUBLIC)
    async def show_closures(self, request: AnyRequest) -> Response[bytes]:
        """What is closed now and later."""
        who = actor(request)
        lines = await house(request).db.read(views.closure_lines, who, words(request))
        return page(request, "closures/list.html", lines=lines, may_close=who.may(CLOSE), done=done_text(request, DONE))

    @get("/nouvelle", opt=allow(CLOSE))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """The form; an address may fill it in."""
        given = {name: request.query_params.get(name, "") for name in FIELDS}
        home = house(request)
        given["first"] = given["first"] or tomorrow(home.zone, home.clock.now())
        return await _form(request, given)

    @post("/nouvelle", opt=allow(CLOSE))
    async def look(self, request: AnyRequest) -> Response[Any]:
        """What it would change and whom it would displace. Nothing is closed yet."""
        return await _try(request, await read_form(request))

    @post("/", opt=allow(CLOSE))
    async def close(self, request: AnyRequest) -> Response[Any]:
        """Close it, when it still displaces whom the preview showed; else the preview is shown again."""
        form = await read_form(request)
        return await _try(request, form, is_sure=True)

    @get("/{id:str}", opt=allow(CLOSE))
    async def show_one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One closure and whom it displaced."""
        return await _one(request, read(id), {}, None)

    @post("/{id:str}/lever", opt=allow(CLOSE))
    async def lift(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """End it now."""
        await read_form(request)
        try:
            await house(request).db.write(actions.lift, read(id), by=actor(request))
        except Refused as error:
            return await _one(request, read(id), {}, error)
        return done(PATH, "lifted")

    @post("/{id:str}/raccourcir", opt=allow(CLOSE))
    async def shorten(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Let it end earlier."""
        home, form = house(request), await read_form(request)
        try:
            until = end_of(check(EndForm, form), home.zone, home.clock.now())
            await home.db.write(actions.shorten, read(id), until, by=actor(request))
        except (Refused, Invalid) as error:
            return await _one(request, read(id), form, error)
        return done(PATH, "shortened")


async def _try(request: AnyRequest, form: Form, *, is_sure: bool = False) -> Response[Any]:
    home, spoken, who = house(request), words(request), actor(request)
    try:
        given = check(ClosureForm, form)
        span = span_of(given, home.zone, home.clock.now())
        hold = home.settings.closures.hold_hours * 3600
        wish = Closing(given.place_name, span, given.reason, hold_seconds=hold)
        closure_id = await home.db.write(_close, wish, given.seen if is_sure else None, spoken, by=who)
    except Undone as seen:
        return await _form(request, form, preview=seen.preview, status=409 if is_sure else 200)
    except (FormErrors, Invalid, Refused, Conflict) as error:
        return await _form(request, form, error, status=status_of(error))
    return done(f"{PATH}/{show(closure_id)}", "closed")


def _close(tx: Tx, wish: Closing, seen: str | None, spoken: Words) -> int:
    """Close, unless it displaces others than were seen: then all of it is undone and shown. `seen` None: only look."""
    made = actions.close(tx, wish)
    if seen is None or views.digest(made.displaced) != seen:
        _undo(tx, made.displaced, made.kept, spoken)
    return made.closure.id


def _undo(tx: Tx, displaced: tuple[int, ...], kept: int, spoken: Words) -> NoReturn:
    raise Undone(views.preview(tx, displaced, kept, spoken))


async def _form(
    request: AnyRequest,
    typed: Mapping[str, str],
    error: DomainError | None = None,
    preview: views.Preview | None = None,
    status: int = 200,
) -> Response[bytes]:
    spoken, who = words(request), actor(request)
    here = await house(request).db.read(venue)
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    return page(
        request,
        "closures/new.html",
        status,
        typed={name: typed.get(name, "") for name in FIELDS},
        places=views.choices(here, who, typed.get("place", ""), spoken),
        errors=errors,
        reasons=told(spoken, error) if error is not None and not errors else [],
        preview=preview,
        is_changed=status == 409 and preview is not None,
    )


async def _one(
    request: AnyRequest, closure_id: int, typed: Mapping[str, str], error: DomainError | None
) -> Response[bytes]:
    spoken = words(request)
    view = await house(request).db.read(views.closure_page, closure_id, actor(request), spoken)
    errors = field_errors(spoken, error) if isinstance(error, Invalid) else {}
    return page(
        request,
        "closures/closure.html",
        status_of(error) if error is not None else 200,
        view=view,
        typed={"last": typed.get("last", view.date), "to": typed.get("to", view.clock)},
        errors=errors,
        reasons=told(spoken, error) if error is not None and not errors else [],
        done=done_text(request, DONE),
    )
