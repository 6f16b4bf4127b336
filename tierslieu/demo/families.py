"""Loading the demonstration's families: who answers for the children of the file, papers seen, rules for minors."""

from typing import Any

from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.people.families.actions import give_consent
from tierslieu.people.families.age_rules import add_break, set_rule
from tierslieu.people.families.rules import Ages, Paper, default_until
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.actions import Bond, link
from tierslieu.people.relations.queries import zone_of

GIVEN = ("account", "machines")
"""What every guardian of the file agreed to; pictures are left out on purpose."""
YOUNGEST = {"laser-1": 16, "cnc-1": 18}
BREAKS = (
    ("Vacances de Noël", "2026-12-19", "2027-01-03"),
    ("Vacances d’hiver", "2027-02-06", "2027-02-21"),
    ("Vacances de printemps", "2027-04-03", "2027-04-18"),
    ("Pont de l’Ascension", "2027-05-06", "2027-05-08"),
    ("Vacances d’été", "2027-07-03", "2027-08-31"),
)


def load(tx: Tx) -> None:
    """Links, consents and rules. The people are there already."""
    data = venue_file.read()
    for child in data["users"]:
        if "guardian" in child:
            _load_child(tx, child)
    set_rule(tx, Ages("", needs_consent="account", school_from=16 * 60, free_from=9 * 60, school_to=1140, free_to=1140))
    set_rule(tx, Ages("kind:machine", needs_consent="machines"))
    for machine in data["machines"]:
        if "alone_min_age" in machine:
            set_rule(tx, Ages(machine["id"], YOUNGEST.get(machine["id"]), machine["alone_min_age"]))
    for name, first, last in BREAKS:
        add_break(tx, name, first, last)


def _load_child(tx: Tx, child: dict[str, Any]) -> None:
    one, guardian = by_key(tx, child["id"]), by_key(tx, child["guardian"])
    if one is None or guardian is None:
        return
    link(tx, Bond(one.id, guardian.id, "parent"))
    today = zone_of(tx).date(tx.now)
    for scope in GIVEN:
        paper = Paper(guardian.id, scope, today, default_until(today), is_agreed=True)
        give_consent(tx, one.id, paper, is_paper_seen=False)
