"""What people/preferences tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Feature, Section
from tierslieu.infra.personal import DELETE, STAY, Personal
from tierslieu.people.preferences import pages, views
from tierslieu.people.preferences.tables import PersonPreference
from tierslieu.people.roles.rules import STAFF

FEATURE = Feature(
    name="people.preferences",
    controllers=(pages.PreferencesPages,),
    permissions={pages.SET_FOR_OTHERS: STAFF},
    personal=(
        Personal(
            PersonPreference,
            title=_("Préférences d’affichage"),
            shown=("locale", "text_size", "is_easy"),
            on_erase=DELETE,
            on_merge=STAY,
        ),
    ),
    sections=(Section("preferences", 82, "preferences/_person.html", views.of_person, pages.SET_FOR_OTHERS),),
)
