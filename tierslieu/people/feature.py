"""What people/ tells the house."""

from tierslieu.infra.feature import Every, Feature
from tierslieu.people import actions, api, pages
from tierslieu.people.rules import EVERY_PERSON

FEATURE = Feature(
    name="people",
    controllers=(api.SessionsApi, pages.SignInPages),
    permissions={"people.sign_out": EVERY_PERSON},
    jobs={"people.tidy_sessions": actions.tidy_sessions},
    schedules=(Every(3600, "people.tidy_sessions"),),
)
