"""What people/rights tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Check, Every, Feature, Section
from tierslieu.infra.personal import DELETE, Personal
from tierslieu.people.rights import keeping, pages, queries, views
from tierslieu.people.rights.rules import DAY
from tierslieu.people.rights.tables import ForgetWarning
from tierslieu.people.roles.rules import EVERY_PERSON

ADMINISTRATORS = frozenset({"administrator"})

FEATURE = Feature(
    name="people.rights",
    controllers=(pages.MyDataPages, pages.PersonDataPages, pages.KeepingPages),
    permissions={
        pages.OWN: EVERY_PERSON,
        pages.HAND_OVER: ADMINISTRATORS | {"receptionist"},
        pages.ERASE: ADMINISTRATORS,
        pages.SEE_RULES: ADMINISTRATORS | {"elected_referent"},
        pages.READ_LOG: ADMINISTRATORS,
    },
    jobs={"people.rights.keep_no_longer": keeping.keep_no_longer},
    schedules=(Every(DAY, "people.rights.keep_no_longer"),),
    checks=(
        Check(
            _("Ce qui est trop ancien est retiré chaque jour."),
            _("Ce qui est trop ancien n’est plus retiré depuis {count} jours. Le journal du service dit pourquoi."),
            queries.days_overdue,
        ),
    ),
    personal=(Personal(ForgetWarning, on_erase=DELETE),),
    sections=(Section("rights", 90, "rights/_desk.html", views.desk_part, pages.HAND_OVER, is_own=False),),
)
