"""What people/persons tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, STAY, Personal
from tierslieu.people.persons import api, brought, list_pages, merge_pages, noting, own_pages, pages, screens
from tierslieu.people.persons.correcting import EXPORT, MANAGE, MERGE, OWN, SEE
from tierslieu.people.persons.tables import Person, PersonMerge, PersonWord
from tierslieu.people.roles.rules import ADMINISTRATOR, EVERY_PERSON, REFERRERS, STAFF

AT_THE_DESK = frozenset({"receptionist", ADMINISTRATOR})

FEATURE = Feature(
    name="people.persons",
    controllers=(
        api.PeopleApi,
        list_pages.PeoplePages,
        pages.NewPersonPages,
        pages.PersonPages,
        merge_pages.MergePages,
        own_pages.OwnPages,
        brought.BroughtPages,
    ),
    permissions={
        SEE: STAFF,
        MANAGE: STAFF,
        MERGE: AT_THE_DESK,
        EXPORT: AT_THE_DESK,
        OWN: EVERY_PERSON,
        brought.BRING: REFERRERS,
    },
    personal=(
        Personal(Person, "created_by", on_erase=KEEP, on_merge=STAY),
        Personal(Person, "merged_into", on_erase=KEEP, on_merge=STAY),
        Personal(PersonWord, on_erase=DELETE, on_merge=STAY),
        Personal(PersonMerge, "kept_id", _("Fiches réunies"), ("at", "undone_at"), DELETE, on_merge=STAY),
        Personal(PersonMerge, "gone_id", on_erase=DELETE, on_merge=STAY),
        Personal(PersonMerge, "by", on_erase=KEEP, on_merge=STAY),
        Personal(PersonMerge, "undone_by", on_erase=KEEP, on_merge=STAY),
    ),
    sections=(
        Section("identity", 10, "persons/_identity.html", screens.identity, SEE),
        Section("contact", 20, "persons/_contact.html", screens.contact, SEE),
    ),
    companions=(noting.noted,),
)
