"""Tables of federation: identities of people, journeys to a provider under way, visitors not known yet."""

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Identity(Table, table=True):
    """An identity at a provider, and whose it is. A person may have several; an identity has one person."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: int = Field(primary_key=True, sa_type=Id)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE")
    provider: str = Field(max_length=20)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=300)
    linked_at: int = Field(sa_type=BigInteger)
    used_at: int = Field(sa_type=BigInteger)


class FederationAttempt(Table, table=True):
    """A journey to a provider: one browser, one use, ten minutes. `person_id` was signed in when it began."""

    __tablename__ = "federation_attempt"

    state_sha256: str = Field(primary_key=True, max_length=64)
    browser_sha256: str = Field(max_length=64)
    provider: str = Field(max_length=20)
    nonce_sha256: str = Field(max_length=64)
    target: str = Field(sa_type=Text)
    person_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="person.id", index=True, ondelete="CASCADE"
    )
    expires_at: int = Field(sa_type=BigInteger, index=True)


class FederationVisitor(Table, table=True):
    """Somebody came back from a provider and is not known yet: kept until they say what to do, half an hour at most."""

    __tablename__ = "federation_visitor"

    browser_sha256: str = Field(primary_key=True, max_length=64)
    provider: str = Field(primary_key=True, max_length=20)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=300)
    first_name: str = Field(max_length=200)
    last_name: str = Field(max_length=200)
    email: str = Field(max_length=320)
    is_email_verified: int
    strength: int
    is_staff_allowed: int
    target: str = Field(sa_type=Text)
    expires_at: int = Field(sa_type=BigInteger, index=True)


class FederationDeparture(Table, table=True):
    """What a provider needs to end its own session in a browser, until that session is over anyway."""

    __tablename__ = "federation_departure"

    browser_sha256: str = Field(primary_key=True, max_length=64)
    provider: str = Field(primary_key=True, max_length=20)
    id_token: str = Field(sa_type=Text)
    state_sha256: str | None = Field(default=None, max_length=64)
    expires_at: int = Field(sa_type=BigInteger, index=True)
