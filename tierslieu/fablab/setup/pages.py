"""The pages on which machines are set up: facts, links, boards beside the machines."""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from devices.descriptions import DESCRIPTIONS, missing
from tierslieu.basics.errors import Conflict, Invalid, Refused
from tierslieu.fablab import queries as machines
from tierslieu.fablab.setup import actions, diagnostics, link_screens, program, queries, screens, trying, wording
from tierslieu.fablab.setup.actions import SET_UP
from tierslieu.fablab.setup.schemas import Board, Found, MachineFacts, NewMachineForm, Way
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told
from tierslieu.infra.transaction import Reader

HOME = "/fablab/reglages"
LONGEST = 500
Typed = Mapping[str, str] | None


class SetupPages(Controller):
    """/fablab/reglages."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(SET_UP))
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """Every machine and how it is reached."""
        return await _index(request)

    @get("/nouvelle", opt=allow(SET_UP))
    async def ask_new(self, request: AnyRequest) -> Response[bytes]:
        """The form of a new machine."""
        return await _machine(request, "")

    @post("/nouvelle", opt=allow(SET_UP))
    async def add(self, request: AnyRequest) -> Response[Any]:
        """A new machine; its link comes next."""
        form = await read_form(request)
        try:
            key = await house(request).db.write(actions.add_machine, check(NewMachineForm, form), by=actor(request))
        except (FormErrors, Invalid) as error:
            return await _machine(request, "", form, field_errors(words(request), error))
        return done(f"{HOME}/{key}/liaison", "saved")

    @post("/boitiers", opt=allow(SET_UP))
    async def add_board(self, request: AnyRequest) -> Response[bytes]:
        """An account for a board, a plug or a listener; its secret is shown this once."""
        form = await read_form(request)
        try:
            wish = check(Board, form)
            secret = await house(request).db.write(actions.add_account, wish, by=actor(request))
        except (FormErrors, Invalid) as error:
            return await _index(request, 422, form, field_errors(words(request), error))
        return await _index(request, secret=secret, board=wish.key)

    @post("/boitiers/{key:str}/retirer", opt=allow(SET_UP))
    async def remove_board(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """The account ends."""
        await read_form(request)
        try:
            await house(request).db.write(actions.remove_account, key, by=actor(request))
        except (Refused, Conflict) as error:
            return await _index(request, 422, reasons=told(words(request), error))
        return done(HOME, "removed")

    @get("/{key:str}", opt=allow(SET_UP))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form of a machine."""
        return await _machine(request, key)

    @post("/{key:str}", opt=allow(SET_UP))
    async def change(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Other facts."""
        form = await read_form(request)
        try:
            wish = check(MachineFacts, form)
            await house(request).db.write(actions.change_machine, key, wish, by=actor(request))
        except (FormErrors, Invalid) as error:
            return await _machine(request, key, form, field_errors(words(request), error))
        except Refused as error:
            return await _machine(request, key, form, {}, told(words(request), error))
        return done(f"{HOME}/{key}", "saved")

    @get("/{key:str}/liaison", opt=allow(SET_UP))
    async def ask_link(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """How a machine is reached."""
        chosen = {name: str(value)[:LONGEST] for name, value in request.query_params.items() if name != "fait"}
        return await _link(request, key, typed=chosen if "adapter" in chosen else None)

    @post("/{key:str}/liaison", opt=allow(SET_UP))
    async def link(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Try what was typed; it is kept when the machine answers, or when somebody says so of one that is away."""
        form, home = await read_form(request), house(request)
        way, meter, wrong = await home.db.read(_read_ways, key, form)
        if wrong:
            told_fields = field_errors(words(request), Invalid("invalid_input", wrong))
            return await _link(request, key, 422, form, errors=told_fields)
        agent = form.get("agent", "")
        found = await trying.try_out(home, way, meter)
        is_answered = trying.is_answered(found)
        if not is_answered and not (form.get("anyway") and trying.may_be_kept(found)):
            return await _link(request, key, 422, form, tried=found)
        way = _with_learned(way, found)
        try:
            await home.db.write(actions.link_machine, key, way, meter, agent, found, by=actor(request))
        except Invalid as error:
            return await _link(request, key, 422, form, errors=field_errors(words(request), error))
        except Refused as error:
            return await _link(request, key, 422, form, reasons=told(words(request), error))
        return done(f"{HOME}/{key}/liaison", "linked" if is_answered else "linked_unheard")

    @post("/{key:str}/liaison/retirer", opt=allow(SET_UP))
    async def unlink(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Nobody speaks for the machine any more."""
        await read_form(request)
        try:
            await house(request).db.write(actions.unlink_machine, key, by=actor(request))
        except Refused as error:
            return await _link(request, key, 422, reasons=told(words(request), error))
        return done(f"{HOME}/{key}/liaison", "unlinked")


def _read_ways(reader: Reader, key: str, form: Mapping[str, str]) -> tuple[Way, Way, dict[str, str]]:
    """The adapter and the meter as typed, kept secrets filled in, and what is wrong with them."""
    machine = machines.machine(reader, key)
    stored = queries.link(reader, machine)
    way = _way(form, "adapter", "a_", stored.way if stored else Way())
    meter = _way(form, "meter", "m_", stored.meter_way if stored else Way())
    wrong = {}
    if way.kind not in queries.fitting(machine):
        wrong["adapter"] = "missing"
    if meter.kind and meter.kind not in queries.meters():
        wrong["meter"] = "missing"
    for one, prefix in ((way, "a_"), (meter, "m_")):
        if one.kind in DESCRIPTIONS:
            wrong |= {prefix + name: "missing" for name in missing(one.kind, one.settings)}
    return way, meter, wrong


def _with_learned(way: Way, found: Found) -> Way:
    """The settings with what the try found out, where nothing was typed."""
    empty = {one.name for one in DESCRIPTIONS[way.kind].fields if not way.settings.get(one.name)}
    learned = {name: value[:LONGEST] for name, value in found.learned.items() if name in empty}
    return Way(way.kind, {**way.settings, **learned})


def _way(form: Mapping[str, str], name: str, prefix: str, kept: Way) -> Way:
    """An adapter as typed. Its secrets are kept for the address they were typed for: a form that somebody else filled
    in with another one has them sent nowhere."""
    kind = form.get(name, "")
    if kind not in DESCRIPTIONS:
        return Way(kind)
    fields = DESCRIPTIONS[kind].fields
    typed = {one.name: form.get(prefix + one.name, "").strip()[:LONGEST] for one in fields}
    secrets = [one.name for one in fields if one.is_secret]
    places = [one.name for one in fields if one.kind == "address"]
    is_same = kept.kind == kind and all(typed[one] == kept.settings.get(one, "") for one in places)
    return Way(kind, program.kept_secrets(typed, kept.settings if is_same else {}, secrets))


async def _index(
    request: AnyRequest,
    status: int = 200,
    typed: Typed = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    secret: str = "",
    board: str = "",
) -> Response[bytes]:
    home, kind = house(request), (typed or {}).get("kind", "agent")
    heard = await asyncio.to_thread(diagnostics.boards_heard, home)
    view = await home.db.read(screens.links_page, words(request), heard, kind)
    context: dict[str, Any] = {"typed": typed or {}, "errors": errors or {}, "reasons": reasons or []}
    said = done_text(request, wording.DONE)
    return page(request, "setup/index.html", status, view=view, done=said, secret=secret, board=board, **context)


async def _machine(
    request: AnyRequest,
    key: str,
    typed: Typed = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    view = await house(request).db.read(screens.machine_form, words(request), key, typed)
    status = 200 if typed is None else 422
    said = done_text(request, wording.DONE)
    return page(request, "editors/form.html", status, view=view, errors=errors or {}, reasons=reasons or [], done=said)


async def _link(
    request: AnyRequest,
    key: str,
    status: int = 200,
    typed: Typed = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    tried: Found | None = None,
) -> Response[bytes]:
    view = await house(request).db.read(link_screens.link_page, words(request), key, typed, tried)
    said = done_text(request, wording.DONE)
    return page(request, "setup/link.html", status, view=view, errors=errors or {}, reasons=reasons or [], done=said)
