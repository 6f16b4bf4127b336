"""Tables of sign-in: sessions, the ways in that a person has, what is under way, and what was tried."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Session(Table, table=True):
    """A signed-in browser, program or kiosk; the secret itself is only on its side.

    `kind` is browser, program or kiosk, `method` how the person came in, `strength` 2 when that took two factors.
    `confirmed_at` is when they last proved who they are: what is delicate asks for a recent proof. `label` is a
    coarse name of the browser.
    """

    __tablename__ = "session"

    secret_sha256: str = Field(primary_key=True, max_length=64)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)
    kind: str = Field(default="browser", max_length=10, sa_column_kwargs={"server_default": "browser"})
    method: str = Field(default="password", max_length=20, sa_column_kwargs={"server_default": "password"})
    strength: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    label: str = Field(default="", max_length=60, sa_column_kwargs={"server_default": ""})
    confirmed_at: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


class KnownBrowser(Table, table=True):
    """A browser in which a person signed in before: nobody else's wrong tries keep them out of it."""

    __tablename__ = "known_browser"
    __table_args__ = (UniqueConstraint("person_id", "browser_sha256"),)

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    browser_sha256: str = Field(max_length=64)
    label: str = Field(max_length=60)
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger, index=True)


class SignInLink(Table, table=True):
    """Somebody asked for a link. Without a person nobody has that address: nothing was sent, and nothing tells it.

    `browser_sha256` is the browser that asked, NULL when the desk did. `target` is where to go afterwards.
    """

    __tablename__ = "sign_in_link"

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE"
    )
    browser_sha256: str | None = Field(default=None, max_length=64, index=True)
    token_sha256: str | None = Field(default=None, max_length=64, unique=True)
    code_sha256: str | None = Field(default=None, max_length=64)
    target: str = Field(sa_type=Text)
    tries: int
    used_at: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger, index=True)


class Passkey(Table, table=True):
    """A passkey of a person. Only its public half is here. `warned_at`: its counter once went backwards."""

    __tablename__ = "passkey"

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    credential: str = Field(sa_type=Text, unique=True)
    public_key: str = Field(sa_type=Text)
    sign_count: int = Field(sa_type=BigInteger)
    name: str = Field(max_length=60)
    created_at: int = Field(sa_type=BigInteger)
    used_at: int = Field(sa_type=BigInteger)
    warned_at: int = Field(sa_type=BigInteger)


class PasskeyChallenge(Table, table=True):
    """What a passkey was asked to sign: once, by one browser, for a few minutes."""

    __tablename__ = "passkey_challenge"

    challenge: str = Field(primary_key=True, max_length=100)
    browser_sha256: str = Field(max_length=64)
    person_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE"
    )
    expires_at: int = Field(sa_type=BigInteger, index=True)


class Authenticator(Table, table=True):
    """An application that shows codes (TOTP). `last_step` is the last code used: each works once.

    `confirmed_at` is 0 until the person typed a first code.
    """

    __tablename__ = "authenticator"
    __table_args__ = (UniqueConstraint("person_id", "kind"), CheckConstraint("kind = 'totp'", name="kind"))

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    kind: str = Field(max_length=10)
    secret: str = Field(max_length=64)
    last_step: int = Field(sa_type=BigInteger)
    created_at: int = Field(sa_type=BigInteger)
    confirmed_at: int = Field(sa_type=BigInteger)


class RecoveryCode(Table, table=True):
    """A code on paper that replaces the authenticator, once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_sha256"),)

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    code_sha256: str = Field(max_length=64)
    created_at: int = Field(sa_type=BigInteger)
    used_at: int = Field(sa_type=BigInteger)


class SignInNote(Table, table=True):
    """A sign-in that happened or failed, for the person's own eyes. `outcome` is a stable code."""

    __tablename__ = "sign_in_note"
    __table_args__ = (Index("ix_sign_in_note_person_id", "person_id", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", ondelete="CASCADE")
    at: int = Field(sa_type=BigInteger, index=True)
    method: str = Field(max_length=20)
    outcome: str = Field(max_length=20)
    label: str = Field(max_length=60)


class Attempt(Table, table=True):
    """A try that counts against a limit; `name` is a hash, so that no address is kept."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_name", "name", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    name: str = Field(max_length=64)
    at: int = Field(sa_type=BigInteger)
    until: int = Field(sa_type=BigInteger, index=True)


class KeptForm(Table, table=True):
    """A form that arrived after the session's end, kept for its sender until they are back. Same browser only."""

    __tablename__ = "kept_form"

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    browser_sha256: str = Field(max_length=64)
    path: str = Field(sa_type=Text)
    fields: str = Field(sa_type=Text)
    expires_at: int = Field(sa_type=BigInteger, index=True)
