"""What people/families tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, Personal
from tierslieu.people.families import actions, own_pages, pages, views
from tierslieu.people.families.tables import AgeRule, Consent
from tierslieu.people.roles.rules import EVERY_PERSON

SHOWN = ("scope", "given_on", "until", "ended_how")
MANAGERS = frozenset({"receptionist", "digital_adviser", "fab_manager", "administrator"})

FEATURE = Feature(
    name="people.families",
    controllers=(pages.LinkPages, pages.ConsentPages, own_pages.OwnFamilyPages),
    permissions={pages.SEE: MANAGERS, actions.MANAGE: MANAGERS, own_pages.OWN: EVERY_PERSON},
    jobs={"people.families.remind": actions.remind},
    schedules=(Every(86_400, "people.families.remind"),),
    personal=(
        Personal(Consent, "person_id", _("Autorisations vous concernant"), SHOWN, DELETE, ("guardian_id", "scope")),
        Personal(
            Consent, "guardian_id", _("Autorisations que vous avez données"), SHOWN, DELETE, ("person_id", "scope")
        ),
        Personal(Consent, "paper_seen_by", on_erase=KEEP),
        Personal(Consent, "ended_by", on_erase=KEEP),
        Personal(AgeRule, "changed_by", on_erase=KEEP),
    ),
    sections=(Section("families", 70, "families/_section.html", views.family_part, pages.SEE),),
)
