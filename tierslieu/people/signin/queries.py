"""All reads about sign-in: sessions, accounts, and the ways in that a person has."""

import msgspec
from sqlalchemy import and_, bindparam, func, select

from tierslieu.infra.statements import Query, columns
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.tables import Person
from tierslieu.people.preferences.queries import showing_text
from tierslieu.people.roles.queries import held_text
from tierslieu.people.signin.schemas import Account
from tierslieu.people.signin.tables import Authenticator, KnownBrowser, Passkey, RecoveryCode, Session, SignInNote

p, s, k = columns(Person), columns(Session), columns(KnownBrowser)
y, t, r, n = columns(Passkey), columns(Authenticator), columns(RecoveryCode), columns(SignInNote)
NOTES_SHOWN = 20


class OpenSession(msgspec.Struct, frozen=True):
    """A session that is still good, with its person; `roles` and `preferences` are texts that their rules read."""

    person_id: int
    first_name: str
    roles: str
    seen_at: int
    kind: str
    strength: int
    confirmed_at: int
    preferences: str


class SessionLine(msgspec.Struct, frozen=True):
    """One of a person's sessions."""

    secret_sha256: str
    created_at: int
    seen_at: int
    kind: str
    method: str
    label: str

    @property
    def handle(self) -> str:
        """A name for it in forms."""
        return self.secret_sha256[:16]


class PasskeyLine(msgspec.Struct, frozen=True):
    """One of a person's passkeys."""

    id: int
    person_id: int
    credential: str
    public_key: str
    sign_count: int
    name: str
    created_at: int
    used_at: int
    warned_at: int


class Totp(msgspec.Struct, frozen=True):
    """A person's authenticator."""

    id: int
    secret: str
    last_step: int
    confirmed_at: int


class Note(msgspec.Struct, frozen=True):
    """A sign-in that happened or failed."""

    at: int
    method: str
    outcome: str
    label: str


class Ways(msgspec.Struct, frozen=True):
    """The ways in that a person has. `last_at` is their last good sign-in, 0 when there is none in memory."""

    has_email: bool
    has_password: bool
    passkeys: int
    has_totp: bool
    recovery_codes: int
    sessions: int
    last_at: int

    @property
    def has_second_factor(self) -> bool:
        """True when a second factor can be given."""
        return self.has_totp or self.passkeys > 0


BY_SECRET = Query(
    select(p.id, p.first_name, held_text(p.id), s.seen_at, s.kind, s.strength, s.confirmed_at, showing_text(p.id))
    .select_from(Session)
    .join(Person, p.id == s.person_id)
    .where(s.secret_sha256 == bindparam("secret"), s.expires_at > bindparam("now"), p.is_active == 1),
    into=OpenSession,
)
ACCOUNT = (p.id, p.first_name, p.password_hash, held_text(p.id))
BY_EMAIL = Query(
    select(*ACCOUNT, k.id)
    .select_from(Person)
    .outerjoin(KnownBrowser, and_(k.person_id == p.id, k.browser_sha256 == bindparam("browser")))
    .where(p.email == bindparam("email"), p.is_active == 1),
    into=Account,
)
BY_PERSON = Query(select(*ACCOUNT).where(p.id == bindparam("id"), p.is_active == 1), into=Account)
SESSION_AGE: Query[tuple[int, str, str]] = Query(
    select(s.created_at, held_text(p.id), s.kind)
    .select_from(Session)
    .join(Person, p.id == s.person_id)
    .where(s.secret_sha256 == bindparam("secret"))
)
SESSIONS = Query(
    select(s.secret_sha256, s.created_at, s.seen_at, s.kind, s.method, s.label)
    .where(s.person_id == bindparam("person"), s.expires_at > bindparam("now"))
    .order_by(s.seen_at.desc(), s.created_at.desc()),
    into=SessionLine,
)
PASSKEY = (y.id, y.person_id, y.credential, y.public_key, y.sign_count, y.name, y.created_at, y.used_at, y.warned_at)
PASSKEYS = Query(select(*PASSKEY).where(y.person_id == bindparam("person")).order_by(y.created_at), into=PasskeyLine)
PASSKEY_BY_CREDENTIAL = Query(
    select(*PASSKEY)
    .select_from(Passkey)
    .join(Person, p.id == y.person_id)
    .where(y.credential == bindparam("credential"), p.is_active == 1),
    into=PasskeyLine,
)
TOTP = Query(select(t.id, t.secret, t.last_step, t.confirmed_at).where(t.person_id == bindparam("person")), into=Totp)
CODES_LEFT: Query[tuple[int]] = Query(
    select(func.count()).select_from(RecoveryCode).where(r.person_id == bindparam("person"), r.used_at == 0)
)
NOTES = Query(
    select(n.at, n.method, n.outcome, n.label)
    .where(n.person_id == bindparam("person"))
    .order_by(n.at.desc(), n.id.desc())
    .limit(NOTES_SHOWN),
    into=Note,
)
LAST_SIGN_IN: Query[tuple[int | None]] = Query(
    select(func.max(n.at)).where(n.person_id == bindparam("person"), n.outcome == "done")
)
HAS: Query[tuple[str | None, str | None]] = Query(select(p.email, p.password_hash).where(p.id == bindparam("person")))


