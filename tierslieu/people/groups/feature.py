"""What people/groups tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, UNLINK, Personal
from tierslieu.people.groups import actions, import_pages, importing, pages, views
from tierslieu.people.groups.tables import GroupImport, GroupMember, PersonGroup

MANAGERS = frozenset({"receptionist", "digital_adviser", "fab_manager", "administrator"})

FEATURE = Feature(
    name="people.groups",
    controllers=(pages.GroupPages, import_pages.ImportPages),
    permissions={actions.MANAGE: MANAGERS},
    jobs={"people.groups.forget_imports": importing.forget_old},
    schedules=(Every(3600, "people.groups.forget_imports"),),
    personal=(
        Personal(GroupMember, "person_id", _("Vos groupes"), ("role", "since", "until"), DELETE, ("group_id",)),
        Personal(GroupMember, "added_by", on_erase=KEEP),
        Personal(PersonGroup, "contact_id", _("Groupes que vous représentez"), ("name", "kind"), UNLINK),
        Personal(PersonGroup, "created_by", on_erase=KEEP),
        Personal(GroupImport, "staff_id", on_erase=DELETE),
    ),
    sections=(Section("groups", 75, "groups/_section.html", views.groups_part, actions.MANAGE),),
)
