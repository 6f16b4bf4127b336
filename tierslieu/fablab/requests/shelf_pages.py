"""« Pièces à retirer » : the shelf, its labels, and who took what."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Invalid, NotFound, Refused
from tierslieu.fablab.requests import papers, queries, shelving
from tierslieu.fablab.requests.again import shown
from tierslieu.fablab.requests.lists import on_shelf
from tierslieu.fablab.requests.rights import HAND_OVER
from tierslieu.fablab.requests.schemas import HandOver, NewShelf, Place
from tierslieu.fablab.requests.showing import job_of, job_page, number_of
from tierslieu.fablab.requests.wording import RECEIVERS
from tierslieu.fablab.rules import JobNow
from tierslieu.http import prints
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import Tag, house_address, print_tags
from tierslieu.http.pages import AnyRequest, FormErrors, check, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, done, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader

HOME = "/fablab/retraits"


class ShelfPages(Controller):
    """/fablab/retraits."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(HAND_OVER))
    async def waiting(self, request: AnyRequest, numero: FromQuery[str] = "") -> Response[Any]:
        """All that waits, oldest first; a number that was typed or scanned leads to its page, a shelf to its things."""
        if numero.strip():
            try:
                found = await house(request).db.read(job_of, actor(request), number_of(_last(numero)))
            except NotFound as error:
                errors = {"numero": told(words(request), error)[0].text}
                return await _list_page(request, {"numero": numero}, errors)
            return see_other(f"{HOME}/J{found.number:06d}")
        return await _list_page(request)

    @get("/etageres.pdf", opt=allow(HAND_OVER))
    async def print_shelves(self, request: AnyRequest) -> Response[bytes]:
        """Labels of the places, or of those named in the address: their code shows what lies there."""
        wanted, base = set(request.query_params.getall("etagere", [])), house_address(request)
        spoken = words(request)
        hint = spoken.text(_("Scannez pour voir ce qui attend ici."))
        shelves = [one for one in await house(request).db.read(queries.shelves) if one.is_used]
        tags = [
            Tag(one.code, f"{base}{HOME}?etagere={one.code}", hint, one.name)
            for one in shelves
            if not wanted or one.code in wanted
        ]
        return await print_tags(request, spoken.text(_("Étagères de retrait")), tags, "etageres")

    @post("/etageres", opt=allow(HAND_OVER))
    async def add_shelf(self, request: AnyRequest) -> Response[Any]:
        """A new place."""
        form = await read_form(request)
        try:
            wish = check(NewShelf, {"code": form.get("code", "").strip().upper(), "name": form.get("name", "")})
            await house(request).db.write(shelving.add_shelf, wish.code, wish.name, by=actor(request))
        except FormErrors as error:
            return await _list_page(request, form, field_errors(words(request), error))
        except Refused as error:
            return await _list_page(request, form, reasons=told(words(request), error))
        return done(HOME, "saved")

    @post("/etageres/{code:str}/fermer", opt=allow(HAND_OVER))
    async def give_up_shelf(self, request: AnyRequest, code: FromPath[str]) -> Response[Any]:
        """A place is not used any more."""
        await read_form(request)
        await house(request).db.write(shelving.give_up_shelf, code, by=actor(request))
        return done(HOME, "saved")

    @get("/{number:str}", opt=allow(HAND_OVER))
    async def one(self, request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
        """One thing: where it lies, to whom it goes."""
        return await _one_page(request, number)

    @post("/{number:str}/ranger", opt=allow(HAND_OVER))
    async def shelve(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Lay it there."""
        form = await read_form(request)
        return await _change(request, number, form, "shelved", Place, lambda wish: (shelving.shelve, wish.shelf))

    @post("/{number:str}/remis", opt=allow(HAND_OVER))
    async def hand_over(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Somebody took it."""
        form = await read_form(request)
        return await _change(
            request, number, form, "collected", HandOver, lambda wish: (shelving.collect, wish.to, wish.note)
        )

    @post("/{number:str}/jeter", opt=allow(HAND_OVER))
    async def throw_away(self, request: AnyRequest, number: FromPath[str]) -> Response[Any]:
        """Nobody came for it."""
        await read_form(request)
        return await _change(request, number, {}, "gone", HandOver, lambda _wish: (shelving.throw_away,))

    @get("/{number:str}/etiquette.pdf", opt=allow(HAND_OVER))
    async def label(self, request: AnyRequest, number: FromPath[str]) -> Response[bytes]:
        """Its label: number and code, no name."""
        view = await house(request).db.read(job_page, actor(request), number_of(number), words(request))
        return prints.answer(papers.label(request, view), view.number)


def printable(reader: Reader, _spoken: Words, _who: Actor) -> list[tuple[str, str]]:
    """The places whose labels one may print: code and name."""
    return [(one.code, f"{one.code} {one.name}".strip()) for one in queries.shelves(reader) if one.is_used]


def _last(text: str) -> str:
    """A scanned code is an address: the number is its last part."""
    return text.strip().rstrip("/").rpartition("/")[2]


async def _change(
    request: AnyRequest, number: str, form: dict[str, str], code: str, model: type[Any], act: Any
) -> Response[Any]:
    """Do what the form says, or show the page again with what is wrong."""
    home, who, spoken = house(request), actor(request), words(request)
    one: JobNow = await home.db.read(job_of, who, number_of(number))
    try:
        wish = check(model, {name: text for name, text in form.items() if name in model.model_fields})
        action, *args = act(wish)
        await home.db.write(action, one.id, *args, by=who)
    except Invalid as error:
        return await _one_page(request, number, form, field_errors(spoken, error))
    except (Refused, Conflict) as error:
        return await _one_page(request, number, form, reasons=told(spoken, error))
    return done(f"{HOME}/J{one.number:06d}", code)


async def _list_page(
    request: AnyRequest,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    home, spoken = house(request), words(request)
    shelf = request.query_params.get("etagere", "")[:12]

    def load(reader: Reader) -> dict[str, Any]:
        shelves = [one for one in queries.shelves(reader) if one.is_used]
        found = on_shelf(reader, spoken, shelving.patience(home))
        return {"found": [one for one in found if shelf in ("", one.shelf)], "shelves": shelves, "shelf": shelf}

    context = await home.db.read(load)
    return shown(request, "requests/shelf.html", context, typed, errors, reasons)


async def _one_page(
    request: AnyRequest,
    number: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    who, spoken, form = actor(request), words(request), typed or {}

    def load(reader: Reader) -> dict[str, Any]:
        view = job_page(reader, who, number_of(number), spoken)
        one = queries.job_by_number(reader, number_of(number))
        item = queries.kept(reader, one.id)
        lies = form.get("shelf", "")
        codes = {shelf.id: shelf.code for shelf in queries.shelves(reader) if shelf.is_used}
        here = lies or (codes.get(item.shelf_id or 0, "") if item else "")
        names = [Choice("", spoken.text(_("à l’accueil")), not here)]
        return {
            "view": view,
            "can_shelve": one.state == "done" and (item is None or item.state == "waiting"),
            "can_throw": item is not None and item.state == "waiting" and bool(item.warned_at),
            "shelves": [*names, *(Choice(code, code, code == here) for code in codes.values())],
            "receivers": [Choice(code, spoken.text(text), code == form.get("to")) for code, text in RECEIVERS.items()],
        }

    context = await house(request).db.read(load)
    return shown(request, "requests/hand_over.html", context, form, errors, reasons)
