"""What people/signin tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Every, Feature, Reaction, Section
from tierslieu.infra.personal import DELETE, END, STAY, Personal, Retention
from tierslieu.people.persons.events import AccountClosed
from tierslieu.people.roles.rules import EVERY_PERSON
from tierslieu.people.signin import (
    actions,
    api,
    arrivals,
    changes,
    desk_pages,
    factor_pages,
    keeping,
    link_pages,
    links,
    own_pages,
    pages,
    passkey_pages,
    passkeys,
    throttle,
)
from tierslieu.people.signin.rules import DAY
from tierslieu.people.signin.tables import (
    Authenticator,
    KeptForm,
    KnownBrowser,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    Session,
    SignInLink,
    SignInNote,
)

KEPT_NOTES = 180 * DAY
TIDY = {
    "people.tidy_sessions": actions.tidy_sessions,
    "people.tidy_links": links.tidy,
    "people.tidy_challenges": passkeys.tidy,
    "people.tidy_attempts": throttle.tidy,
    "people.tidy_browsers": arrivals.tidy_browsers,
    "people.tidy_forms": keeping.tidy,
}
PERSONAL = (
    Personal(
        Session, title=_("Sessions ouvertes"), shown=("created_at", "seen_at", "label"), on_erase=DELETE, on_merge=END
    ),
    Personal(
        KnownBrowser,
        title=_("Navigateurs connus"),
        shown=("label", "created_at", "seen_at"),
        on_erase=DELETE,
        same=("browser_sha256",),
        on_merge=STAY,
    ),
    Personal(SignInLink, on_erase=DELETE, on_merge=END),
    Personal(Passkey, title=_("Clés d’accès"), shown=("name", "created_at", "used_at"), on_erase=DELETE, on_merge=STAY),
    Personal(PasskeyChallenge, on_erase=DELETE, on_merge=END),
    Personal(Authenticator, on_erase=DELETE, same=("kind",), on_merge=STAY),
    Personal(RecoveryCode, on_erase=DELETE, same=("code_sha256",), on_merge=STAY),
    Personal(
        SignInNote,
        title=_("Connexions"),
        shown=("at", "method", "outcome", "label"),
        on_erase=DELETE,
        moment="at",
    ),
    Personal(KeptForm, on_erase=DELETE, on_merge=END),
)

FEATURE = Feature(
    name="people.signin",
    controllers=(
        api.SessionsApi,
        pages.SignInPages,
        link_pages.LinkPages,
        factor_pages.FactorPages,
        passkey_pages.PasskeyPages,
        own_pages.SecurityPages,
        keeping.KeptFormPages,
        desk_pages.SignInDeskPages,
    ),
    permissions={
        "people.sign_out": EVERY_PERSON,
        desk_pages.MANAGE: frozenset({"receptionist", "administrator"}),
        desk_pages.RESET: frozenset({"administrator"}),
    },
    reactions=(Reaction(AccountClosed, "end_sessions", changes.leave),),
    jobs={**TIDY, links.SEND: links.send, arrivals.NOTE_REFUSED: arrivals.note_refused},
    schedules=tuple(Every(3600, kind) for kind in TIDY),
    personal=PERSONAL,
    sections=(Section("signin", 85, "signin/_section.html", desk_pages.section, desk_pages.MANAGE),),
    retentions=(
        Retention(
            "people.sign_in_notes",
            _("Connexions réussies et refusées"),
            KEPT_NOTES,
            _("CNIL, délibération 2021-122 : journaux de sécurité, 6 à 12 mois"),
            arrivals.remove_notes,
        ),
    ),
)
