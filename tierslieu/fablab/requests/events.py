"""What requests announce: that somebody is to be told something about a job."""

import msgspec


class Tell(msgspec.Struct, frozen=True):
    """The person of a job is to hear something. `what` is a letter's name, `key` its cause: each is told once."""

    job_id: int
    what: str
    key: str
    detail: str = ""
