"""« À régler » : what people owe for what was made, until it is paid or waived."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Refused
from tierslieu.basics.ids import read
from tierslieu.fablab.requests import dues
from tierslieu.fablab.requests.again import shown
from tierslieu.fablab.requests.lists import due_lines
from tierslieu.fablab.requests.rights import SETTLE
from tierslieu.fablab.requests.schemas import Waive
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, read_form, words
from tierslieu.http.telling import ReasonLine, done, field_errors, told

HOME = "/fablab/a-regler"


class DuePages(Controller):
    """/fablab/a-regler."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(SETTLE))
    async def open(self, request: AnyRequest) -> Response[bytes]:
        """All that is due, oldest first."""
        return await _page(request)

    @post("/{id:str}/regle", opt=allow(SETTLE))
    async def settle(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It was paid."""
        await read_form(request)
        try:
            await house(request).db.write(dues.settle, read(id), by=actor(request))
        except Refused as error:
            return await _page(request, reasons=told(words(request), error))
        return done(HOME, "settled")

    @post("/{id:str}/offert", opt=allow(SETTLE))
    async def waive(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It need not be paid."""
        form = await read_form(request)
        try:
            wish = check(Waive, {"reason": form.get("reason", "")})
            await house(request).db.write(dues.waive, read(id), wish.reason, by=actor(request))
        except FormErrors as error:
            errors = {f"reason-{id}": text for text in field_errors(words(request), error).values()}
            return await _page(request, {f"reason-{id}": form.get("reason", "")}, errors)
        except Refused as error:
            return await _page(request, reasons=told(words(request), error))
        return done(HOME, "waived")


async def _page(
    request: AnyRequest,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    found = await house(request).db.read(due_lines, words(request))
    return shown(request, "requests/dues.html", {"found": found}, typed, errors, reasons)
