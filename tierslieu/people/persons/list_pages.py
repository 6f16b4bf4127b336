"""/personnes: everybody, for staff; the way to the other pages about people; the table for spreadsheets."""

from collections.abc import AsyncIterator, Iterable
from typing import NamedTuple

from litestar import Controller, Response, get
from litestar.params import FromQuery
from litestar.response import Stream

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.http.words import _
from tierslieu.infra.feature import Finder
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.persons import exporting, listing, screens
from tierslieu.people.persons.correcting import EXPORT, SEE
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.schemas import Found
from tierslieu.people.persons.searching import as_read, found_among, search

EXPORTED_AT_ONCE = 1000
NAMES = {
    "toutes": _("Toutes"),
    "nouvelles": _("Nouvelles ce mois-ci"),
    "sans-courriel": _("Sans courriel"),
    "sans-telephone": _("Sans téléphone"),
    "mineures": _("Mineures"),
    "equipe": _("Équipe"),
    "fermees": _("Comptes fermés"),
}


class StaffLink(NamedTuple):
    """A page about people that others offer. It is shown where it exists, to who holds the permission."""

    path: str
    text: str
    symbol: str
    permission: str


STAFF_LINKS = (
    StaffLink("/groupes", _("Groupes"), "users", "people.manage_groups"),
    StaffLink("/adhesions", _("Adhésions"), "badge-check", "people.see_memberships"),
    StaffLink("/formules", _("Formules"), "list", "people.manage_plans"),
    StaffLink("/habilitations", _("Habilitations"), "wrench", "people.see_qualifications"),
    StaffLink("/regles-mineurs", _("Règles des mineurs"), "clock", "people.manage_families"),
    StaffLink("/messages", _("Messages"), "bell-ring", "people.see_messages"),
    StaffLink("/roles", _("Rôles"), "key-round", "people.see_roles"),
    StaffLink("/conservation", _("Durées de conservation"), "hourglass", "people.see_retention"),
    StaffLink("/journal", _("Journal"), "layers", "people.read_log"),
)


def staff_links(request: AnyRequest, among: Iterable[StaffLink] = STAFF_LINKS) -> list[tuple[str, str, str]]:
    """The links that lead somewhere for the one who looks: address, words, symbol."""
    who, spoken = actor(request), words(request)
    known = {route.path for route in request.app.routes}
    return [
        (one.path, spoken.text(one.text), one.symbol) for one in among if one.path in known and who.may(one.permission)
    ]


class PeoplePages(Controller):
    """The list and its export."""

    path = "/personnes"
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def show_list(
        self, request: AnyRequest, q: FromQuery[str] = "", filtre: FromQuery[str] = "toutes", apres: FromQuery[str] = ""
    ) -> Response[bytes]:
        """A search, which the log keeps, or a page of the list."""
        home, spoken = house(request), words(request)
        which = filtre if filtre in listing.FILTERS else listing.EVERYONE
        typed = as_read(q)
        after = read(apres) if apres else None
        since, year = this_month(request)

        def load(reader: Reader) -> tuple[list[Found], int]:
            if typed:
                found = look_for(reader, typed, home.finders)
                return found, len(found)
            return listing.listed(reader, which, since, year, after), listing.counted(reader, which, since, year)

        found, count = await home.db.read_long(load)
        if typed:
            note_search(request, "people", len(found))
        is_full = not typed and len(found) == listing.PAGE
        return page(
            request,
            "persons/list.html",
            people=[screens.line(one, spoken) for one in found],
            search=typed,
            count=count,
            is_cut=bool(typed) and len(found) >= 20,
            is_first=after is None,
            next_href=screens.address("/personnes", filtre=which, apres=show(found[-1].id)) if is_full else "",
            tabs=[
                (screens.address("/personnes", filtre=key), spoken.text(text), key == which and not typed)
                for key, text in NAMES.items()
            ],
            filter=which,
            links=staff_links(request),
        )

    @get("/export.csv", opt=allow(EXPORT))
    async def export(self, request: AnyRequest, filtre: FromQuery[str] = "toutes") -> Stream:
        """The list as a table, the whole of a filter. Noted in the audit log."""
        home = house(request)
        which = filtre if filtre in listing.FILTERS else listing.EVERYONE
        since, year = this_month(request)
        await home.db.write(note_export, which, since, year, by=actor(request))
        headers = {"content-disposition": 'attachment; filename="personnes.csv"'}
        return Stream(_table(request, which), media_type="text/csv; charset=utf-8", headers=headers)


def look_for(reader: Reader, typed: str, finders: tuple[Finder, ...]) -> list[Found]:
    """Those who are found by what was typed or scanned: a badge's code first, then names, address, phone."""
    ids = [found for finder in finders if (found := finder(reader, typed)) is not None]
    return found_among(reader, ids) or search(reader, typed)


def note_export(tx: Tx, which: str, since: int, year: int) -> None:
    """Note that somebody takes the list away."""
    record(tx, "people.export", None, which, count=listing.counted(tx, which, since, year))


async def _table(request: AnyRequest, which: str) -> AsyncIterator[str]:
    home, spoken = house(request), words(request)
    since, year = this_month(request)
    after: int | None = None
    yield exporting.titles(spoken)
    while True:
        found = await home.db.read_long(listing.listed, which, since, year, after, EXPORTED_AT_ONCE)
        yield exporting.lines(found, spoken)
        if len(found) < EXPORTED_AT_ONCE:
            return
        after = found[-1].id


def this_month(request: AnyRequest) -> tuple[int, int]:
    """When this month began, and the year."""
    home = house(request)
    today = home.zone.date(home.clock.now())
    return home.zone.day(today.replace(day=1)).start, today.year
