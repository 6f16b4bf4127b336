"""Loading the demonstration's groups: the seniors with 90 invented members, classes as headcounts."""

from typing import Any, Final

from tierslieu.demo import venue_file
from tierslieu.infra.transaction import Tx
from tierslieu.people.groups.actions import GroupFacts, create_group, name_contact, put_member
from tierslieu.people.groups.rules import school_year
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key
from tierslieu.people.relations.queries import zone_of

KINDS: Final = {"seniors": "programme", "cm2": "school_class", "6e": "school_class", "loisirs": "other"}
LEVELS: Final = {"cm2": "CM2", "6e": "6e"}
CONTACTS: Final = {"seniors": "s5", "loisirs": "s5"}
FIRST_NAMES: Final = (
    "Odette",
    "Yvonne",
    "Huguette",
    "Ginette",
    "Lucienne",
    "Andrée",
    "Raymonde",
    "Josette",
    "Édith",
    "Régine",
    "Fernand",
    "Gaston",
    "Émile",
    "Lucien",
    "Étienne",
    "Octave",
    "Ernest",
)
LAST_NAMES: Final = ("Chantebrise", "Boisfleury", "Valdombre", "Clairruisseau", "Hautevigne")
"""Names that nobody bears, each with each first name."""


def load(tx: Tx) -> None:
    """The groups of the file. The people of the file are there already."""
    data = venue_file.read()
    today = zone_of(tx).date(tx.now)
    for group in data["groups"]:
        key = group["id"]
        level = LEVELS.get(key)
        facts = GroupFacts(
            KINDS[key],
            group["name"],
            headcount=None if key == "seniors" else group["size"],
            school_year=school_year(today) if level else None,
            levels=((level, group["size"]),) if level else (),
        )
        group_id = create_group(tx, facts, key)
        contact = by_key(tx, CONTACTS.get(key, ""))
        if contact is not None:
            name_contact(tx, group_id, contact.id)
        _load_members(tx, group_id, group, data["users"])


def _load_members(tx: Tx, group_id: int, group: dict[str, Any], users: list[dict[str, Any]]) -> None:
    ids = [one.id for user in users if user.get("group") == group["id"] and (one := by_key(tx, user["id"])) is not None]
    if group["id"] == "seniors":
        names = [(first, last) for last in LAST_NAMES for first in FIRST_NAMES]
        missing = names[: group["size"] - len(ids)]
        ids += [_invented(tx, number, *name) for number, name in enumerate(missing)]
    for person_id in ids:
        put_member(tx, group_id, person_id)


def _invented(tx: Tx, number: int, first_name: str, last_name: str) -> int:
    """Two in three have a phone, of the numbers set aside for fiction."""
    phone = f"+3363998{5000 + number:04d}" if number % 3 else None
    return create_person(tx, first_name, last_name, birth_year=1938 + number % 22, phone=phone)
