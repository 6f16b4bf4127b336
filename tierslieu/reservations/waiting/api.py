"""The waiting list for programs."""

from litestar import Controller, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from tierslieu.basics.ids import read
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.acting import acted_for
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.offers import actions as offers
from tierslieu.reservations.schemas import Made
from tierslieu.reservations.waiting import actions, queries, views
from tierslieu.reservations.waiting.schemas import EntryView, NewEarlier, NewEntry

MAKE = "reservations.make"


class WaitingApi(Controller):
    """One's own entries and offers; staff act for anyone."""

    path = "/api/v1"
    tags = ("waiting",)

    @get("/waiting", opt=allow(MAKE))
    async def mine(self, request: AnyRequest, person: FromQuery[str] = "") -> list[EntryView]:
        """What one waits for, with the time that is kept meanwhile if there is one."""
        home, who = house(request), actor(request)
        acting = await home.db.read(acted_for, who, person, FOR_OTHERS) if person else None
        whom = acting.person_id if acting else who.person_id or 0
        return await home.db.read(lambda reader: views.api_views(reader, queries.open_of(reader, whom)))

    @get("/waiting/everybody", opt=allow(FOR_OTHERS))
    async def everybody(self, request: AnyRequest) -> list[EntryView]:
        """Everything that is waited for, in the order of arrival."""
        return await house(request).db.read(lambda reader: views.api_views(reader, queries.all_open(reader)))

    @post("/waiting", opt=allow(MAKE))
    async def join(self, request: AnyRequest, data: JSONBody[NewEntry]) -> EntryView:
        """Join the waiting list. Refused when it is free already: reserve it then."""
        who, home = actor(request), house(request)
        ask = actions.ask_of(data, read(data.person) if data.person else who.person_id or 0)
        entry_id = await home.db.write(actions.join, ask, home.settings.waiting.most_entries, by=who)
        return await home.db.read(_one, entry_id)

    @post("/waiting/earlier", opt=allow(MAKE))
    async def earlier(self, request: AnyRequest, data: JSONBody[NewEarlier]) -> EntryView:
        """Ask for an earlier time for a reservation that one has."""
        home, most = house(request), house(request).settings.waiting.most_entries
        entry_id = await home.db.write(actions.join_earlier, read(data.reservation), data, most, by=actor(request))
        return await home.db.read(_one, entry_id)

    @delete("/waiting/{id:str}", opt=allow(MAKE))
    async def withdraw(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Leave the waiting list."""
        await house(request).db.write(actions.withdraw, read(id), by=actor(request))

    @post("/offers/{id:str}/acceptance", opt=allow(MAKE))
    async def accept(self, request: AnyRequest, id: FromPath[str]) -> Made:
        """Take a time that is kept. The answer holds the reservation."""
        return await house(request).db.write(offers.accept, read(id), by=actor(request))

    @post("/offers/{id:str}/refusal", opt=allow(MAKE), status_code=204)
    async def decline(self, request: AnyRequest, id: FromPath[str]) -> None:
        """Leave a time that is kept to the next one."""
        await house(request).db.write(offers.decline, read(id), by=actor(request))


def _one(reader: Reader, entry_id: int) -> EntryView:
    return views.api_views(reader, [queries.entry(reader, entry_id)])[0]
