"""All reads of messages and of people's choices."""

from sqlalchemy import BigInteger, Integer, bindparam, func, select

from tierslieu.basics.errors import NotFound
from tierslieu.infra.statements import Query, among, columns, one_of, table_of
from tierslieu.infra.transaction import Reader
from tierslieu.people.messages.rules import BY_WIRE, Contact, phone_kind
from tierslieu.people.messages.schemas import Receiver, Said, Stored
from tierslieu.people.messages.tables import ContactChoice, ContactOrder, Message
from tierslieu.people.persons.tables import Person
from tierslieu.people.preferences.queries import locale_of

m, c, o, p = columns(Message), columns(ContactChoice), columns(ContactOrder), columns(Person)
STORED = tuple(m[name] for name in Stored.__struct_fields__)
RECEIVER = (
    p.id,
    p.first_name,
    p.last_name,
    p.email,
    p.phone,
    func.coalesce(locale_of(p.id), p.locale),
    p.is_active,
)
PAGE = 50
OF_PERSON_SHOWN = 20
MANY = 200

BY_ID = Query(select(*STORED).where(m.id == bindparam("id")), into=Stored)
FILES: Query[tuple[str]] = Query(select(m.files).where(m.id == bindparam("id")))
RECEIVERS = Query(select(*RECEIVER).where(among(p.id, "ids")), into=Receiver)
SENT_SINCE: Query[tuple[int]] = Query(
    select(func.count())
    .select_from(table_of(Message))
    .where(
        m.receiver_id == bindparam("receiver"),
        m.left_at >= bindparam("since", type_=BigInteger()),
        m.is_asked == 0,
        one_of(m.channel, tuple(sorted(BY_WIRE))),
    )
)
OF_PERSON = Query(
    select(*STORED)
    .where((m.person_id == bindparam("person")) | (m.receiver_id == bindparam("person")))
    .order_by(m.id.desc())
    .limit(bindparam("count", type_=Integer())),
    into=Stored,
)
NEWEST = Query(
    select(*STORED)
    .where(m.id < bindparam("before", type_=BigInteger()))
    .order_by(m.id.desc())
    .limit(bindparam("count", type_=Integer())),
    into=Stored,
)
NEWEST_IN = Query(
    select(*STORED)
    .where(m.id < bindparam("before", type_=BigInteger()), among(m.state, "states", is_text=True))
    .order_by(m.id.desc())
    .limit(bindparam("count", type_=Integer())),
    into=Stored,
)
BY_HAND = Query(
    select(*STORED)
    .where(
        one_of(m.state, ("waiting",)),
        one_of(m.channel, ("call", "print")),
        m.due_at <= bindparam("now", type_=BigInteger()),
        (m.until.is_(None)) | (m.until > bindparam("now", type_=BigInteger())),
    )
    .order_by(m.due_at, m.id)
    .limit(MANY),
    into=Stored,
)
TROUBLED = Query(
    select(*STORED)
    .where(
        one_of(m.state, ("failed",)),
        (m.until.is_(None)) | (m.until > bindparam("now", type_=BigInteger())),
    )
    .order_by(m.id)
    .limit(MANY),
    into=Stored,
)
KEYS: Query[tuple[str]] = Query(select(m.key).where(among(m.key, "keys", is_text=True)))
SAID = Query(
    select(c.wish, c.is_wanted, c.said_at, c.said_by, c.how)
    .where(c.person_id == bindparam("person"))
    .order_by(c.id.desc())
    .limit(100),
    into=Said,
)
FIRST: Query[tuple[str]] = Query(select(o.first).where(o.person_id == bindparam("person")))


def stored(reader: Reader, message_id: int) -> Stored:
    """One message. Raises NotFound."""
    found = reader.row(BY_ID, id=message_id)
    if found is None:
        raise NotFound("no_such_message")
    return found


def receivers(reader: Reader, ids: list[int]) -> dict[int, Receiver]:
    """People with their addresses, by id."""
    return {one.id: one for one in reader.rows(RECEIVERS, ids=sorted(set(ids)))} if ids else {}


def sent_since(reader: Reader, receiver_id: int, since: int) -> int:
    """How many messages left for somebody by wire since an instant; what they asked for aside."""
    found = reader.row(SENT_SINCE, receiver=receiver_id, since=since)
    return found[0] if found else 0


def history(reader: Reader, person_id: int) -> list[Said]:
    """What somebody chose, the latest first."""
    return reader.rows(SAID, person=person_id)


def first_choice(reader: Reader, person_id: int) -> str:
    """The channel somebody wants to be tried first, "" for none."""
    found = reader.row(FIRST, person=person_id)
    return found[0] if found else ""


def contact(reader: Reader, receiver: Receiver) -> Contact:
    """How somebody can and wants to be reached."""
    said: dict[str, bool] = {}
    for one in history(reader, receiver.id):
        said.setdefault(one.wish, bool(one.is_wanted))
    return Contact(bool(receiver.email), phone_kind(receiver.phone), said, first_choice(reader, receiver.id))


def contact_of(reader: Reader, person_id: int) -> Contact:
    """The same by id. Raises NotFound for somebody unknown."""
    found = receivers(reader, [person_id]).get(person_id)
    if found is None or not found.is_active:
        raise NotFound("no_such_person")
    return contact(reader, found)


def of_person(reader: Reader, person_id: int, count: int = OF_PERSON_SHOWN) -> list[Stored]:
    """The last messages about or to a person, newest first."""
    return reader.rows(OF_PERSON, person=person_id, count=count)


def newest(reader: Reader, states: tuple[str, ...] = (), before: int = 2**62) -> list[Stored]:
    """A page of messages before one of them, newest first; in some states when any are named."""
    if states:
        return reader.rows(NEWEST_IN, before=before, count=PAGE, states=list(states))
    return reader.rows(NEWEST, before=before, count=PAGE)


def by_hand(reader: Reader) -> list[Stored]:
    """What people have to tell: to print and to call, the oldest first."""
    return reader.rows(BY_HAND, now=reader.now)


def troubled(reader: Reader) -> list[Stored]:
    """What could not be sent and still says something, the oldest first."""
    return reader.rows(TROUBLED, now=reader.now)


def posted_keys(reader: Reader, keys: list[str]) -> set[str]:
    """Those of these keys under which something was posted already."""
    return {key for (key,) in reader.rows(KEYS, keys=keys)} if keys else set()
