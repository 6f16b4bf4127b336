"""What series tell the house."""

from tierslieu.infra.feature import Detail, Every, Feature, Reaction, Section
from tierslieu.people.rights.events import Erased
from tierslieu.reservations.actions import FOR_OTHERS
from tierslieu.reservations.series import answer_pages, api, keeping, letters, pages, person_part, personal
from tierslieu.reservations.series.events import SeriesTold

FEATURE = Feature(
    name="reservations.series",
    controllers=(api.SeriesApi, pages.SeriesPages, answer_pages.AnswerPages),
    reactions=(
        Reaction(SeriesTold, "tell_of_series", letters.tell),
        Reaction(Erased, "end_series", personal.end_series),
    ),
    jobs={keeping.ASK: keeping.ask, keeping.RELEASE: keeping.release},
    schedules=(Every(3600, keeping.ASK),),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
    details=(Detail("series", 30, "series/_detail.html", person_part.reservation_part),),
    sections=(Section("series", 31, "series/_person.html", person_part.person_part, FOR_OTHERS),),
)
