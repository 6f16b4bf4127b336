"""A person's linked identities, on their page and in their own space."""

from typing import Any

import msgspec
from litestar import Controller, Response, post
from litestar.params import FromPath

from tierslieu.basics.ids import read, show
from tierslieu.http.guards import actor, allow, house, require_recent_proof
from tierslieu.http.pages import AnyRequest, read_form, see_other
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader
from tierslieu.people.federation import actions, queries
from tierslieu.people.federation.pages import OWN_SPACE

MANAGE_OWN, MANAGE = "people.link_own_identities", "people.manage_identities"


class IdentityLine(msgspec.Struct, frozen=True):
    """One linked identity."""

    id: str
    provider: str
    linked_on: str
    used_on: str


class Identities(msgspec.Struct, frozen=True):
    """All of a person's; `linked` are the providers they have, so that the others can be offered."""

    lines: list[IdentityLine]
    linked: list[str]


def identities(reader: Reader, words: Words, person_id: int) -> Identities:
    """What the section shows."""
    found = queries.identities_of(reader, person_id)
    lines = [
        IdentityLine(show(one.id), one.provider, words.day(one.linked_at, "year"), words.day(one.used_at, "year"))
        for one in found
    ]
    return Identities(lines, [one.provider for one in found])


class IdentityPages(Controller):
    """Unlinking, by the person or at the desk."""

    @post("/mon-espace/identites/{id:str}/retrait", opt=allow(MANAGE_OWN), include_in_schema=False)
    async def unlink_own(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """One's own identity opens the account no more."""
        await read_form(request)
        require_recent_proof(request)
        who = actor(request)
        await house(request).db.write(actions.unlink, who.person_id or 0, read(id), by=who)
        return see_other(OWN_SPACE)

    @post("/personnes/{person:str}/identites/{id:str}/retrait", opt=allow(MANAGE), include_in_schema=False)
    async def unlink(self, request: AnyRequest, person: FromPath[str], id: FromPath[str]) -> Response[Any]:
        """The desk unlinks an identity for somebody."""
        await read_form(request)
        await house(request).db.write(actions.unlink, read(person), read(id), by=actor(request))
        return see_other(f"/personnes/{person}#federation")
