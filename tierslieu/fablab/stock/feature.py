"""What materials tell the house."""

from tierslieu.fablab.events import Cleared, Queued
from tierslieu.fablab.stock import alerts, api, item_pages, letters, pages, partner, sale_pages, storing, using
from tierslieu.fablab.stock.actions import KEEP, SEE, TAKE
from tierslieu.fablab.stock.machine_part import machine_part
from tierslieu.fablab.stock.personal import PERSONAL, RETENTIONS
from tierslieu.http.labels import LABELS
from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, MachinePart, Printable, Reaction, Section
from tierslieu.people.roles.rules import ADMINISTRATOR, MACHINE_MENDERS, USERS

KEEPERS = frozenset({"fab_manager", ADMINISTRATOR})
FEATURE = Feature(
    name="fablab.stock",
    controllers=(
        api.MaterialsApi,
        api.ItemsApi,
        api.SalesApi,
        pages.StockPages,
        item_pages.ItemPages,
        sale_pages.SalePages,
    ),
    permissions={SEE: MACHINE_MENDERS, KEEP: KEEPERS, TAKE: USERS | MACHINE_MENDERS},
    reactions=(
        Reaction(Cleared, "count_use", using.count_use, is_wanted=using.is_ours),
        Reaction(Queued, "look_at_stock", alerts.look_after_queueing),
    ),
    jobs={alerts.TELL: letters.tell_low, storing.TELL_PARTNER: partner.tell},
    schedules=(Every(30, storing.TELL_PARTNER),),
    personal=PERSONAL,
    retentions=RETENTIONS,
    printables=(
        Printable(
            "stock",
            30,
            _("Bobines, feuilles et boîtes"),
            "/fablab/stock/etiquettes.pdf",
            "n",
            SEE,
            LABELS,
            pages.printable,
        ),
    ),
    sections=(Section("stock", 41, "stock/_person.html", sale_pages.person_part, SEE),),
    machine_parts=(MachinePart("stock", 30, "stock/_machine.html", machine_part),),
)
