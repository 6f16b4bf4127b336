"""What pages of the FabLab share: fragments without a request, and their live feeds."""

from tierslieu.basics.actor import ANYONE, Actor
from tierslieu.fablab.actions import MEND, RUN
from tierslieu.fablab.cards import fablab_view, wall_view
from tierslieu.fablab.queue.board import board_for
from tierslieu.fablab.storing import JOBS, MACHINES
from tierslieu.http.guards import house
from tierslieu.http.pages import AnyRequest, words
from tierslieu.http.streams import Feed, feeds

SIGNAL_PAUSE, SIGNAL_QUIET = 2.0, 30.0
"""Each signal costs every reader a request of their own: seldom enough, often enough."""
STAFF = Actor(device="wall", permissions=frozenset({RUN, MEND}))
"""For whom the wall is rendered: its route lets only staff in."""


def fragment(request: AnyRequest, template: str, catalogue: str, **context: object) -> str:
    """A part of a page that holds nothing of the one who asks, so that all may share it."""
    return str(request.app.state.templates[catalogue].get_template(template).render(**context))


def cards_feed(request: AnyRequest) -> Feed:
    """The public cards, without any name."""
    home, spoken = house(request), words(request)

    async def render() -> str:
        view = await home.db.read(lambda reader: fablab_view(board_for(reader, ANYONE), spoken))
        return fragment(request, "fablab/_cards.html", spoken.catalogue, view=view)

    return feeds(request.app.state).get("cards", spoken.catalogue, lambda: Feed(home.live, (MACHINES, JOBS), render))


def wall_feed(request: AnyRequest) -> Feed:
    """The staff wall."""
    home, spoken = house(request), words(request)

    async def render() -> str:
        view = await home.db.read(lambda reader: wall_view(board_for(reader, STAFF), spoken))
        return fragment(request, "fablab/_wall.html", spoken.catalogue, view=view)

    return feeds(request.app.state).get("wall", spoken.catalogue, lambda: Feed(home.live, (MACHINES, JOBS), render))


def signal_feed(request: AnyRequest) -> Feed:
    """Only the news that something moved: pages with names fetch their own part again."""
    home = house(request)
    turn = iter(range(1, 1 << 62))

    async def render() -> str:
        return str(next(turn))

    def make() -> Feed:
        return Feed(home.live, (MACHINES, JOBS), render, "moved", pause=SIGNAL_PAUSE, quiet=SIGNAL_QUIET)

    return feeds(request.app.state).get("signal", "", make)
