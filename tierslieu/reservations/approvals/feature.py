"""What reservations/approvals tells the house. Who may answer is said in reservations/feature."""

from tierslieu.infra.feature import Every, Feature, Reaction
from tierslieu.reservations.approvals import api, jobs, letters, pages, personal
from tierslieu.reservations.events import Answered, Cancelled, Moved, Reserved

FEATURE = Feature(
    name="reservations.approvals",
    controllers=(pages.RequestPages, api.RequestsApi),
    reactions=(
        Reaction(Reserved, "note_request", jobs.note_request, is_wanted=jobs.is_request),
        Reaction(Moved, "note_moved", jobs.note_request),
        Reaction(Answered, "end_proposal", jobs.end_proposal),
        Reaction(Cancelled, "end_cancelled", jobs.end_proposal),
    ),
    jobs={jobs.TELL: jobs.tell_answerers, jobs.SWEEP: jobs.sweep},
    schedules=(Every(600, jobs.SWEEP),),
    letter_lines=(letters.added,),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
)
