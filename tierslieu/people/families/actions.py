"""All changes to families' consents, and the reminder before one ends."""

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import BigInteger, bindparam, text, update

from tierslieu.basics.errors import Conflict, NotFound, Reason, Refused
from tierslieu.basics.ids import show
from tierslieu.http.words import spoken
from tierslieu.infra.statements import Query, columns, insert_or_nothing, table_of
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record
from tierslieu.people.families import queries, rules
from tierslieu.people.families.rules import Given, Paper
from tierslieu.people.families.tables import Consent
from tierslieu.people.families.wording import REMINDER, REMINDER_SHORT, REMINDER_SUBJECT, SCOPES
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.relations import queries as relations
from tierslieu.people.relations import rules as ages

MANAGE = "people.manage_families"
c = columns(Consent)
ONE_AT_A_TIME: Query[Any] = Query(
    postgresql=text("SELECT pg_advisory_xact_lock(:person)").bindparams(bindparam("person", type_=BigInteger()))
)
"""PostgreSQL: consents of one person are noted one after the other. SQLite has one writer anyway."""
ADD = insert_or_nothing(Consent)
_ENDED = {
    "ended_at": bindparam("now", type_=BigInteger()),
    "ended_by": bindparam("by", type_=BigInteger()),
    "ended_how": bindparam("how"),
}
WITHDRAW: Query[Any] = Query(
    update(table_of(Consent)).where(c.id == bindparam("which"), c.ended_at.is_(None)).values(_ENDED)
)
REPLACE: Query[Any] = Query(
    update(table_of(Consent))
    .where(
        c.person_id == bindparam("person"),
        c.guardian_id == bindparam("guardian"),
        c.scope == bindparam("what"),
        c.ended_at.is_(None),
    )
    .values(_ENDED)
)
REMIND: Query[Any] = Query(
    update(table_of(Consent))
    .where(c.id == bindparam("which"), c.reminded_at.is_(None))
    .values(reminded_at=bindparam("now", type_=BigInteger()))
)


def give_consent(tx: Tx, person_id: int, paper: Paper, *, is_paper_seen: bool) -> int:
    """Note that somebody agreed for a person; a former consent of theirs for the same is replaced.

    `is_paper_seen`: the actor saw a signed paper, and answers for it. Raises Refused with every reason.
    """
    if known(tx, person_id) is None or known(tx, paper.guardian_id) is None:
        raise NotFound("no_such_person")
    tx.rows(ONE_AT_A_TIME, person=person_id)
    reasons = rules.reasons_against_consent(
        paper,
        person_id,
        relations.standing(tx, person_id),
        relations.links_of(tx, person_id, tx.now),
        relations.zone_of(tx).date(tx.now),
    )
    if reasons:
        raise Refused(reasons)
    mine = {"person": person_id, "guardian": paper.guardian_id, "what": paper.scope}
    tx.run(REPLACE, **mine, now=tx.now, by=tx.by.person_id, how="replaced")
    consent_id = _store(tx, person_id, paper, is_paper_seen=is_paper_seen)
    facts = {"guardian": show(paper.guardian_id), "scope": paper.scope, "until": paper.until.isoformat()}
    record(tx, "families.give_consent", person_id, show(consent_id), is_paper_seen=is_paper_seen, **facts)
    return consent_id


def _store(tx: Tx, person_id: int, paper: Paper, *, is_paper_seen: bool) -> int:
    consent_id = tx.new_id()
    made = tx.run(
        ADD,
        id=consent_id,
        person_id=person_id,
        guardian_id=paper.guardian_id,
        scope=paper.scope,
        is_agreed=int(paper.is_agreed),
        given_on=paper.given_on.isoformat(),
        until=paper.until.isoformat(),
        paper_seen_by=tx.by.person_id if is_paper_seen else None,
        created_at=tx.now,
        ended_at=None,
        ended_by=None,
        ended_how="",
        reminded_at=None,
    )
    if not made:
        raise Conflict("consent_in_force")
    return consent_id


def withdraw_consent(tx: Tx, person_id: int, consent_id: int) -> None:
    """Withdraw a consent for a person, once: whoever gave it, or staff. It stops to hold at once."""
    found = tx.row(queries.BY_ID, id=consent_id)
    if found is None or found.person_id != person_id:
        raise NotFound("no_such_consent")
    if found.guardian_id != tx.by.person_id and not tx.by.may(MANAGE):
        raise NotFound("no_such_consent")
    if not tx.run(WITHDRAW, which=consent_id, now=tx.now, by=tx.by.person_id, how="withdrawn"):
        raise Refused((Reason("consent_over"),))
    record(tx, "families.withdraw_consent", person_id, show(consent_id), scope=found.scope)


def remind(tx: Tx, _payload: object) -> int:
    """Tell those who signed, 30 days before a consent runs out, once. Returns how many were told."""
    today = relations.zone_of(tx).date(tx.now)
    last = today + rules.REMIND_BEFORE
    found = tx.rows(queries.RUNNING_OUT, first=today.isoformat(), last=last.isoformat())
    return sum(1 for one in found if tx.run(REMIND, which=one.id, now=tx.now) and _tell(tx, one))


def _tell(tx: Tx, one: Given) -> bool:
    """A letter to whoever signed, while it still means something to them."""
    child, signer = known(tx, one.person_id), known(tx, one.guardian_id)
    links = relations.links_of(tx, one.person_id, tx.now)
    zone = relations.zone_of(tx)
    if child is None or signer is None or not _still_signs(tx, one, links):
        return False
    words = spoken(signer.locale, zone)
    facts = {
        "name": child.first_name,
        "scope": words.text(SCOPES[one.scope]),
        "day": words.day(date.fromisoformat(one.until), "year"),
    }
    notice = Notice(
        "consent_ends",
        words.text(REMINDER_SUBJECT, **facts),
        words.text(REMINDER, **facts),
        short=words.text(REMINDER_SHORT, **facts),
    )
    post(tx, signer.id, notice)
    return True


def _still_signs(tx: Tx, one: Given, links: list[ages.Link]) -> bool:
    """True while this person's consent is still asked for."""
    year = relations.year_at(tx, tx.now)
    if one.guardian_id == one.person_id:
        return True
    if one.scope == "account" and ages.decides_alone_online(relations.standing(tx, one.person_id), year):
        return False
    return one.guardian_id in rules.holders(one.scope, links, year)


class Renewal(msgspec.Struct, frozen=True):
    """What a guardian agrees to in their own space, from today until the end of the school year."""

    person_id: int
    scope: str
    is_agreed: bool = False


def renew_consent(tx: Tx, wish: Renewal) -> int:
    """A guardian agrees for themselves in their own space: no paper, their session stands for it."""
    today = relations.zone_of(tx).date(tx.now)
    paper = Paper(tx.by.person_id or 0, wish.scope, today, rules.default_until(today), wish.is_agreed)
    return give_consent(tx, wish.person_id, paper, is_paper_seen=False)
