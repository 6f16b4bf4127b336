"""What reservations/calendars tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Feature
from tierslieu.infra.personal import DELETE, END, Personal, Retention
from tierslieu.people.roles.rules import STAFF, USERS
from tierslieu.reservations.calendars import api, export_pages, import_pages, importing, pages, serving
from tierslieu.reservations.calendars.tables import CalendarDraft, CalendarFeed, CalendarImport

FEATURE = Feature(
    name="reservations.calendars",
    controllers=(api.FeedsApi, serving.FeedPages, pages.MyFeeds, export_pages.ExportPages, import_pages.ImportPages),
    permissions={pages.SUBSCRIBE: USERS, importing.IMPORT: STAFF | {"site_administrator"}},
    retentions=(
        Retention(
            "reservations.imported",
            _("Dates des agendas importés"),
            365 * 86_400,
            _("Usage de RDV Service Public : 1 an pour les plages passées"),
            importing.forget_events,
        ),
    ),
    personal=(
        Personal(
            CalendarFeed,
            title=_("Agendas abonnés"),
            shown=("name", "created_at", "last_used_at"),
            on_erase=DELETE,
            on_merge=END,
        ),
        Personal(CalendarImport, "created_by"),
        Personal(CalendarImport, "changed_by"),
        Personal(CalendarDraft, "staff_id", on_erase=DELETE, on_merge=END),
    ),
)
