"""The demonstration's zones: the whole site and four places in it, each with its own way in."""

from collections.abc import Mapping

import msgspec

from devices.badges.decide import Rule
from tierslieu.access.zones import actions
from tierslieu.access.zones.actions import ZoneFacts
from tierslieu.infra.transaction import Tx
from tierslieu.venue.queries import venue

DAY, WEEK = 86_400, 604_800
TEAM = tuple(Rule("role", role, "always") for role in ("receptionist", "fab_manager", "administrator"))
ZONES: Mapping[str, tuple[str, ZoneFacts, tuple[Rule, ...]]] = {
    "site": (
        "",
        ZoneFacts("Tout le site", is_site=1, capacity=90, passback="soft", stale_s=WEEK),
        (Rule("anyone"), Rule("reservation", when="always"), *TEAM),
    ),
    "accueil": ("accueil", ZoneFacts("Accueil", capacity=25, passback="off", position=1), (Rule("anyone"), *TEAM)),
    "coworking": (
        "coworking",
        ZoneFacts("Coworking", capacity=14, passback="soft", stale_s=WEEK, position=2),
        (
            Rule("reservation"),
            *(Rule("plan", plan, pin="unstaffed") for plan in ("cow-mois", "cow-mois-reserve")),
            *TEAM,
        ),
    ),
    "fablab": (
        "fablab",
        ZoneFacts("FabLab", capacity=12, passback="timed", stale_s=DAY, position=3),
        (
            Rule("reservation"),
            *(Rule("qualification", skill, pin="unstaffed") for skill in ("impression-3d", "decoupe-laser")),
            *TEAM,
        ),
    ),
    "grande-salle": (
        "grande-salle",
        ZoneFacts("Grande salle", capacity=50, position=4),
        (Rule("reservation"), Rule("anyone", when="staffed"), *TEAM),
    ),
}


def load(tx: Tx) -> None:
    """The zones, in their order."""
    spaces = {one.key: one.id for one in venue(tx).spaces.values()}
    for key, (space, facts, rules) in ZONES.items():
        actions.add_zone(tx, key, msgspec.structs.replace(facts, space_id=spaces.get(space, 0)), rules)
