"""What fablab/requests tells the house."""

from tierslieu.fablab.events import Cleared, Ended, Started, Weighed
from tierslieu.fablab.requests import (
    api,
    ask_pages,
    dues,
    money_pages,
    own_pages,
    personal,
    reactions,
    remaking_pages,
    setting_pages,
    shelf_api,
    shelf_pages,
    shelving,
    staff_pages,
)
from tierslieu.fablab.requests.events import Tell
from tierslieu.fablab.requests.rights import HAND_OVER, ROLES
from tierslieu.http.labels import LABELS
from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Printable, Reaction
from tierslieu.people.rights.events import Erased

FEATURE = Feature(
    name="fablab.requests",
    controllers=(
        api.AskApi,
        api.AnswerApi,
        shelf_api.ShelfApi,
        shelf_api.DueApi,
        shelf_api.SettingApi,
        ask_pages.AskPages,
        own_pages.OwnPages,
        staff_pages.RequestPages,
        remaking_pages.RemakingPages,
        shelf_pages.ShelfPages,
        money_pages.DuePages,
        setting_pages.SettingPages,
    ),
    permissions=ROLES,
    printables=(
        Printable(
            "shelves",
            40,
            _("Étagères de retrait"),
            "/fablab/retraits/etageres.pdf",
            "etagere",
            HAND_OVER,
            LABELS,
            shelf_pages.printable,
        ),
    ),
    reactions=(
        Reaction(Tell, "tell", reactions.tell),
        Reaction(Started, "note_started", reactions.note_started),
        Reaction(Ended, "note_ended", reactions.note_ended),
        Reaction(Cleared, "note_cleared", reactions.note_cleared, is_wanted=reactions.is_of_a_job),
        Reaction(Weighed, "charge_energy", dues.charge_energy),
        Reaction(Erased, "let_go", reactions.let_go),
    ),
    jobs={shelving.TELL_READY: shelving.tell_ready, shelving.SWEEP: shelving.sweep},
    schedules=(Every(3600, shelving.SWEEP),),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
)
