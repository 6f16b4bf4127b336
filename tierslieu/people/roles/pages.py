"""Who may do what, for everyone who works at the house."""

from litestar import Controller, Response, get
from litestar.params import FromQuery

from tierslieu.basics.errors import NotFound
from tierslieu.http.guards import allow, house
from tierslieu.http.pages import AnyRequest, page, words
from tierslieu.people.roles import rules, views

SEE = "people.see_roles"


class RolesPages(Controller):
    """/roles."""

    path = "/roles"
    include_in_schema = False

    @get("/", opt=allow(SEE))
    async def show_roles(self, request: AnyRequest, role: FromQuery[str] = "") -> Response[bytes]:
        """Each permission and the roles that hold it; with a role, only what it may."""
        if role and role not in rules.ROLES:
            raise NotFound("unknown_role")
        spoken = words(request)
        lines = views.catalogue(spoken, role)
        chosen = next((line for line in lines if line.role == role), None)
        domains = views.domains(spoken, house(request).permissions, role)
        return page(request, "roles/index.html", roles=lines, chosen=chosen, domains=domains)
