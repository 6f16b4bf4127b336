"""Pages of the queue: what can start now, arranging jobs, how each kind's queue works, the gate at a machine."""

import re
from typing import Any
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Conflict, Reason, Refused
from tierslieu.basics.ids import read
from tierslieu.fablab import actions, queries, rules, sentences
from tierslieu.fablab.actions import QUEUE, RUN
from tierslieu.fablab.queue import arranging, starting, wording
from tierslieu.fablab.queue.arranging import ARRANGE
from tierslieu.fablab.queue.gate import gate_view
from tierslieu.fablab.queue.job_page import job_view
from tierslieu.fablab.queue.schemas import Hold, Priority, Split, Turn, Where
from tierslieu.fablab.queue.setting import policy_page, wish_of
from tierslieu.fablab.queue.showing import queue_view
from tierslieu.fablab.schemas import ByHand, Clear, Start
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import Tag, house_address, print_tags
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.qualifications.rules import PASSABLE
from tierslieu.people.qualifications.wording import EXCEPTIONS

NUMBER = re.compile(r"J[0-9]{1,9}")
"""How a job is numbered in an address."""
DONE = {**sentences.DONE, **wording.DONE}


async def queue_page(
    request: AnyRequest,
    template: str = "fablab/queue.html",
    status: int = 200,
    reasons: list[ReasonLine] | None = None,
    asked: str = "",
) -> Response[bytes]:
    """The queues of the machines one runs; `asked` is the job that could not be started."""
    spoken, who = words(request), actor(request)
    view = await house(request).db.read(queue_view, who, spoken)
    is_unqualified = any(reason.code in PASSABLE for reason in reasons or [])
    exceptions = [(code, spoken.text(text)) for code, text in EXCEPTIONS.items()] if is_unqualified else []
    context: dict[str, Any] = {"reasons": reasons or [], "asked": asked, "exceptions": exceptions}
    return page(request, template, status, done=done_text(request, DONE), view=view, **context)


async def job_page(
    request: AnyRequest,
    job: str,
    status: int = 200,
    reasons: list[ReasonLine] | None = None,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    passes: list[Choice] | None = None,
) -> Response[bytes]:
    """One job and what staff may do with it; `passes`: why they may pass over what stands against it."""
    view = await house(request).db.read(job_view, read(job), actor(request), words(request))
    context: dict[str, Any] = {"reasons": reasons or [], "errors": errors or {}, "typed": typed or {}}
    context["passes"] = passes or []
    return page(request, "fablab/job.html", status, done=done_text(request, DONE), view=view, **context)


