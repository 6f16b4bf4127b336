"""What staff set about presence: the house's choices, and the codes to print for doors and desks."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.actor import Actor
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.labels import Tag, house_address, print_tags
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.people.roles.rules import ADMINISTRATORS
from tierslieu.reservations import actions as core
from tierslieu.reservations.presence import actions, queries
from tierslieu.reservations.presence.schemas import PolicyFields
from tierslieu.reservations.standing.actions import set_policy
from tierslieu.reservations.standing.queries import policy
from tierslieu.reservations.standing.rules import Policy
from tierslieu.reservations.views import Choice
from tierslieu.venue.queries import venue

SET, SETTERS = "reservations.set_presence", ADMINISTRATORS | {"receptionist", "fab_manager"}
DELAYS = (("0", _("Aucun retard")), ("15", _("15 minutes")), ("30", _("30 minutes")))
CONSEQUENCES = (
    ("approval", _("Ses réservations attendent l’accord de l’accueil")),
    ("horizon", _("On réserve moins longtemps à l’avance")),
)
LABELS = {
    "most_late_minutes": _("Le plus long retard annoncé"),
    "unknown_days": _("Jours pendant lesquels l’équipe dit qui est venu"),
    "missed_count": _("Absences avant une conséquence"),
    "missed_days": _("Comptées sur combien de jours"),
    "lasting_days": _("Durée de la conséquence, en jours"),
    "consequence": _("Conséquence"),
    "horizon_days": _("Jours à l’avance, si la conséquence est celle-là"),
}


class CodeLine(msgspec.Struct, frozen=True):
    """A resource and whether its code was made."""

    key: str
    name: str
    since: str
    address: str


class PolicyPages(Controller):
    """/accueil/presences-regles."""

    path = "/accueil/presences-regles"
    include_in_schema = False

    @get("/", opt=allow(SET))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """What holds now."""
        found = await house(request).db.read(policy)
        return _policy(request, _texts(found), {}, 200)

    @post("/", opt=allow(SET))
    async def change(self, request: AnyRequest) -> Response[Any]:
        """What holds from now on."""
        form = await read_form(request)
        try:
            fields = check(PolicyFields, form)
        except FormErrors as error:
            told = {name: sentence(words(request), code, {}) for name, code in error.fields.items()}
            return _policy(request, {**dict.fromkeys(("app_check_in", *LABELS), ""), **form}, told, 422)
        most = int(fields.most_late_minutes)
        wanted = Policy(**{**fields.model_dump(), "most_late_minutes": most})
        await house(request).db.write(set_policy, wanted, by=actor(request))
        return see_other("/accueil/presences")


class CodePages(Controller):
    """/accueil/codes: the codes of doors and desks."""

    path = "/accueil/codes"
    include_in_schema = False

    @get("/", opt=allow(core.FOR_OTHERS))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """Every resource with its code."""
        lines = await house(request).db.read(code_lines, house_address(request), words(request))
        return page(request, "presence/codes.html", lines=lines)

    @post("/", opt=allow(core.FOR_OTHERS))
    async def make(self, request: AnyRequest) -> Response[Any]:
        """A code for each resource that has none."""
        await read_form(request)
        await house(request).db.write(actions.make_codes, by=actor(request))
        return see_other("/accueil/codes")

    @post("/{key:str}/renouveler", opt=allow(core.FOR_OTHERS))
    async def renew(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """A new code: the one printed before leads nowhere."""
        await read_form(request)
        await house(request).db.write(actions.renew_code, key, by=actor(request))
        return see_other("/accueil/codes")

    @get("/etiquettes.pdf", opt=allow(core.FOR_OTHERS))
    async def print_labels(self, request: AnyRequest) -> Response[bytes]:
        """The labels or plates to print, of all resources or of those named in the address."""
        wanted = set(request.query_params.getall("espace", []))
        lines = await house(request).db.read(code_lines, house_address(request), words(request))
        hint = words(request).text(_("Scannez pour arriver, réserver ou partir."))
        found = [one for one in lines if one.address and (not wanted or one.key in wanted)]
        tags = [Tag(one.name, one.address, hint) for one in found]
        return await print_tags(request, words(request).text(_("Codes des espaces")), tags, "codes")


def code_lines(reader: Reader, address: str, spoken: Words) -> list[CodeLine]:
    """Every resource that can be reserved, with the address of its code ("" without)."""
    known = queries.codes(reader)
    found = []
    for one in venue(reader).resources:
        code, since = known.get(one.id, ("", 0))
        if one.is_bookable:
            day = spoken.day(since, "short") if code else ""
            found.append(CodeLine(one.key, one.name, day, f"{address}/ici/{code}" if code else ""))
    return found


def printable(reader: Reader, spoken: Words, _who: Actor) -> list[tuple[str, str]]:
    """What has a code to print: its key and its name."""
    return [(one.key, one.name) for one in code_lines(reader, "", spoken) if one.address]


def _texts(policy: Policy) -> dict[str, str]:
    found = {name: str(value) for name, value in msgspec.structs.asdict(policy).items()}
    return {**found, "app_check_in": "1" if policy.app_check_in else ""}


def _policy(request: AnyRequest, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response[bytes]:
    spoken = words(request)

    def choices(name: str, given: tuple[tuple[str, str], ...]) -> list[Choice]:
        return [Choice(value, spoken.text(text), value == typed.get(name, "")) for value, text in given]

    return page(
        request,
        "presence/policy.html",
        status,
        typed=typed,
        errors=errors,
        labels={name: spoken.text(text) for name, text in LABELS.items()},
        delays=choices("most_late_minutes", DELAYS),
        consequences=choices("consequence", CONSEQUENCES),
    )
