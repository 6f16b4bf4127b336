"""What the queue tells the house."""

from tierslieu.fablab.actions import RUN
from tierslieu.fablab.events import Badged, Cleared, Ended, ServiceChanged
from tierslieu.fablab.queue import absence, api, badging, offering, pages, speeds, watching
from tierslieu.fablab.queue.arranging import ARRANGE
from tierslieu.http.labels import FORMATS
from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Printable, Reaction
from tierslieu.people.roles.rules import ADMINISTRATOR

FEATURE = Feature(
    name="fablab.queue",
    controllers=(api.QueueApi, pages.QueuePages, pages.GatePages),
    permissions={ARRANGE: frozenset({"fab_manager", ADMINISTRATOR})},
    reactions=(
        Reaction(Ended, "measure_speed", speeds.measure),
        Reaction(ServiceChanged, "tell_of_absence", absence.heed),
        Reaction(Cleared, "offer_turns", offering.heed),
        Reaction(Badged, "heed_badge", badging.heed, badging.is_waiting),
    ),
    jobs={"fablab.watch_runs": watching.watch_runs, "fablab.watch_turns": offering.watch_turns},
    printables=(
        Printable(
            "machines",
            20,
            _("Machines"),
            "/fablab/etiquettes.pdf",
            "machine",
            RUN,
            tuple(FORMATS),
            pages.printable,
        ),
    ),
    schedules=(Every(watching.EVERY, "fablab.watch_runs"), Every(offering.EVERY, "fablab.watch_turns")),
)
