"""Tables of persons."""

from sqlalchemy import BigInteger
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class Person(Table, table=True):
    """Someone known to the house. Only the names are needed: many people have no e-mail.

    `birth_year` is a whole year; `phone` is in the international form (+33612345678). `changed_at` moves with
    each correction of the file. `merged_into` leads from a file that was merged to the one that goes on.
    """

    __tablename__ = "person"

    id: int = Field(primary_key=True, sa_type=Id)
    key: str | None = Field(default=None, max_length=40, unique=True)
    first_name: str = Field(max_length=200)
    last_name: str = Field(max_length=200)
    email: str | None = Field(default=None, max_length=320, unique=True)
    password_hash: str | None = Field(default=None, max_length=200)
    roles: str = Field(max_length=200)
    birth_year: int | None = None
    phone: str | None = Field(default=None, max_length=20)
    locale: str = Field(max_length=5)
    is_active: int
    created_at: int = Field(sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    merged_into: int | None = Field(default=None, sa_type=BigInteger)
