"""Merging two files, at the desk: both side by side, then one; and back."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, page, read_form, see_other, words
from tierslieu.http.problems import speak
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons import merging, moving, queries, screens
from tierslieu.people.persons.correcting import MERGE
from tierslieu.people.persons.doubles import likely
from tierslieu.people.persons.likeness import Written
from tierslieu.people.persons.list_pages import look_for
from tierslieu.people.persons.noting import note_search
from tierslieu.people.persons.schemas import CORRECTED, PersonFile
from tierslieu.people.persons.searching import as_read


class Choice(msgspec.Struct, frozen=True):
    """A field of two files: both texts, and whose is proposed. Nothing to choose when they say the same."""

    name: str
    label: str
    kept: str
    gone: str
    chosen: str
    is_same: bool


class MergePages(Controller):
    """/personnes/{id}/fusionner: the person of the address is kept."""

    path = "/personnes/{id:str}"
    include_in_schema = False

    @get("/fusionner", opt=allow(MERGE))
    async def compare(
        self, request: AnyRequest, id: FromPath[str], avec: FromQuery[str] = "", q: FromQuery[str] = ""
    ) -> Response[bytes]:
        """Choose the other file, then look at both."""
        if avec:
            return await _side_by_side(request, read(id), read(avec))
        home, spoken = house(request), words(request)
        typed = as_read(q)

        def load(reader: Reader) -> tuple[PersonFile, list[screens.PersonLine]]:
            kept = queries.file(reader, read(id))
            alike = likely(reader, Written(kept.first_name, kept.last_name, kept.birth_year), but=kept.id)
            found = look_for(reader, typed, home.finders) if typed else [one.person for one in alike]
            return kept, [screens.line(one, spoken) for one in found if one.id != kept.id]

        kept, found = await home.db.read(load)
        if typed:
            note_search(request, "merge", len(found))
        return page(request, "persons/merge_with.html", person=screens.head(kept), people=found, search=typed)

    @post("/fusionner", opt=allow(MERGE))
    async def merge(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Make one file of both."""
        form, home = await read_form(request), house(request)
        kept_id, gone_id = read(id), read(form.get("avec", ""))
        chosen = {name: form[name] for name in CORRECTED if form.get(name) in (merging.KEPT, merging.GONE)}
        try:
            await home.db.write(merging.merge, kept_id, gone_id, chosen, home.personal, by=actor(request))
        except Refused as error:
            return await _side_by_side(request, kept_id, gone_id, error)
        return see_other(f"/personnes/{show(kept_id)}?fait=reunie")

    @post("/fusions/{merge:str}/defaire", opt=allow(MERGE))
    async def undo(self, request: AnyRequest, id: FromPath[str], merge: FromPath[str]) -> Response[Any]:
        """Two files again."""
        await read_form(request)
        home = house(request)
        undone = await home.db.write(merging.undo, read(merge), home.personal, by=actor(request))
        if not undone.rows and not undone.fields:
            return see_other(f"/personnes/{id}?fait=separee")
        labels = [words(request).text(screens.FIELDS[name]) for name in undone.fields]
        context: dict[str, Any] = {"count": sum(undone.rows.values()), "fields": labels, "other": show(undone.gone_id)}
        return page(request, "persons/undone.html", id=id, **context)


async def _side_by_side(
    request: AnyRequest, kept_id: int, gone_id: int, error: Refused | None = None
) -> Response[bytes]:
    home, spoken = house(request), words(request)
    if kept_id == gone_id:
        raise Invalid("merge_same")
    places = moving.places(home.personal)

    def load(reader: Reader) -> tuple[PersonFile, PersonFile, dict[str, int]]:
        gone = queries.file(reader, gone_id)
        return queries.file(reader, kept_id), gone, moving.counted(reader, places, gone_id)

    kept, gone, counts = await home.db.read(load)
    return page(
        request,
        "persons/merge.html",
        422 if error else 200,
        kept=screens.head(kept),
        gone=screens.head(gone),
        choices=_choices(kept, gone, spoken),
        counts=[(spoken.text(title), str(count)) for title, count in counts.items()],
        reasons=[text for _code, text, _links in speak(spoken, error)] if error else [],
    )


def _choices(kept: PersonFile, gone: PersonFile, spoken: Words) -> list[Choice]:
    mine, theirs = screens.form_values(kept), screens.form_values(gone)
    empty = spoken.text(_("rien"))
    return [
        Choice(
            name,
            spoken.text(label),
            mine[name] or empty,
            theirs[name] or empty,
            merging.KEPT if mine[name] or not theirs[name] else merging.GONE,
            mine[name] == theirs[name],
        )
        for name, label in screens.FIELDS.items()
    ]
