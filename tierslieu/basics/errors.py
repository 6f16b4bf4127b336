"""The error tree: what can go wrong, said once, translated once at the edge.

DomainError
|-- Refused       a rule says no; carries every reason
|   `-- Outdated  what was seen is no longer so
|-- Conflict      the world changed under the request (also: the database refused)
|-- NotFound      no such thing, or the actor may not know it exists
|-- Invalid       the input cannot be read; names the fields
|-- Forbidden     the actor lacks the right
`-- Unavailable   try again later
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

CONFLICT_CODES: Final = frozenset({"slot_taken", "out_of_use", "already_reserved", "likely_known"})
"""Reasons that another person's act created: answered as a conflict (409), the rest as unprocessable (422)."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing the person can do next. `kind` is a stable code, `facts` fills its sentence and its link."""

    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of a refusal. `code` is stable; the sentence for people is made at the edge from `facts`."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    remedies: tuple[Remedy, ...] = ()


class DomainError(Exception):
    """Root of all errors that people may see. `code` is stable, `facts` holds no personal data."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Refused(DomainError):
    """A rule says no. Always carries all reasons, never only the first."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__("refused")
        self.reasons = reasons

    @property
    def is_conflict(self) -> bool:
        """True when at least one reason is somebody else's earlier act."""
        return any(reason.code in CONFLICT_CODES for reason in self.reasons)


class Outdated(Refused):
    """The caller acts on what they saw (its version), and it changed meanwhile; `href` leads to it as it is now."""

    def __init__(self, href: str) -> None:
        super().__init__((Reason("changed_meanwhile", {}, (Remedy("see_current", {"href": href}),)),))


class Conflict(DomainError):
    """The state of the world forbids it now."""


class NotFound(DomainError):
    """No such thing for this actor."""


class Invalid(DomainError):
    """The input cannot be understood. `fields` maps field name to a stable code."""

    def __init__(self, code: str = "invalid", fields: Mapping[str, str] | None = None, **facts: object) -> None:
        super().__init__(code, **facts)
        self.fields: Mapping[str, str] = fields or {}


class Forbidden(DomainError):
    """The actor may not do this."""


class Unavailable(DomainError):
    """A needed part does not answer; the same request may succeed later."""