def session_age(reader: Reader, secret_sha256: str) -> tuple[int, str, str] | None:
    """When a session began, the roles of its person, and its kind."""
    return reader.row(SESSION_AGE, secret=secret_sha256, now=reader.now)


def open_session_of(reader: Reader, secret_sha256: str) -> OpenSession | None:
    """The session with this secret, None when it is over or unknown."""
    return reader.row(BY_SECRET, secret=secret_sha256, now=reader.now)


def account(reader: Reader, email: str, browser: str = "") -> Account | None:
    """The active person with this address; `known` when they signed in with this browser before."""
    return reader.row(BY_EMAIL, email=email, browser=browser, now=reader.now)


def account_of(reader: Reader, person_id: int) -> Account | None:
    """The same for a person, when they are active."""
    return reader.row(BY_PERSON, id=person_id, now=reader.now)


def sessions_of(reader: Reader, person_id: int) -> list[SessionLine]:
    """A person's open sessions, the last used first."""
    return reader.rows(SESSIONS, person=person_id, now=reader.now)


def passkeys_of(reader: Reader, person_id: int) -> list[PasskeyLine]:
    """A person's passkeys, the oldest first."""
    return reader.rows(PASSKEYS, person=person_id)


def passkey_by_credential(reader: Reader, credential: str) -> PasskeyLine | None:
    """The passkey with this credential id, when its person is active."""
    return reader.row(PASSKEY_BY_CREDENTIAL, credential=credential)


def totp_of(reader: Reader, person_id: int) -> Totp | None:
    """A person's authenticator, confirmed or not yet."""
    return reader.row(TOTP, person=person_id)


def notes_of(reader: Reader, person_id: int) -> list[Note]:
    """The last sign-ins, good and failed, the newest first."""
    return reader.rows(NOTES, person=person_id)


def ways_of(reader: Reader, person_id: int) -> Ways:
    """The ways in that a person has."""
    has = reader.row(HAS, person=person_id) or (None, None)
    totp = totp_of(reader, person_id)
    codes = reader.row(CODES_LEFT, person=person_id)
    last = reader.row(LAST_SIGN_IN, person=person_id)
    return Ways(
        has_email=bool(has[0]),
        has_password=bool(has[1]),
        passkeys=len(passkeys_of(reader, person_id)),
        has_totp=totp is not None and totp.confirmed_at > 0,
        recovery_codes=codes[0] if codes else 0,
        sessions=len(sessions_of(reader, person_id)),
        last_at=(last[0] or 0) if last else 0,
    )
