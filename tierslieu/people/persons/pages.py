"""Pages of the desk about persons: write down, look at, correct, close."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Conflict, Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import correcting, merging, queries, screens
from tierslieu.people.persons.correcting import MANAGE, MERGE, SEE
from tierslieu.people.persons.doubles import likely
from tierslieu.people.persons.likeness import Written
from tierslieu.people.persons.schemas import CORRECTED, Likely, PersonFields

TYPED_FROM = 3
"""Letters of a name from which the people who are alike are looked for while typing."""
DONE = {
    "creee": _("La fiche est créée."),
    "corrigee": _("La fiche est corrigée."),
    "fermee": _("Le compte est fermé."),
    "ouverte": _("Le compte est ouvert."),
    "reunie": _("Les deux fiches n’en font plus qu’une."),
    "separee": _("Les deux fiches sont de nouveau séparées."),
    "reservee": _("La réservation est faite."),
    "deplacee": _("La réservation est déplacée."),
    "annulee": _("La réservation est annulée."),
    "arrivee": _("L’arrivée est notée."),
    "deposee": _("Le travail est dans la file."),
}


class Act(NamedTuple):
    """Something staff may do next for a person: `path` holds {id}."""

    path: str
    text: str
    symbol: str
    permission: str


ACTS = (
    Act("/reserver?pour={id}", _("Réserver pour elle"), "calendar-days", "reservations.manage"),
    Act("/personnes/{id}/badge", _("Badge"), "badge-check", "access.manage_badges"),
    Act("/fablab/deposer?pour={id}", _("Déposer un fichier pour elle"), "printer", "fablab.run_machines"),
    Act("/personnes/{id}/corriger", _("Corriger la fiche"), "user", MANAGE),
)


def acts(request: AnyRequest, person_id: int) -> list[tuple[str, str, str]]:
    """What the one who looks may do next: address, words, symbol."""
    who, spoken = actor(request), words(request)
    return [
        (one.path.format(id=show(person_id)), spoken.text(one.text), one.symbol)
        for one in ACTS
        if who.may(one.permission)
    ]


class NewPersonPages(Controller):
    """/personnes/nouvelle: writing somebody down."""

    path = "/personnes"
    include_in_schema = False

    @get("/nouvelle", opt=allow(MANAGE))
    async def ask(self, request: AnyRequest) -> Response[bytes]:
        """The form: only the names are needed."""
        return page(request, "persons/new.html", typed={}, errors={}, likely=[])

    @post("/nouvelle", opt=allow(MANAGE))
    async def write_down(self, request: AnyRequest) -> Response[Any]:
        """Write somebody down, after asking about the people who are alike."""
        form = await read_form(request)
        try:
            wish = check(PersonFields, form)
            is_new = form.get("is_new") == "1"
            made = await house(request).db.write(correcting.write_down, wish, is_new=is_new, by=actor(request))
        except Refused:
            return await _which_of_them(request, form, wish)
        except (Conflict, Invalid) as error:
            errors = field_errors(request, error)
            return page(request, "persons/new.html", 422, typed=form, errors=errors, likely=[])
        return see_other(f"/personnes/{show(made)}?fait=creee")

    @post("/doublons", opt=allow(MANAGE), status_code=200)
    async def doubles(self, request: AnyRequest) -> Response[bytes]:
        """Those who are alike what is typed so far, as a part of the form."""
        form = await read_form(request)
        first, last = form.get("first_name", ""), form.get("last_name", "")
        found: list[Likely] = []
        if len(first) >= TYPED_FROM or len(last) >= TYPED_FROM:
            who = Written(first[:200], last[:200], _year(form.get("birth_year", "")))
            found = await house(request).db.read(likely, who)
        return page(request, "persons/_likely.html", likely=screens.likely_lines(found, words(request)))


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None


async def _which_of_them(request: AnyRequest, form: Mapping[str, str], wish: PersonFields) -> Response[bytes]:
    who = Written(wish.first_name, wish.last_name, wish.birth_year)
    found = await house(request).db.read(likely, who)
    typed = {name: form.get(name, "") for name in CORRECTED}
    return page(request, "persons/which.html", typed=typed, likely=screens.likely_lines(found, words(request)))


def field_errors(request: AnyRequest, error: Conflict | Invalid) -> dict[str, str]:
    """A sentence for each field. A constraint that refuses a file can only be that of the address."""
    spoken = words(request)
    if isinstance(error, Conflict):
        return {"email": sentence(spoken, "email_taken", {})}
    return {name: sentence(spoken, code, error.facts) for name, code in error.fields.items()}


class PersonPages(Controller):
    """/personnes/{id}: one person, for staff."""

    path = "/personnes/{id:str}"
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def show_person(self, request: AnyRequest, id: FromPath[str], fait: FromQuery[str] = "") -> Response[Any]:
        """The whole file, with what may be done next. The look is noted."""
        person_id, home = read(id), house(request)
        kept_id = await home.db.read(queries.current_id, person_id)
        if kept_id != person_id:
            return see_other(f"/personnes/{show(kept_id)}")
        await home.db.write(correcting.note_look, person_id, by=actor(request))
        return await show_file(request, person_id, done=words(request).text(DONE[fait]) if fait in DONE else "")

    @get("/corriger", opt=allow(MANAGE))
    async def ask_correction(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form of the file."""
        found = await house(request).db.read(queries.file, read(id))
        return page(request, "persons/correct.html", **_correction(found.changed_at, found, screens.form_values(found)))

    @post("/corriger", opt=allow(MANAGE))
    async def correct(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Correct the file, unless somebody else did meanwhile: then both are shown."""
        person_id, form = read(id), await read_form(request)
        found = await house(request).db.read(queries.file, person_id)
        seen = form.get("changed_at", "")
        try:
            values = check(PersonFields, form).model_dump()
            await house(request).db.write(correcting.correct, person_id, values, instant_of(seen), by=actor(request))
        except Conflict as error:
            if error.code == "file_changed":
                return await clash(request, person_id, form)
            context = _correction(instant_of(seen), found, form, field_errors(request, error))
            return page(request, "persons/correct.html", 422, **context)
        except Invalid as error:
            context = _correction(instant_of(seen), found, form, field_errors(request, error))
            return page(request, "persons/correct.html", 422, **context)
        return see_other(f"/personnes/{id}?fait=corrigee")

    @post("/fermer", opt=allow(MANAGE))
    async def close(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Close the account."""
        await read_form(request)
        home = house(request)
        await home.db.write(correcting.close_account, read(id), home.personal, by=actor(request))
        return see_other(f"/personnes/{id}?fait=fermee")

    @post("/ouvrir", opt=allow(MANAGE))
    async def open(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Open the account again."""
        await read_form(request)
        await house(request).db.write(correcting.open_account, read(id), by=actor(request))
        return see_other(f"/personnes/{id}?fait=ouverte")


def instant_of(text: str) -> int:
    """The instant a form was made of; none for what no form of ours says."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else -1


def _correction(
    seen: int, found: Any, typed: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> dict[str, Any]:
    return {
        "person": screens.head(found),
        "typed": {name: typed.get(name, "") for name in CORRECTED},
        "seen": seen,
        "errors": errors or {},
        "clash": [],
        "action": f"/personnes/{show(found.id)}/corriger",
        "back": f"/personnes/{show(found.id)}",
        "has_email": True,
    }


async def clash(request: AnyRequest, person_id: int, form: Mapping[str, str]) -> Response[bytes]:
    """What was typed beside what the file says now; sending it again corrects the file as it is now."""
    found = await house(request).db.read(queries.file, person_id)
    context = _correction(found.changed_at, found, form)
    context["clash"] = screens.differences(form, found, words(request))
    return page(request, "persons/correct.html", 409, **context)


async def show_file(request: AnyRequest, person_id: int, done: str = "", status: int = 200) -> Response[bytes]:
    """The page of a person as the one who looks may see it."""
    home, who, spoken = house(request), actor(request), words(request)
    sections = [one for one in home.sections if who.may(one.permission)]

    def load(reader: Reader) -> dict[str, Any]:
        found = queries.file(reader, person_id)
        shown = sections if found.is_active else [one for one in sections if one.name in ("identity", "contact")]
        merges = merging.undoable(reader, person_id) if who.may(MERGE) else []
        return {
            "person": screens.head(found),
            "parts": screens.parts(reader, spoken, person_id, shown),
            "merges": merges,
        }

    context = await home.db.read(load)
    links = acts(request, person_id) if context["person"].is_open else []
    return page(request, "persons/person.html", status, done=done, acts=links, is_desk=True, **context)
