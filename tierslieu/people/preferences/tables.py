"""Tables of preferences."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table


class PersonPreference(Table, table=True):
    """How the house speaks to a person. `locale` is "" without a choice; `text_size` is in percent."""

    __tablename__ = "person_preference"
    __table_args__ = (
        CheckConstraint("locale IN ('', 'fr', 'en')", name="locale"),
        CheckConstraint("text_size IN (100, 125, 150)", name="text_size"),
        CheckConstraint("is_easy IN (0, 1)", name="is_easy"),
    )

    person_id: int = Field(primary_key=True, sa_type=Id, foreign_key="person.id", ondelete="CASCADE")
    locale: str = Field(max_length=5)
    text_size: int
    is_easy: int
    changed_at: int = Field(sa_type=BigInteger)
