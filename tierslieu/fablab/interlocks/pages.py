"""The pages of one's time at a machine: unlock, go on, end, report. All of it works without JavaScript."""

from collections.abc import Callable
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, NotFound, Refused
from tierslieu.fablab import queries as machines
from tierslieu.fablab.actions import MEND, REPORT
from tierslieu.fablab.interlocks import actions, companions, wording
from tierslieu.fablab.interlocks.actions import UNLOCK, Wish
from tierslieu.fablab.interlocks.schemas import Begin, Finish, Join, Longer, NewSession, Oops
from tierslieu.fablab.interlocks.screens import SessionPart, session_part
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import acted_for
from tierslieu.people.persons.correcting import SEE
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.searching import as_read, named


def wish_of(sent: Begin | NewSession, person_id: int) -> Wish:
    """What was sent, for this person."""
    return Wish(
        person_id=person_id,
        minutes=sent.minutes,
        exception=sent.exception,
        is_tidy=sent.tidy,
        is_takeover=sent.takeover,
    )


async def session_page(
    request: AnyRequest,
    key: str,
    template: str = "fablab/session.html",
    status: int = 200,
    *,
    reasons: list[ReasonLine] | None = None,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    pour: str = "",
) -> Response[bytes]:
    """The page of a machine's lock, or its moving part. Raises NotFound for a machine without terminal."""
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> SessionPart | None:
        return session_part(reader, spoken, key, who, acted_for(reader, who, pour, SEE))

    part = await house(request).db.read(load)
    if part is None:
        raise NotFound("no_terminal")
    context: dict[str, Any] = {"reasons": reasons or [], "errors": errors or {}, "typed": typed or {}}
    return page(request, template, status, part=part, done=done_text(request, wording.DONE), **context)


class SessionPages(Controller):
    """/fablab/machines/{key}/session."""

    path = "/fablab/machines/{key:str}/session"
    include_in_schema = False

    @get("", opt=PUBLIC)
    async def show(self, request: AnyRequest, key: FromPath[str], pour: FromQuery[str] = "") -> Response[bytes]:
        """The lock, and what one may do."""
        return await session_page(request, key, pour=pour)

    @get("/etat", opt=PUBLIC)
    async def state(self, request: AnyRequest, key: FromPath[str], pour: FromQuery[str] = "") -> Response[bytes]:
        """What moves of it."""
        return await session_page(request, key, "fablab/_session.html", pour=pour)

    @get("/pour", opt=allow(SEE))
    async def find_person(self, request: AnyRequest, key: FromPath[str], q: FromQuery[str] = "") -> Response[bytes]:
        """For whom to unlock: found by the beginnings of their names, by their address or their phone."""
        typed = as_read(q)
        machine, people = await house(request).db.read(
            lambda reader: (machines.machine(reader, key), named(reader, typed))
        )
        if typed:
            note_search(request, "machines", len(people))
        return page(request, "fablab/session_for.html", machine=machine, typed=typed, people=people)

    @post("/ouvrir", opt=allow(UNLOCK))
    async def begin(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Unlock for oneself, staff for anybody; they say why when something is missing."""
        wish, who = check(Begin, await read_form(request)), actor(request)
        acting = await house(request).db.read(acted_for, who, wish.pour, SEE)
        whom = acting.person_id if acting else who.person_id or 0
        asked = wish_of(wish, whom)
        return await _change(request, key, _begun, companions.begin, asked, pour=wish.pour)

    @post("/avec", opt=allow(UNLOCK))
    async def join(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """« Je suis avec … »: the second person of a machine where nobody may be alone."""
        wish = check(Join, await read_form(request))
        return await _change(request, key, "asked", companions.join, wish.since)

    @post("/renoncer", opt=allow(UNLOCK))
    async def withdraw(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Wait for a second person no longer."""
        await read_form(request)
        return await _change(request, key, "second_withdrawn", companions.withdraw)

    @post("/partir", opt=allow(UNLOCK))
    async def leave(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """« Je pars »: the second person goes."""
        await read_form(request)
        return await _change(request, key, "finishing", companions.leave)

    @post("/finir", opt=allow(UNLOCK))
    async def finish(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """« J’ai fini »."""
        wish = check(Finish, await read_form(request))
        return await _change(request, key, "finishing", lambda tx, key: actions.finish(tx, key, is_clean=wish.clean))

    @post("/prolonger", opt=allow(UNLOCK))
    async def extend(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Go on longer."""
        wish = check(Longer, await read_form(request))
        return await _change(request, key, "longer", actions.extend, wish.minutes)

    @post("/couper", opt=allow(UNLOCK))
    async def cut(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Lock at once."""
        await read_form(request)
        return await _change(request, key, "cut", actions.cut)

    @post("/verifier", opt=allow(UNLOCK))
    async def put_in_order(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """The machine is clean and complete."""
        await read_form(request)
        return await _change(request, key, "in_order", actions.put_in_order)

    @post("/probleme", opt=allow(REPORT))
    async def oops(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Something is wrong: nobody unlocks it until it was looked at."""
        form = await read_form(request)
        try:
            wish = check(Oops, form)
        except FormErrors as error:
            return await session_page(
                request, key, status=422, errors=field_errors(words(request), error), typed=dict(form)
            )
        return await _change(request, key, "told", actions.oops, wish.note)

    @post("/debloquer", opt=allow(MEND))
    async def unblock(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """It is safe again."""
        await read_form(request)
        return await _change(request, key, "unblocked", actions.unblock)


def _begun(is_asked: object) -> str:
    """What to say of a wish to begin: asked of the terminal, or of a second person first."""
    return "asked" if is_asked else "second_asked"


async def _change(
    request: AnyRequest,
    key: str,
    code: str | Callable[[object], str],
    action: Callable[..., object],
    *args: object,
    pour: str = "",
) -> Response[Any]:
    """Do it and say so on the page of the lock, or say there why not."""
    try:
        found = await house(request).db.write(action, key, *args, by=actor(request))
    except (Refused, Conflict) as error:
        return await session_page(request, key, status=422, reasons=told(words(request), error), pour=pour)
    return done(f"/fablab/machines/{key}/session", code if isinstance(code, str) else code(found))
