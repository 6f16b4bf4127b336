"""What people/messages tells the house."""

from tierslieu.infra.feature import Feature
from tierslieu.people.messages import actions, sending

FEATURE = Feature(name="people.messages", jobs={actions.SEND: sending.send})
