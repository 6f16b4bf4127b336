"""The permissions of memberships."""

SEE = "people.see_memberships"
MANAGE = "people.manage_memberships"
PLANS = "people.manage_plans"