class QueuePages(Controller):
    """The queue, for those who run machines."""

    path = "/fablab"
    include_in_schema = False

    @get("/file", opt=allow(RUN))
    async def queue(self, request: AnyRequest) -> Response[bytes]:
        """The whole queue."""
        return await queue_page(request)

    @get("/file/etat", opt=allow(RUN))
    async def queue_state(self, request: AnyRequest) -> Response[bytes]:
        """The part of the queue's page that moves."""
        return await queue_page(request, "fablab/_queue.html")

    @post("/file/ensemble", opt=allow(RUN))
    async def bulk(self, request: AnyRequest) -> Response[Any]:
        """The same for all jobs that were ticked."""
        form = await read_form(request)
        ids = [read(name.removeprefix("job-")) for name in form if name.startswith("job-")]
        act = form.get("act", "")
        try:
            if not ids or act not in ("hold", "release", "cancel"):
                raise Refused((Reason("nothing_chosen"),))
            reason = check(Hold, {"reason": form.get("reason", "")}).reason if act == "hold" else ""
            await house(request).db.write(arranging.in_bulk, act, ids, reason, by=actor(request))
        except (Refused, Conflict, FormErrors) as error:
            return await queue_page(request, status=422, reasons=told(words(request), error))
        return done("/fablab/file", "bulk")

    @get("/file/{id:str}", opt=allow(RUN))
    async def job(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One job, with all that can be done with it."""
        return await job_page(request, id)

    @post("/travaux/{id:str}/cote", opt=allow(RUN))
    async def hold(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Put it aside."""
        return await _arrange(request, id, Hold, ("reason",), "held", arranging.hold)

    @post("/travaux/{id:str}/reprendre", opt=allow(RUN))
    async def release(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """It waits again."""
        return await _arrange(request, id, None, (), "released", arranging.release)

    @post("/travaux/{id:str}/partager", opt=allow(RUN))
    async def split(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Share its copies among several jobs."""
        return await _arrange(request, id, Split, ("parts",), "split", arranging.split)

    @post("/travaux/{id:str}/deplacer", opt=allow(RUN))
    async def move(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Ask for another machine."""
        return await _arrange(request, id, Where, ("machine",), "where", arranging.move)

    @post("/travaux/{id:str}/priorite", opt=allow(RUN))
    async def prioritise(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Before all others, with a reason."""
        return await _arrange(request, id, Priority, ("why",), "prioritised", arranging.prioritise)

    @post("/travaux/{id:str}/tour", opt=allow(RUN))
    async def turn(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """One place forward or back, or before all."""
        return await _arrange(request, id, Turn, ("way",), "moved", arranging.place)

    @post("/travaux/{id:str}/lancer", opt=allow(RUN))
    async def dispatch(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Start a job on the chosen machine; a refusal says why, above the queue."""
        form = await read_form(request)
        wish = check(Start, {name: form[name] for name in ("machine", "seen") if name in form})
        try:
            await house(request).db.write(
                starting.dispatch, read(id), wish.machine, is_seen=wish.seen, by=actor(request)
            )
        except (Refused, Conflict) as error:
            return await queue_page(request, status=422, reasons=told(words(request), error), asked=id)
        return done(f"/fablab/machines/{wish.machine}", "sent")

    @post("/travaux/{id:str}/lance-sur-place", opt=allow(RUN))
    async def started(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Somebody started it at the machine."""
        form = await read_form(request)
        wish = check(Start, {name: form[name] for name in ("machine", "exception") if name in form})
        try:
            await house(request).db.write(
                starting.start_by_hand, read(id), wish.machine, wish.exception, by=actor(request)
            )
        except (Refused, Conflict) as error:
            return await queue_page(request, status=422, reasons=told(words(request), error), asked=id)
        return done(f"/fablab/machines/{wish.machine}", "noted")

    @post("/travaux/{id:str}/termine", opt=allow(RUN))
    async def ended(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Say how a job ended."""
        form = await read_form(request)
        wish = check(ByHand, {"outcome": form.get("outcome", "failed")})
        await house(request).db.write(actions.end_by_hand, read(id), wish.outcome, wish.note, by=actor(request))
        return done("/fablab/file", "noted")

    @get("/regles", opt=allow(ARRANGE))
    async def policies(self, request: AnyRequest, kind: FromQuery[str] = "") -> Response[bytes]:
        """How each kind's queue works, and what another rule would change."""
        return await policy_page(request, kind)

    @post("/regles/essai", opt=allow(ARRANGE))
    async def try_policy(self, request: AnyRequest) -> Response[Any]:
        """What it would change; nothing is changed."""
        form = await read_form(request)
        kind = form.get("kind", "")
        try:
            return await policy_page(request, kind, wish_of(form))
        except FormErrors as error:
            errors = field_errors(words(request), error)
            return await policy_page(request, kind, None, 422, errors, dict(form))

    @post("/regles", opt=allow(ARRANGE))
    async def set_policy(self, request: AnyRequest) -> Response[Any]:
        """Put it in force."""
        form = await read_form(request)
        kind = form.get("kind", "")
        try:
            await house(request).db.write(arranging.set_rules, kind, wish_of(form), by=actor(request))
        except FormErrors as error:
            errors = field_errors(words(request), error)
            return await policy_page(request, kind, None, 422, errors, dict(form))
        return see_other(f"/fablab/regles?kind={quote(kind)}&fait=policy")

    @get("/etiquettes.pdf", opt=allow(RUN))
    async def sheet(self, request: AnyRequest) -> Response[bytes]:
        """A code for each machine, or for those named in the address, to print and stick on it."""
        spoken, who = words(request), actor(request)
        machines = await house(request).db.read(queries.machines)
        wanted, base = set(request.query_params.getall("machine", [])), house_address(request)
        hint = spoken.text(_("Machine vidée ? Scannez pour le dire."))
        chosen = [one for one in machines if not wanted or one.key in wanted]
        tags = [Tag(one.name, f"{base}/m/{one.key}", hint) for one in chosen if who.may(RUN, *rules.places(one))]
        return await print_tags(request, spoken.text(_("Codes des machines")), tags, "machines")


def printable(reader: Reader, _spoken: Words, who: Actor) -> list[tuple[str, str]]:
    """The machines whose codes one may print: key and name."""
    return [(one.key, one.name) for one in queries.machines(reader) if who.may(RUN, *rules.places(one))]


async def _arrange(
    request: AnyRequest, id: str, model: Any, names: tuple[str, ...], code: str, action: Any
) -> Response[Any]:
    """Do it and say so on the job's page, or say there why not."""
    form = await read_form(request)
    typed = {name: form.get(name, "") for name in names}
    try:
        given = {"reason" if name == "why" else name: value for name, value in typed.items()}
        values = check(model, given).model_dump().values() if model is not None else ()
        await house(request).db.write(action, read(id), *values, by=actor(request))
    except FormErrors as error:
        errors = field_errors(words(request), error)
        return await job_page(request, id, 422, errors=errors, typed=typed)
    except (Refused, Conflict) as error:
        return await job_page(request, id, 422, reasons=told(words(request), error), typed=typed)
    is_lifted = action is arranging.prioritise and not typed.get("why")
    return done(f"/fablab/file/{id}", "deprioritised" if is_lifted else code)


class GatePages(Controller):
    """/m/…, behind the code on each machine: is it empty, did it come out well?"""

    path = "/m"
    include_in_schema = False

    @get("/{key:str}", opt=allow(QUEUE))
    async def gate(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """What the machine waits for, and who may say that it is empty."""
        return await gate_page(request, key)

    @post("/{key:str}", opt=allow(QUEUE))
    async def clear(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """It is empty, and it came out well or not: one gesture."""
        form = await read_form(request)
        wish = check(Clear, {name: form[name] for name in ("outcome", "note", "after") if name in form})
        try:
            following = await house(request).db.write(
                starting.confirm_clear, key, wish.outcome, wish.note, wish.after, by=actor(request)
            )
        except (Refused, Conflict) as error:
            return await gate_page(request, key, 422, told(words(request), error))
        is_started = following is not None and following.state == "dispatched"
        code, made = "cleared_next" if is_started else "cleared", form.get("job", "")
        return see_other(f"/m/{key}?fait={code}&piece={made}") if NUMBER.fullmatch(made) else done(f"/m/{key}", code)

    @post("/{key:str}/lancer", opt=allow(QUEUE))
    async def start_own(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Start one's own job, in its turn or in the time that one reserved."""
        form = await read_form(request)
        try:
            await house(request).db.write(starting.start_own, read(form.get("job", "")), key, by=actor(request))
        except (Refused, Conflict) as error:
            return await gate_page(request, key, 422, told(words(request), error))
        return done(f"/m/{key}", "sent")


async def gate_page(
    request: AnyRequest, key: str, status: int = 200, reasons: list[ReasonLine] | None = None
) -> Response[bytes]:
    """The page behind a machine's code."""
    view = await house(request).db.read(gate_view, key, actor(request), words(request))
    made = str(request.query_params.get("piece", ""))
    more: dict[str, Any] = {"done": done_text(request, DONE), "made": made if NUMBER.fullmatch(made) else ""}
    return page(request, "fablab/gate.html", status, view=view, reasons=reasons or [], **more)
