"""Persons for programs of the staff: find, write down, look at, correct."""

from litestar import Controller, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import correcting, queries
from tierslieu.people.persons.correcting import MANAGE, SEE
from tierslieu.people.persons.list_pages import look_for
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.schemas import Correction, FoundView, NewPerson, PersonFile, PersonView, moment
from tierslieu.people.persons.searching import as_read


def view(one: PersonFile) -> PersonView:
    """A file as programs get it."""
    return PersonView(
        show(one.id),
        one.first_name,
        one.last_name,
        one.birth_year,
        one.email,
        one.phone,
        bool(one.is_active),
        moment(one.created_at),
        moment(one.changed_at),
    )


class PeopleApi(Controller):
    """People the house knows."""

    path = "/api/v1/people"
    tags = ("people",)

    @get("/", opt=allow(SEE))
    async def find(self, request: AnyRequest, q: FromQuery[str] = "") -> list[FoundView]:
        """Up to 20 people: the beginnings of their names in any order, their address, phone or badge's code.

        The log keeps that somebody searched and how many were found, never the words.
        """
        home = house(request)
        typed = as_read(q)
        if not typed:
            return []
        found = await home.db.read(look_for, typed, home.finders)
        note_search(request, "programs", len(found))
        return [
            FoundView(show(one.id), one.first_name, one.last_name, one.birth_year, one.email, one.phone)
            for one in found
        ]

    @post("/", opt=allow(MANAGE))
    async def write_down(self, request: AnyRequest, data: JSONBody[NewPerson]) -> PersonView:
        """Somebody new. When people are alike (409 likely_known), look at them, then say `is_new`."""
        db, who = house(request).db, actor(request)
        person_id = await db.write(correcting.write_down, data, is_new=data.is_new, by=who)
        return view(await db.read(queries.file, person_id))

    @get("/{id:str}", opt=allow(SEE))
    async def look(self, request: AnyRequest, id: FromPath[str]) -> PersonView:
        """One person; after a merge, the file that goes on. The look is noted."""
        db, who = house(request).db, actor(request)

        def load(reader: Reader) -> PersonFile:
            return queries.file(reader, queries.current_id(reader, read(id)))

        found = await db.read(load)
        await db.write(correcting.note_look, found.id, by=who)
        return view(found)

    @patch("/{id:str}", opt=allow(MANAGE))
    async def correct(self, request: AnyRequest, id: FromPath[str], data: JSONBody[Correction]) -> PersonView:
        """Change what is named, null empties it. 409 file_changed when somebody corrected the file since."""
        values = data.model_dump(exclude_unset=True)
        seen = int(values.pop("changed_at").timestamp())
        db, who = house(request).db, actor(request)
        return view(await db.write(correcting.correct, read(id), values, seen, by=who))
