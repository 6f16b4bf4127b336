"""Tables of requests: what staff look at first, what was said, what is prepared, kept on the shelf, and due."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field

from tierslieu.infra.tables import Id, Table

TURNS = "'staff', 'person', 'agreement', 'over'"
ANSWERS = "'', 'accepted', 'refused', 'withdrawn'"
KINDS_OF_PEOPLE = "'member', 'minor', 'visitor'"
SHELF_STATES = "'waiting', 'collected', 'expired'"
RECEIVERS = "'', 'person', 'relative', 'other'"
DUE_STATES = "'due', 'settled', 'waived'"


class RequestPolicy(Table, table=True):
    """When staff look at a file before it joins the queue of a kind of machine. No row: the house's usual way."""

    __tablename__ = "request_policy"

    kind: str = Field(primary_key=True, max_length=40)
    is_always: int
    for_staff: int
    for_unprepared: int
    for_minors: int
    over_grams: int | None = Field(default=None)
    over_minutes: int | None = Field(default=None)
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)


class RequestLimit(Table, table=True):
    """What one person of a kind may ask for in a week. NULL: as much as they like."""

    __tablename__ = "request_limit"
    __table_args__ = (CheckConstraint(f"who IN ({KINDS_OF_PEOPLE})", name="who"),)

    who: str = Field(primary_key=True, max_length=20)
    jobs: int | None = Field(default=None)
    grams: int | None = Field(default=None)
    minutes: int | None = Field(default=None)
    cents: int | None = Field(default=None)
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)


class JobRequest(Table, table=True):
    """A job that staff look at before it is queued. `turn` says who has to speak next.

    `why` is the code of the rule that asked for it. `proposed` is what staff would change (JSON), for the person to
    agree to. `note` is the answer in the words of who answered.
    """

    __tablename__ = "job_request"
    __table_args__ = (
        CheckConstraint(f"turn IN ({TURNS})", name="turn"),
        CheckConstraint(f"answer IN ({ANSWERS})", name="answer"),
        Index("ix_job_request_turn_asked_at", "turn", "asked_at"),
    )

    job_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="fabrication_job.id")
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True)
    why: str = Field(max_length=20)
    turn: str = Field(max_length=20)
    asked_at: int = Field(sa_type=BigInteger)
    changed_at: int = Field(sa_type=BigInteger)
    proposed: str = Field(sa_type=Text)
    answer: str = Field(max_length=20)
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    answered_by: int | None = Field(default=None, sa_type=BigInteger)
    note: str = Field(max_length=500)


class RequestMessage(Table, table=True):
    """One word of the talk about a job, between its person and the team."""

    __tablename__ = "request_message"
    __table_args__ = (Index("ix_request_message_job_id_at", "job_id", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    job_id: int = Field(sa_type=BigInteger, foreign_key="fabrication_job.id")
    is_staff: int
    written_by: int | None = Field(default=None, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    text: str = Field(max_length=500)


class PreparedFile(Table, table=True):
    """A file that staff made for a machine from what a person brought; the original stays."""

    __tablename__ = "prepared_file"

    id: int = Field(primary_key=True, sa_type=Id)
    job_id: int = Field(sa_type=BigInteger, foreign_key="fabrication_job.id", index=True)
    original_id: int = Field(sa_type=BigInteger, foreign_key="job_file.id", index=True)
    file_id: int = Field(sa_type=BigInteger, foreign_key="job_file.id", index=True)
    prepared_at: int = Field(sa_type=BigInteger)
    prepared_by: int | None = Field(default=None, sa_type=BigInteger)


class JobStep(Table, table=True):
    """One dated step of a job's life, as its person reads it. `detail` is a number, a place or an outcome's code."""

    __tablename__ = "job_step"
    __table_args__ = (Index("ix_job_step_job_id_at", "job_id", "at"),)

    id: int = Field(primary_key=True, sa_type=Id)
    job_id: int = Field(sa_type=BigInteger, foreign_key="fabrication_job.id")
    at: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=20)
    detail: str = Field(max_length=80)
    noted_by: int | None = Field(default=None, sa_type=BigInteger)


class JobPhoto(Table, table=True):
    """The photo of what was made, drawn anew; `alt` says what it shows to who does not see it."""

    __tablename__ = "job_photo"

    job_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="fabrication_job.id")
    sha256: str = Field(max_length=64)
    width: int
    height: int
    alt: str = Field(max_length=200)
    added_at: int = Field(sa_type=BigInteger)
    added_by: int | None = Field(default=None, sa_type=BigInteger)


class Shelf(Table, table=True):
    """A place where what was made waits for its person: « A3 », behind the desk."""

    __tablename__ = "shelf"

    id: int = Field(primary_key=True, sa_type=Id)
    code: str = Field(max_length=12, unique=True)
    name: str = Field(max_length=80)
    is_used: int


class ShelfItem(Table, table=True):
    """What was made for somebody and waits for them. A job waits once; instants are 0 while it did not happen."""

    __tablename__ = "shelf_item"
    __table_args__ = (
        CheckConstraint(f"state IN ({SHELF_STATES})", name="state"),
        CheckConstraint(f"handed_to IN ({RECEIVERS})", name="handed_to"),
        Index("ix_shelf_item_state_since", "state", "since"),
    )

    job_id: int = Field(primary_key=True, sa_type=BigInteger, foreign_key="fabrication_job.id")
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True)
    shelf_id: int | None = Field(default=None, sa_type=BigInteger, foreign_key="shelf.id", index=True)
    since: int = Field(sa_type=BigInteger)
    shelved_by: int | None = Field(default=None, sa_type=BigInteger)
    told_at: int = Field(sa_type=BigInteger)
    reminded_at: int = Field(sa_type=BigInteger)
    warned_at: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=20)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    handed_to: str = Field(max_length=20)
    receiver_note: str = Field(max_length=80)


class JobDue(Table, table=True):
    """What one attempt of a job cost its person. `job_ref` names the attempt: it is due once.

    The parts are NULL while nobody knows them; `cents` adds what is known.
    """

    __tablename__ = "job_due"
    __table_args__ = (
        CheckConstraint(f"state IN ({DUE_STATES})", name="state"),
        CheckConstraint("cents >= 0", name="cents"),
        Index("ix_job_due_state_made_at", "state", "made_at"),
    )

    id: int = Field(primary_key=True, sa_type=Id)
    job_id: int = Field(sa_type=BigInteger, foreign_key="fabrication_job.id", index=True)
    job_ref: str = Field(max_length=64, unique=True)
    person_id: int = Field(sa_type=BigInteger, foreign_key="person.id", index=True)
    cents: int
    material_cents: int | None = Field(default=None)
    machine_cents: int | None = Field(default=None)
    energy_cents: int | None = Field(default=None)
    grams: float | None = Field(default=None)
    seconds: int | None = Field(default=None, sa_type=BigInteger)
    state: str = Field(max_length=20)
    made_at: int = Field(sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    reason: str = Field(max_length=200)
