"""What people/roles tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, STAY, Personal
from tierslieu.people.roles import granting, pages, views
from tierslieu.people.roles.actions import GRANT_ROLES
from tierslieu.people.roles.rules import ADMINISTRATORS, WORKERS
from tierslieu.people.roles.tables import RoleGrant

FEATURE = Feature(
    name="people.roles",
    controllers=(pages.RolesPages, granting.GrantingPages),
    permissions={pages.SEE: WORKERS, GRANT_ROLES: ADMINISTRATORS},
    personal=(
        Personal(
            RoleGrant,
            title=_("Rôles"),
            shown=("role", "scope", "granted_at", "ends_at"),
            on_erase=DELETE,
            same=("role", "scope"),
            on_merge=STAY,
        ),
        Personal(RoleGrant, "granted_by", on_erase=KEEP, on_merge=STAY),
    ),
    sections=(Section("roles", 15, "roles/_person.html", views.person_roles, pages.SEE),),
)
