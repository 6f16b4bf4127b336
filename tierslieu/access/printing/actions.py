"""Cards for a whole group: each member has a new one, the former ones stop, all in one transaction."""

from typing import Final

import msgspec

from tierslieu.access import actions, queries
from tierslieu.basics.actor import require
from tierslieu.basics.errors import Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.groups import queries as groups
from tierslieu.people.groups.actions import MANAGE

MOST: Final = 120
"""Members of a group for whom cards are made at once."""


class MemberCard(msgspec.Struct, frozen=True):
    """A card just made, and who gets it. `token` is what to print; it is told only now."""

    first_name: str
    last_name: str
    number: str
    token: str


def make_group_cards(tx: Tx, group_id: int) -> list[MemberCard]:
    """A new card for every member of a group. Raises Forbidden, NotFound, Refused."""
    require(tx.by, MANAGE)
    groups.group(tx, group_id)
    members = groups.all_members(tx, group_id)
    if not members:
        raise Refused((Reason("group_without_members"),))
    if len(members) > MOST:
        raise Refused((Reason("group_too_large", {"most": MOST}),))
    record(tx, "access.make_group_cards", None, show(group_id), count=len(members))
    return [_renew(tx, member) for member in members]


def _renew(tx: Tx, member: groups.Member) -> MemberCard:
    for badge in queries.badges_now(tx, member.person_id):
        if badge.kind == "card":
            actions.revoke_badge(tx, badge.id, "replaced")
    issued = actions.issue_badge(tx, member.person_id)
    return MemberCard(member.first_name, member.last_name, issued.badge.card_number, issued.token)
