"""What people/signin tells the house."""

from tierslieu.infra.feature import Every, Feature
from tierslieu.people.roles.rules import EVERY_PERSON
from tierslieu.people.signin import actions, api, pages

FEATURE = Feature(
    name="people.signin",
    controllers=(api.SessionsApi, pages.SignInPages),
    permissions={"people.sign_out": EVERY_PERSON},
    jobs={"people.tidy_sessions": actions.tidy_sessions},
    schedules=(Every(3600, "people.tidy_sessions"),),
)
