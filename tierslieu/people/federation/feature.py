"""What people/federation tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, END, STAY, Personal
from tierslieu.people.federation import actions, leaving, pages, sections
from tierslieu.people.federation.tables import FederationAttempt, Identity
from tierslieu.people.roles.rules import EVERY_PERSON

FEATURE = Feature(
    name="people.federation",
    controllers=(pages.FederationPages, leaving.LeavingFirstPages, leaving.LeavingPages, sections.IdentityPages),
    permissions={
        sections.MANAGE_OWN: EVERY_PERSON,
        sections.MANAGE: frozenset({"receptionist", "administrator"}),
    },
    jobs={"people.tidy_federation": actions.tidy},
    schedules=(Every(3600, "people.tidy_federation"),),
    personal=(
        Personal(
            Identity,
            title=_("Identités reliées"),
            shown=("provider", "linked_at", "used_at"),
            on_erase=DELETE,
            moment="used_at",
            on_merge=STAY,
        ),
        Personal(FederationAttempt, on_erase=DELETE, on_merge=END),
    ),
    sections=(Section("federation", 86, "federation/_section.html", sections.identities, sections.MANAGE),),
)
