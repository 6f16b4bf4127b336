"""/mon-espace: a person's own space, and the correction of one's own file."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from tierslieu.basics.errors import Conflict, Invalid
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import correcting, queries, screens
from tierslieu.people.persons.correcting import OWN
from tierslieu.people.persons.pages import DONE, Act, field_errors, instant_of
from tierslieu.people.persons.schemas import CORRECTED, PersonFields, PersonFile

OWN_FIELDS = tuple(name for name in CORRECTED if name != "email")
"""The address is the key to the account: only the desk, which sees the person, changes it."""
HERE = "/mon-espace/mes-informations"
OWN_ACTS = (
    Act("/reserver", _("Réserver un espace"), "calendar-days", "reservations.make"),
    Act("/mes-reservations", _("Mes réservations"), "badge-check", "reservations.make"),
    Act("/recherche", _("Trouver un créneau"), "clock", "reservations.make"),
    Act("/mes-agendas", _("Mes agendas"), "calendar-days", "reservations.subscribe"),
    Act("/mon-badge", _("Mon badge"), "badge-check", "access.carry_badge"),
    Act("/fablab", _("FabLab"), "printer", "fablab.queue_own"),
    Act("/habilitations/seances", _("Formations aux machines"), "wrench", "qualifications.see"),
    Act("/accompagnes", _("Les personnes que j’accompagne"), "users", "people.bring"),
    Act("/mon-espace/contact", _("Comment me joindre"), "bell-ring", "people.choose_contact"),
    Act("/mon-espace/connexion", _("Ma connexion"), "key-round", "people.sign_out"),
    Act("/mon-espace/mes-donnees", _("Mes données et mes droits"), "lock", "people.own_data"),
)


class OwnPages(Controller):
    """One's own file and everything that belongs to it."""

    path = "/mon-espace"
    include_in_schema = False

    @get("/", opt=allow(OWN))
    async def show_space(self, request: AnyRequest, fait: FromQuery[str] = "") -> Response[bytes]:
        """One's own space."""
        home, who, spoken = house(request), actor(request), words(request)
        person_id = who.person_id or 0
        sections = [one for one in home.sections if one.is_own]

        def load(reader: Reader) -> tuple[PersonFile, list[screens.Part]]:
            return queries.file(reader, person_id), screens.parts(reader, spoken, person_id, sections)

        found, parts = await home.db.read(load)
        known = {route.path for route in request.app.routes}
        links = [
            (one.path, spoken.text(one.text), one.symbol)
            for one in OWN_ACTS
            if one.path in known and who.may(one.permission)
        ]
        context: dict[str, Any] = {"person": screens.head(found), "parts": parts, "acts": links, "is_desk": False}
        return page(request, "persons/own.html", done=spoken.text(DONE[fait]) if fait in DONE else "", **context)

    @get("/mes-informations", opt=allow(OWN))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """The form of one's own file."""
        found = await house(request).db.read(queries.file, actor(request).person_id or 0)
        return page(request, "persons/correct.html", **_own_form(found, found.changed_at, screens.form_values(found)))

    @post("/mes-informations", opt=allow(OWN))
    async def correct(self, request: AnyRequest) -> Response[Any]:
        """Correct one's own file, unless the desk did meanwhile: then both are shown."""
        home, who, form = house(request), actor(request), await read_form(request)
        person_id = who.person_id or 0
        found = await home.db.read(queries.file, person_id)
        form.pop("email", None)
        seen = instant_of(form.get("changed_at", ""))
        try:
            wish = check(PersonFields, form)
            values = {name: getattr(wish, name) for name in OWN_FIELDS}
            await home.db.write(correcting.correct, person_id, values, seen, by=who)
        except Invalid as error:
            context = _own_form(found, seen, form) | {"errors": field_errors(request, error)}
            return page(request, "persons/correct.html", 422, **context)
        except Conflict:
            now = await home.db.read(queries.file, person_id)
            context = _own_form(now, now.changed_at, form)
            context["clash"] = screens.differences(form, now, words(request))
            return page(request, "persons/correct.html", 409, **context)
        return see_other("/mon-espace?fait=corrigee")


def _own_form(found: PersonFile, seen: int, typed: dict[str, str]) -> dict[str, Any]:
    return {
        "person": screens.head(found),
        "typed": {name: typed.get(name, "") for name in OWN_FIELDS},
        "seen": seen,
        "errors": {},
        "clash": [],
        "action": HERE,
        "back": "/mon-espace",
        "has_email": False,
    }
