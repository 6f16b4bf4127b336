"""The pages on which staff change the venue, in words."""

from collections.abc import Mapping

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.editors.fields import Field, FormPage, Given, Group, access_fields, stored_access
from tierslieu.venue.map import SpaceFacts, VenueMap
from tierslieu.venue.portraits import portraits
from tierslieu.venue.queries import venue
from tierslieu.venue.rights import EDIT, may_change
from tierslieu.venue.wording import KINDS, SITE_KINDS

HOME = "/gestion/lieu"


class Line(msgspec.Struct, frozen=True):
    """Something to change."""

    key: str
    name: str
    about: str
    is_retired: bool = False


class SpaceBlock(msgspec.Struct, frozen=True):
    """A space with what it offers."""

    key: str
    name: str
    can_change: bool
    resources: list[Line]


class SiteBlock(msgspec.Struct, frozen=True):
    """A site with its spaces."""

    key: str
    name: str
    kind: str
    can_change: bool
    spaces: list[SpaceBlock]


class IndexPage(msgspec.Struct, frozen=True):
    """The whole venue, as far as somebody may change it."""

    sites: list[SiteBlock]
    can_open: bool


def index_page(reader: Reader, spoken: Words, who: Actor) -> IndexPage:
    """What this person may change. A fixed number of statements."""
    here, told = venue(reader), portraits(reader)
    sites = []
    for one in told.sites.values():
        blocks = [_block(spoken, here, space, who) for space in here.spaces.values() if space.site == one.key]
        shown = [block for block in blocks if block.can_change or block.resources]
        can_change = who.may(EDIT, f"site:{one.key}")
        if shown or can_change:
            kind = spoken.text(SITE_KINDS.get(one.kind, one.kind))
            sites.append(SiteBlock(one.key, one.name, kind, can_change, shown))
    return IndexPage(sites, who.may_everywhere(EDIT))


def _block(spoken: Words, here: VenueMap, space: SpaceFacts, who: Actor) -> SpaceBlock:
    lines = [
        Line(one.key, one.name, spoken.text(KINDS[one.kind]), bool(one.retired_at))
        for one in here.resources
        if one.space.id == space.id and may_change(who, space, one.kind)
    ]
    return SpaceBlock(space.key, space.name, may_change(who, space), lines)


def site_form(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None) -> FormPage:
    """The form of a site, of a new one without `key`. Raises NotFound."""
    stored: dict[str, object] = {"kind": "satellite", "capacity": 20}
    title = spoken.text(_("Nouveau site"))
    if key:
        site = portraits(reader).site(key)
        stored = {**msgspec.structs.asdict(site), **stored_access(site.access)}
        title = site.name
    given = Given(spoken, typed, stored)
    about = [
        given.line("name", _("Nom"), required=True),
        given.select("kind", _("Sorte de site"), SITE_KINDS.items()),
        given.number("capacity", _("Personnes au plus"), (0, 100_000)),
        given.area("address", _("Adresse, une ligne par ligne"), 500),
        given.line("phone", _("Téléphone"), 40),
    ]
    groups = [
        Group("about", spoken.text(_("Le site")), about if key else [_key(given), *about]),
        Group("access", spoken.text(_("Accessibilité")), access_fields(given)),
    ]
    return FormPage(title, f"{HOME}/sites/{key or 'nouveau'}", HOME, groups)


def _key(given: Given) -> Field:
    hint = _("Lettres simples, chiffres et tirets. Il ne change plus.")
    return given.line("key", _("Nom court"), 40, hint, required=True)


def space_form(reader: Reader, spoken: Words, key: str, typed: Mapping[str, str] | None, site: str = "") -> FormPage:
    """The form of a space, of a new one without `key`. Raises NotFound."""
    here, told = venue(reader), portraits(reader)
    stored: dict[str, object] = {"capacity": 10, "position": len(here.spaces), "site": site}
    title, hears = spoken.text(_("Nouvel espace")), frozenset[str]()
    if key:
        portrait = told.space(key)
        space = here.spaces[portrait.id]
        stored = {**msgspec.structs.asdict(portrait), **stored_access(portrait.access)}
        stored |= {"name": space.name, "capacity": space.capacity}
        hears = frozenset(one.key for one in here.spaces.values() if here.hears(space, one))
        title = space.name
    stored |= {f"n_{name}": True for name in hears}
    given = Given(spoken, typed, stored)
    about = [
        given.line("name", _("Nom"), required=True),
        given.number("capacity", _("Personnes au plus"), (0, 100_000)),
        given.area("description", _("À quoi il sert")),
        given.number("position", _("Rang dans les listes"), (0, 100_000)),
    ]
    if not key:
        sites = [(one.key, one.name) for one in told.sites.values()]
        about = [_key(given), given.select("site", _("Site"), sites), *about]
    neighbours = [given.check(f"n_{one.key}", one.name) for one in here.spaces.values() if one.key != key]
    groups = [
        Group("about", spoken.text(_("L’espace")), about),
        Group("access", spoken.text(_("Accessibilité, depuis la rue")), access_fields(given)),
        Group("neighbours", spoken.text(_("On entend d’ici")), neighbours),
    ]
    path = f"{HOME}/espaces/{key}"
    if not key:
        return FormPage(title, f"{HOME}/espaces/nouveau", HOME, groups)
    hours, photos = spoken.text(_("Horaires et fermetures")), spoken.text(_("Photos"))
    return FormPage(title, path, f"/espaces/{key}", groups, [(f"{path}/horaires", hours), (f"{path}/photos", photos)])
