"""What people/memberships tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Section
from tierslieu.infra.personal import DELETE, KEEP, Personal, Retention
from tierslieu.people.memberships import account_pages, api, pages, reminders, sale_pages, screens
from tierslieu.people.memberships.categories.actions import remove_old
from tierslieu.people.memberships.credits import actions as credits
from tierslieu.people.memberships.credits.tables import CreditLot, CreditMove
from tierslieu.people.memberships.plans import pages as plan_pages
from tierslieu.people.memberships.rights import MANAGE, PLANS, SEE
from tierslieu.people.memberships.tables import Membership, MembershipSuspension, PersonCategory, PlanTerms
from tierslieu.people.roles.rules import STAFF

FEATURE = Feature(
    name="people.memberships",
    controllers=(
        api.PlansApi,
        api.MembershipsApi,
        api.CreditsApi,
        plan_pages.PlanPages,
        plan_pages.CategoryPages,
        sale_pages.SalePages,
        pages.MembershipPages,
        pages.HistoryPages,
        account_pages.AccountPages,
    ),
    permissions={
        SEE: STAFF,
        MANAGE: frozenset({"receptionist", "cash_officer", "administrator"}),
        PLANS: frozenset({"administrator"}),
    },
    jobs={reminders.REMIND: reminders.remind, credits.EXPIRE: credits.expire_due},
    sections=(Section("memberships", 50, "memberships/_section.html", screens.section, SEE),),
    schedules=(Every(3600, reminders.REMIND), Every(3600, credits.EXPIRE)),
    personal=(
        Personal(
            Membership,
            title=_("Adhésions"),
            shown=("starts_at", "ends_at", "category", "price_cents", "free_reason", "sold_at", "cancelled_at"),
            on_erase=KEEP,
        ),
        Personal(Membership, "sold_by"),
        Personal(MembershipSuspension, "noted_by"),
        Personal(
            PersonCategory,
            title=_("Catégories de tarif"),
            shown=("category", "starts_at", "until_at", "how", "checked_at"),
            on_erase=DELETE,
        ),
        Personal(PersonCategory, "checked_by"),
        Personal(PlanTerms, "created_by"),
        Personal(CreditLot, title=_("Carnets et crédits"), shown=("kind", "given", "expires_at"), on_erase=KEEP),
        Personal(CreditMove, "by_id"),
    ),
    retentions=(
        Retention(
            "people.categories",
            _("Catégories de tarif terminées"),
            2 * 365 * 86_400,
            _("Règle de la maison : deux ans, comme les réservations"),
            remove_old,
        ),
    ),
)
