"""Pages of incidents: tell what is wrong with a photo, follow it, read what came of it."""

import asyncio
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Invalid, NotFound, Refused
from tierslieu.basics.ids import read, show
from tierslieu.fablab import queries as fablab
from tierslieu.fablab.actions import MEND, REPORT
from tierslieu.fablab.away import absence
from tierslieu.fablab.rules import places
from tierslieu.fablab.upkeep import incidents, queries, rules, wording
from tierslieu.fablab.upkeep.schemas import Follow, NewIncident
from tierslieu.fablab.upkeep.views import IncidentLine, incident_line, incident_page
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import Choice, ReasonLine, done, done_text, field_errors, told
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.editors.photo_pages import read_upload
from tierslieu.venue.photos import made_smaller, store

LABELS = {"kind": _("Ce qui ne va pas"), "text": _("Décrivez"), "photo": _("Photo")}


async def stored_photo(home: House, upload: Any) -> str | None:
    """The photo of a form redrawn and stored, None without one. Raises Invalid for what is no photo."""
    if upload is None or not upload.filename:
        return None
    pictures = await asyncio.to_thread(made_smaller, await read_upload(upload))
    return (await store(home.files, pictures)).sha256


class IncidentPages(Controller):
    """/fablab/machines/{key}/signaler and /fablab/incidents."""

    path = "/fablab"
    include_in_schema = False

    @get("/machines/{key:str}/signaler", opt=allow(REPORT))
    async def ask(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """The form: what is wrong, a few words, a photo."""
        return await _ask(request, key)

    @post("/machines/{key:str}/signaler", opt=allow(REPORT))
    async def tell(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Somebody tells what is wrong."""
        form, home, who = await read_form(request), house(request), actor(request)
        await home.db.read(fablab.machine, key)
        try:
            wish = check(NewIncident, form)
            photo = await stored_photo(home, form.files.get("photo"))
            incident_id = await home.db.write(incidents.report, key, wish, photo, absence(home), by=who)
        except Refused as error:
            return await _ask(request, key, form, {}, told(words(request), error))
        except Invalid as error:
            return await _ask(request, key, form, field_errors(words(request), error))
        return done(f"/fablab/incidents/{show(incident_id)}", "danger" if wish.kind == rules.DANGER else "told")

    @get("/mes-signalements", opt=allow(REPORT))
    async def mine(self, request: AnyRequest) -> Response[bytes]:
        """What one told, and what came of it."""
        spoken, who = words(request), actor(request)

        def load(reader: Reader) -> list[IncidentLine]:
            machines = {one.id: one for one in fablab.machines(reader)}
            found = queries.incidents_by(reader, who.person_id or 0)
            return [incident_line(one, machines[one.machine_id], spoken) for one in found]

        return page(request, "upkeep/mine.html", lines=await house(request).db.read(load))

    @get("/incidents/{id:str}", opt=allow(REPORT))
    async def one(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """One incident, for who told it and for who mends the machine."""
        return await _one(request, read(id))

    @post("/incidents/{id:str}", opt=allow(MEND))
    async def follow(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """What was done about it."""
        form = await read_form(request)
        try:
            await house(request).db.write(incidents.follow, read(id), check(Follow, form), by=actor(request))
        except Refused as error:
            return await _one(request, read(id), form, {}, told(words(request), error))
        except Invalid as error:
            return await _one(request, read(id), form, field_errors(words(request), error))
        return done(f"/fablab/incidents/{id}", "followed")

    @get("/incidents/{id:str}/photo", opt=allow(REPORT))
    async def photo(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The photo, as we redrew it."""
        home, who = house(request), actor(request)

        def load(reader: Reader) -> str | None:
            one = queries.incident(reader, read(id))
            mends = who.may(MEND, *places(fablab.machine_by_id(reader, one.machine_id)))
            return incidents.seen(reader, one.id, who.person_id, mends=mends).photo_sha

        sha = await home.db.read(load)
        if sha is None or not home.files.path(sha).exists():
            raise NotFound("unknown_photo")
        data = await asyncio.to_thread(home.files.path(sha).read_bytes)
        return Response(data, media_type="image/webp", headers={"cache-control": "private, max-age=86400"})


async def _ask(
    request: AnyRequest,
    key: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken, fields = words(request), typed or {}
    machine = await house(request).db.read(fablab.machine, key)
    kinds = [Choice(one, spoken.text(text), one == fields.get("kind")) for one, text in wording.KINDS.items()]
    return page(
        request,
        "upkeep/report.html",
        422 if errors or reasons else 200,
        key=key,
        name=machine.name,
        kinds=kinds,
        typed=fields,
        errors=errors or {},
        reasons=reasons or [],
        labels={name: spoken.text(text) for name, text in LABELS.items()},
    )


async def _one(
    request: AnyRequest,
    incident_id: int,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
) -> Response[bytes]:
    spoken, who = words(request), actor(request)

    def load(reader: Reader) -> Any:
        found = queries.incident(reader, incident_id)
        mends = who.may(MEND, *places(fablab.machine_by_id(reader, found.machine_id)))
        one = incidents.seen(reader, incident_id, who.person_id, mends=mends)
        return incident_page(reader, one, who, spoken)

    view = await house(request).db.read(load)
    return page(
        request,
        "upkeep/incident.html",
        422 if errors or reasons else 200,
        view=view,
        typed=typed or {},
        errors=errors or {},
        reasons=reasons or [],
        done=done_text(request, wording.DONE),
    )
