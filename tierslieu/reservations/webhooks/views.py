"""Webhooks in words, for the pages of administrators."""

from collections.abc import Mapping
from typing import Final

import msgspec

from tierslieu.basics.ids import show
from tierslieu.http import paging
from tierslieu.http.words import Words, _
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.webhooks import queries, rules
from tierslieu.reservations.webhooks.schemas import Stored, StoredDelivery
from tierslieu.reservations.webhooks.wording import ERRORS, KINDS, PAUSES, STATES

SHOWN_SECONDS: Final = 600
"""How long a new secret can be read on its page."""
A_PAGE: Final = 50


class Tick(msgspec.Struct, frozen=True):
    """A box to tick."""

    name: str
    label: str
    is_checked: bool


class HookLine(msgspec.Struct, frozen=True):
    """A receiver in the list."""

    id: str
    title: str
    host: str
    state: str
    state_text: str
    note: str


class DeliveryLine(msgspec.Struct, frozen=True):
    """One thing told, in words."""

    id: str
    number: str
    when: str
    kind: str
    state: str
    state_text: str
    note: str
    can_go_again: bool


class HookPage(msgspec.Struct, frozen=True):
    """One receiver: what it is told, its secret while it is new, and what was told to it."""

    id: str
    title: str
    url: str
    kinds: list[str]
    is_paused: bool
    state_text: str
    secret: str
    since: str
    lines: list[DeliveryLine]
    older: str


class HookForm(msgspec.Struct, frozen=True):
    """The form of a receiver."""

    heading: str
    action: str
    back: str
    title: str
    url: str
    ticks: list[Tick]


def all_hooks(reader: Reader, spoken: Words) -> list[HookLine]:
    """The list."""
    counts = queries.counts(reader)
    return [_line(one, counts.get(one.id, {}), spoken) for one in queries.all_of(reader)]


def _line(one: Stored, counts: Mapping[str, int], spoken: Words) -> HookLine:
    target = rules.read_target(one.url, ())
    parts = []
    waiting = counts.get("waiting", 0) + counts.get("sending", 0) + counts.get("held", 0)
    if waiting:
        parts.append(spoken.text(_("{count} avis à envoyer"), count=waiting))
    if counts.get("failed"):
        parts.append(spoken.plural("{count} avis non reçu", "{count} avis non reçus", counts["failed"]))
    if one.paused_because:
        parts.insert(0, _state(one, spoken))
    state, text = ("paused", _("En pause")) if one.paused_because else ("running", _("Relié"))
    host = one.url if isinstance(target, str) else target.host
    return HookLine(show(one.id), one.title, host, state, spoken.text(text), " · ".join(parts))


def _state(one: Stored, spoken: Words) -> str:
    return spoken.text(PAUSES[one.paused_because] if one.paused_because else _("Relié"))


def hook_page(reader: Reader, webhook_id: int, after: paging.Place, spoken: Words) -> HookPage:
    """One receiver, with a part of what was told to it."""
    one = queries.webhook(reader, webhook_id)
    found = queries.told(reader, webhook_id, "", after, A_PAGE + 1)
    shown, more = paging.cut(found, A_PAGE, queries.place_of)
    made_at = one.former_until - rules.TWO_SECRETS if one.former_secret else one.created_at
    return HookPage(
        show(one.id),
        one.title,
        one.url,
        [spoken.text(KINDS[kind]) for kind in queries.kinds_of(one)],
        bool(one.paused_because),
        _state(one, spoken),
        one.secret if reader.now < made_at + SHOWN_SECONDS else "",
        spoken.zone.date(reader.now).isoformat(),
        [_delivery(each, spoken) for each in shown],
        more,
    )


def _delivery(one: StoredDelivery, spoken: Words) -> DeliveryLine:
    state, text = STATES[one.state]
    note = spoken.text(ERRORS[one.error], status=one.status) if one.error in ERRORS else ""
    if one.state == "waiting" and one.tries:
        note += " · " + spoken.text(_("nouvel essai {at}"), at=spoken.moment(one.due_at))
    return DeliveryLine(
        show(one.id),
        f"msg_{show(one.id)}",
        spoken.moment(one.created_at),
        spoken.text(KINDS.get(one.kind, one.kind)),
        state,
        spoken.text(text),
        note,
        one.state != "sending",
    )


def new_form(spoken: Words, typed: Mapping[str, str] | None = None) -> HookForm:
    """The form of a new receiver, with what was typed."""
    given = typed or {}
    heading, action = spoken.text(_("Relier un logiciel")), "/gestion/webhooks"
    return HookForm(heading, action, action, given.get("title", ""), given.get("url", ""), _ticks(given, spoken))


def change_form(reader: Reader, webhook_id: int, spoken: Words, typed: Mapping[str, str] | None = None) -> HookForm:
    """The form of a receiver that changes."""
    one = queries.webhook(reader, webhook_id)
    given = typed or {"title": one.title, "url": one.url, **dict.fromkeys(queries.kinds_of(one), "1")}
    back = f"/gestion/webhooks/{show(one.id)}"
    heading = spoken.text(_("Changer {title}"), title=one.title)
    return HookForm(
        heading, f"{back}/changer", back, given.get("title", ""), given.get("url", ""), _ticks(given, spoken)
    )


def _ticks(given: Mapping[str, str], spoken: Words) -> list[Tick]:
    return [Tick(kind, spoken.text(KINDS[kind]), kind in given) for kind in rules.KINDS]
