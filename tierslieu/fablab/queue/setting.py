"""The page on which a house decides how the queue of each kind of machine works."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import NotFound
from tierslieu.fablab import queries, sentences
from tierslieu.fablab.queue import wording
from tierslieu.fablab.queue.queries import rules_of
from tierslieu.fablab.queue.scheduler import POLICIES, Rules
from tierslieu.fablab.queue.schemas import Policy
from tierslieu.fablab.queue.showing import Change, changes, rule_text
from tierslieu.http.guards import actor, house
from tierslieu.http.pages import AnyRequest, check, page, words
from tierslieu.http.telling import Choice, done_text
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader

FLAGS = ("makers_clear", "starts_next")


class PolicyPage(msgspec.Struct, frozen=True):
    """The rules of a kind as they are shown in the form, those in force, and what the form's would change."""

    kind: str
    name: str
    kinds: list[tuple[str, str, bool]]
    in_force: str
    policies: list[Choice]
    rules: Rules
    is_trial: bool
    changes: list[Change]


def wish_of(form: Mapping[str, str]) -> Rules:
    """What the form asks for. Raises FormErrors."""
    numbers = {name: form[name] for name in ("policy", "guard_hours", "clear_minutes") if name in form}
    return check(Policy, numbers).model_copy(update={name: form.get(name) == "1" for name in FLAGS}).rules


async def policy_page(
    request: AnyRequest,
    kind: str,
    wanted: Rules | None = None,
    status: int = 200,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response[bytes]:
    """The rules of one kind; with a wish, what it would change."""
    view = await house(request).db.read(_view, actor(request), kind, wanted, words(request))
    context: dict[str, Any] = {"errors": errors or {}, "typed": typed or {}}
    return page(request, "fablab/policy.html", status, view=view, done=done_text(request, wording.DONE), **context)


def _view(reader: Reader, who: Actor, kind: str, wanted: Rules | None, words: Words) -> PolicyPage:
    kinds = list(dict.fromkeys(one.kind for one in queries.machines(reader)))
    if not kinds or (kind and kind not in kinds):
        raise NotFound("no_machine_of_kind")
    chosen = kind or kinds[0]
    in_force = rules_of(reader, chosen)
    shown = wanted or in_force
    return PolicyPage(
        chosen,
        sentences.named(words, sentences.KINDS, chosen),
        [
            (f"/fablab/regles?kind={each}", sentences.named(words, sentences.KINDS, each), each == chosen)
            for each in kinds
        ],
        rule_text(in_force, words),
        [Choice(each, words.text(wording.POLICIES[each]), each == shown.policy) for each in POLICIES],
        shown,
        wanted is not None,
        changes(reader, who, chosen, wanted, words) if wanted is not None else [],
    )
