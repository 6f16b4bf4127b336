"""What setting machines up tells the house."""

from tierslieu.fablab.setup import api, diagnostic_pages, pages, program, screens
from tierslieu.fablab.setup.actions import CONFIGURE, SET_UP
from tierslieu.fablab.setup.tables import MachineLink
from tierslieu.infra.feature import Feature, MachinePart
from tierslieu.infra.personal import Personal
from tierslieu.people.devices.rules import DEVICE_ROLES
from tierslieu.people.roles.rules import ADMINISTRATOR

FEATURE = Feature(
    name="fablab.setup",
    controllers=(pages.SetupPages, diagnostic_pages.DiagnosticPages, api.AgentApi),
    permissions={
        SET_UP: frozenset({"fab_manager", ADMINISTRATOR}),
        CONFIGURE: frozenset({DEVICE_ROLES["agent"]}),
    },
    personal=(Personal(MachineLink, "changed_by"),),
    machine_parts=(MachinePart("setup", 80, "setup/_part.html", screens.setup_part),),
    companions=(program.beside_the_machines,),
)
