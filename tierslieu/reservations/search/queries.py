"""The reads of search: two scenes at most, whatever the number of resources."""

from itertools import islice
from typing import Final

import msgspec

from tierslieu.basics.spans import Span
from tierslieu.infra.transaction import Reader
from tierslieu.people.relations.queries import is_minor
from tierslieu.reservations.rules import Wish
from tierslieu.reservations.scene import Asker, Scene, scene
from tierslieu.reservations.search.matching import (
    MOST_SHOWN,
    Found,
    Search,
    alternatives,
    candidates,
    close,
    found,
    reach,
)
from tierslieu.reservations.search.rules import Proposal
from tierslieu.reservations.terms.queries import venue_for
from tierslieu.venue.map import ResourceFacts, VenueMap

MOST_ASKED: Final = 2 * MOST_SHOWN
"""How often people/ is asked for one search, however much there is to choose from."""


class Answer(msgspec.Struct, frozen=True):
    """What a search found. `alternatives` come when nothing did; `count` is how many serve what is asked at all.

    `has_authority`: whoever asks decides, so that nothing waits for approval.
    """

    venue: VenueMap
    found: list[Found]
    alternatives: list[Proposal]
    count: int
    has_authority: bool
    best: ResourceFacts | None = None
    """What suits best of all that has everything asked for: one may wait for it."""

    def state_of(self, resource: ResourceFacts) -> str:
        """How a reservation of a resource would begin."""
        return "requested" if resource.needs_approval and not self.has_authority else "confirmed"


class _Welcome:
    """What people/ has nothing against. It speaks of minors and of machines only: others cost no statement."""

    def __init__(self, reader: Reader, seen: Scene, *, is_young: bool) -> None:
        self.reader, self.seen, self.is_young = reader, seen, is_young
        self.asked = 0

    def __call__(self, resource: ResourceFacts, span: Span) -> bool:
        if self.seen.asker.person_id is None or not (resource.kind == "machine" or resource.parts or self.is_young):
            return True
        self.asked += 1
        return self.asked <= MOST_ASKED and not self.seen.against(self.reader, Wish(resource, span))


def search_for(reader: Reader, asker: Asker, search: Search) -> Answer:
    """What is free for what is asked, else what comes close; each would be accepted from this person now."""
    here = venue_for(reader, asker.person_id)
    is_young = asker.person_id is not None and is_minor(reader, asker.person_id, search.window.start)
    whole, lesser = candidates(here, search)
    seen = scene(reader, asker, whole, search.window)
    welcome = _Welcome(reader, seen, is_young=is_young)
    hits = list(islice((one for one in found(seen, search, whole) if welcome(one.resource, one.span)), MOST_SHOWN))
    if hits:
        return Answer(here, hits, [], len(whole), asker.has_authority)
    near = scene(reader, asker, close(here, search), reach(search))
    welcome = _Welcome(reader, near, is_young=is_young)
    proposals = [one for one in alternatives(near, search) if all(welcome(*part) for part in one.parts)]
    best = whole[0] if whole else None
    return Answer(here, [], proposals, len(whole) + len(lesser), asker.has_authority, best)
