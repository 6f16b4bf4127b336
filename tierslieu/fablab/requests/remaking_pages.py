"""« Refaire » on the page of a job that is over: staff queue it once more, or are told which limit is in the way."""

from typing import Any

from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Refused
from tierslieu.basics.ids import read
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.queue.pages import job_page
from tierslieu.fablab.requests.remaking import make_again
from tierslieu.fablab.requests.schemas import Remake
from tierslieu.fablab.requests.wording import LIMITS, passes
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, read_form, words
from tierslieu.http.telling import done, field_errors, told


class RemakingPages(Controller):
    """/fablab/travaux/{id}/refaire."""

    path = "/fablab/travaux"
    include_in_schema = False

    @post("/{id:str}/refaire", opt=allow(RUN))
    async def make_again(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Make once more what was made before."""
        form, spoken = await read_form(request), words(request)
        typed = {name: form[name] for name in ("quantity", "exception") if name in form}
        try:
            wish = check(Remake, typed)
            await house(request).db.write(make_again, read(id), wish.quantity, wish.exception, by=actor(request))
        except FormErrors as error:
            return await job_page(request, id, 422, errors=field_errors(spoken, error), typed=typed)
        except (Refused, Conflict) as error:
            reasons = told(spoken, error)
            why = passes(spoken, "") if any(one.code in LIMITS for one in reasons) else []
            return await job_page(request, id, 422, reasons=reasons, typed=typed, passes=why)
        return done(f"/fablab/file/{id}", "remade")
