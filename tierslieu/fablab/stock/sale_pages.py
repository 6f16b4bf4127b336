"""Sales: what everybody owes, one's own purchases, selling to somebody at the desk."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.fablab.stock import queries, selling, wording
from tierslieu.fablab.stock.actions import SEE, TAKE
from tierslieu.fablab.stock.sale_views import SaleLine, sale_lines
from tierslieu.fablab.stock.schemas import Waiver
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader


class SalePages(Controller):
    """/fablab/ventes and /fablab/mes-achats."""

    path = "/fablab"
    include_in_schema = False

    @get("/mes-achats", opt=allow(TAKE))
    async def mine(self, request: AnyRequest) -> Response[bytes]:
        """What one took, and what is still to be paid."""
        spoken, person_id = words(request), actor(request).person_id or 0

        def load(reader: Reader) -> tuple[list[SaleLine], int]:
            found = queries.sales_of(reader, person_id)
            return sale_lines(reader, found, spoken, is_staff=False), sum(s.cents for s in found if s.state == "due")

        lines, due = await house(request).db.read(load)
        return page(request, "stock/mine.html", lines=lines, due=spoken.money(due) if due else "", done=_done(request))

    @get("/ventes", opt=allow(SEE))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """What everybody owes."""
        return await _due(request)

    @post("/ventes/{id:str}/regler", opt=allow(SEE))
    async def settle(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Paid at the desk."""
        await read_form(request)
        return await _close(request, selling.settle, read(id))

    @post("/ventes/{id:str}/rendre", opt=allow(SEE))
    async def take_back(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """The material came back."""
        await read_form(request)
        return await _close(request, selling.take_back, read(id))

    @post("/ventes/{id:str}/offrir", opt=allow(SEE))
    async def waive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Nothing to pay, for a reason."""
        form = await read_form(request)
        try:
            wish = check(Waiver, form)
        except Invalid as error:
            errors = {f"reason-{id}": text for text in field_errors(words(request), error).values()}
            return await _due(request, errors, {f"reason-{id}": form.get("reason", "")})
        return await _close(request, selling.waive, read(id), wish.reason)


async def _close(request: AnyRequest, action: Any, *args: object) -> Response[Any]:
    try:
        await house(request).db.write(action, *args, by=actor(request))
    except Refused as error:
        return await _due(request, reasons=told(words(request), error))
    return done("/fablab/ventes", "closed")


async def _due(
    request: AnyRequest,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken = words(request)

    def load(reader: Reader) -> list[SaleLine]:
        return sale_lines(reader, queries.due(reader), spoken, is_staff=True)

    lines = await house(request).db.read(load)
    context: dict[str, Any] = {"errors": errors or {}, "typed": typed or {}, "reasons": reasons or []}
    status = 422 if errors or reasons else 200
    return page(request, "stock/sales.html", status, lines=lines, done=_done(request), **context)


def _done(request: AnyRequest) -> str:
    return done_text(request, wording.DONE)


class PersonPart:
    """What a person took, on their page and in their own space."""

    def __init__(self, lines: list[SaleLine], due: str) -> None:
        self.lines, self.due = lines, due


def person_part(reader: Reader, spoken: Words, person_id: int) -> PersonPart | None:
    """The last purchases; nothing for who took nothing."""
    found = queries.sales_of(reader, person_id)
    if not found:
        return None
    due = sum(one.cents for one in found if one.state == "due")
    return PersonPart(sale_lines(reader, found[:8], spoken, is_staff=False), spoken.money(due) if due else "")
