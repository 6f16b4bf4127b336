"""The passes of one's own phone, for the page that keeps them for moments without network."""

import msgspec
from litestar import Controller, get

from tierslieu.access.pages import CARRY
from tierslieu.access.passes import my_pages, wallet
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.words import _

WHY = {"closed": _("Hors des heures d’ouverture, votre téléphone garde peu de codes à l’avance.")}


class PassBatch(msgspec.Struct, frozen=True):
    """Passes by the instant at which each begins; a pass is for 30 s. `now` is the service's clock.

    `why` says, when passes are fewer than two hours', for which reason.
    """

    now: int
    first_name: str
    number: str
    passes: list[wallet.PhonePass]
    until: int
    why: str


class MyPassesApi(Controller):
    """The badge on a phone."""

    path = "/api/v1/my/passes"
    tags = ("access",)

    @get("", opt=allow(CARRY))
    async def fetch(self, request: AnyRequest) -> PassBatch:
        """Signed passes for up to two hours, for the browser that carries the badge."""
        who, secret = actor(request), my_pages.phone_secret(request)
        found = await house(request).db.write(wallet.fetch, who.person_id or 0, secret, by=who)
        spoken = words(request)
        why = spoken.text(WHY[found.why]) if found.why else ""
        return PassBatch(found.now, found.first_name, found.number, found.passes, found.until, why)
