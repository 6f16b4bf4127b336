"""What pages of the FabLab share: choices, spoken refusals, fragments without a request, the notice after a change."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.response import Redirect

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.basics.errors import DomainError, Invalid, Refused
from tierslieu.fablab import sentences
from tierslieu.fablab.actions import RUN
from tierslieu.fablab.cards import fablab_view, wall_view
from tierslieu.fablab.storing import JOBS, MACHINES
from tierslieu.fablab.streams import Feed, feeds
from tierslieu.fablab.views import Board
from tierslieu.http.guards import house
from tierslieu.http.pages import see_other, words
from tierslieu.http.problems import speak
from tierslieu.http.wording import Link, sentence
from tierslieu.http.words import Words

AnyRequest = Request[Any, Any, State]
SIGNAL_PAUSE, SIGNAL_QUIET = 2.0, 30.0
"""Each signal costs every reader a request of their own: seldom enough, often enough."""
STAFF = Actor(device="wall", permissions=frozenset({RUN}))
"""For whom the wall is rendered: its route lets only staff in."""


class Choice(msgspec.Struct, frozen=True):
    """One line of a select field."""

    value: str
    label: str
    selected: bool = False


class ReasonLine(msgspec.Struct, frozen=True):
    """One reason of a refusal, ready to show."""

    code: str
    text: str
    remedies: list[Link]


def reasons(spoken: Words, error: DomainError) -> list[ReasonLine]:
    """Why it is not possible, in sentences."""
    if isinstance(error, Refused):
        return [ReasonLine(code, text, links) for code, text, links in speak(spoken, error)]
    return [ReasonLine(error.code, sentence(spoken, error.code, error.facts), [])]


def field_errors(spoken: Words, error: Invalid) -> dict[str, str]:
    """A sentence per field."""
    return {name: sentence(spoken, code, error.facts) for name, code in error.fields.items()}


def done(path: str, code: str) -> Redirect:
    """Back to a page that says what was done."""
    return see_other(f"{path}?fait={code}")


def done_text(request: AnyRequest) -> str:
    """What was just done, as a sentence; nothing for unknown codes."""
    code = str(request.query_params.get("fait", ""))
    return words(request).text(sentences.DONE[code]) if code in sentences.DONE else ""


def fragment(request: AnyRequest, template: str, locale: str, **context: object) -> str:
    """A part of a page that holds nothing of the one who asks, so that all may share it."""
    return str(request.app.state.templates[locale].get_template(template).render(**context))


def cards_feed(request: AnyRequest) -> Feed:
    """The public cards, without any name."""
    home, spoken = house(request), words(request)

    async def render() -> str:
        view = await home.db.read(lambda reader: fablab_view(Board(reader, ANYONE), spoken))
        return fragment(request, "fablab/_cards.html", spoken.locale, view=view)

    return feeds(request.app.state).get("cards", spoken.locale, lambda: Feed(home.live, (MACHINES, JOBS), render))


def wall_feed(request: AnyRequest) -> Feed:
    """The staff wall."""
    home, spoken = house(request), words(request)

    async def render() -> str:
        view = await home.db.read(lambda reader: wall_view(Board(reader, STAFF), spoken))
        return fragment(request, "fablab/_wall.html", spoken.locale, view=view)

    return feeds(request.app.state).get("wall", spoken.locale, lambda: Feed(home.live, (MACHINES, JOBS), render))


def signal_feed(request: AnyRequest) -> Feed:
    """Only the news that something moved: pages with names fetch their own part again."""
    home = house(request)
    turn = iter(range(1, 1 << 62))

    async def render() -> str:
        return str(next(turn))

    def make() -> Feed:
        return Feed(home.live, (MACHINES, JOBS), render, "moved", pause=SIGNAL_PAUSE, quiet=SIGNAL_QUIET)

    return feeds(request.app.state).get("signal", "", make)
