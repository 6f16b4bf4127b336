"""Terminals, for those who look after them: how each is, what it said, its rules, its secrets (shown once)."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.basics.errors import Conflict, Invalid, Refused
from tierslieu.fablab.interlocks import actions, enrolment, terminal_screens, wording
from tierslieu.fablab.interlocks.enrolment import MANAGE
from tierslieu.fablab.interlocks.rules import Policy
from tierslieu.fablab.interlocks.schemas import Rules
from tierslieu.http.guards import actor, allow, house, require_recent_proof
from tierslieu.http.pages import AnyRequest, check, page, read_form, words
from tierslieu.http.telling import ReasonLine, done, done_text, field_errors, told


def policy_of(form: Rules) -> Policy:
    """The rules as they are kept."""
    return Policy(
        lease_s=form.lease_s,
        longest_s=form.longest_minutes * 60,
        usual_minutes=min(form.usual_minutes, form.longest_minutes),
        idle_cap_s=form.idle_cap_minutes * 60,
        confirm_every_s=form.confirm_minutes * 60,
        ends_when_idle_offline=form.ends_when_idle_offline,
        offline_lease_s=form.offline_minutes * 60,
        needs_reservation=form.needs_reservation,
        within_hours=form.within_hours,
        needs_referent=form.needs_referent,
        persons=int(form.persons),
        is_checked_after=form.is_checked_after,
        starts_at_check_in=form.starts_at_check_in,
    )


async def terminal_page(
    request: AnyRequest,
    key: str,
    status: int = 200,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    reasons: list[ReasonLine] | None = None,
    secrets: Any = None,
) -> Response[bytes]:
    """One terminal, or the offer to install one."""
    view = await house(request).db.read(terminal_screens.terminal_view, words(request), key, typed or {})
    context: dict[str, Any] = {"errors": errors or {}, "reasons": reasons or [], "secrets": secrets}
    headers = {"referrer-policy": "no-referrer", "cache-control": "no-store"} if secrets else None
    told_done = done_text(request, wording.DONE)
    return page(request, "fablab/terminal.html", status, headers, view=view, done=told_done, **context)


class TerminalPages(Controller):
    """/fablab/terminaux."""

    path = "/fablab/terminaux"
    include_in_schema = False

    @get("", opt=allow(MANAGE))
    async def index(self, request: AnyRequest) -> Response[bytes]:
        """All terminals, and the machines that could have one."""
        lines = await house(request).db.read(terminal_screens.terminal_lines, words(request))
        return page(request, "fablab/terminals.html", lines=lines, done=done_text(request, wording.DONE))

    @get("/{key:str}", opt=allow(MANAGE))
    async def show(self, request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
        """One terminal."""
        return await terminal_page(request, key)

    @post("/{key:str}", opt=allow(MANAGE), status_code=200)
    async def enrol(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """New secrets, in this answer and nowhere else."""
        await read_form(request)
        require_recent_proof(request)
        home = house(request)
        secrets = await home.db.write(enrolment.enrol, key, home.secret, by=actor(request))
        return await terminal_page(request, key, secrets=secrets)

    @post("/{key:str}/reglages", opt=allow(MANAGE))
    async def set_policy(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """How the machine may be unlocked."""
        form = await read_form(request)
        try:
            policy = policy_of(check(Rules, form))
            await house(request).db.write(enrolment.set_policy, key, policy, by=actor(request))
        except Invalid as error:
            errors = field_errors(words(request), error)
            return await terminal_page(request, key, 422, errors=errors, typed=dict(form))
        return done(f"/fablab/terminaux/{key}", "saved")

    @post("/{key:str}/signaler", opt=allow(MANAGE))
    async def identify(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Ask it to make itself known."""
        return await _order(request, key, actions.identify)

    @post("/{key:str}/verrouiller", opt=allow(MANAGE))
    async def lock(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """Lock at once."""
        return await _order(request, key, actions.cut)

    @post("/{key:str}/retirer", opt=allow(MANAGE))
    async def remove(self, request: AnyRequest, key: FromPath[str]) -> Response[Any]:
        """The machine has no terminal any more."""
        await read_form(request)
        await house(request).db.write(enrolment.remove, key, by=actor(request))
        return done("/fablab/terminaux", "removed")


async def _order(request: AnyRequest, key: str, action: Any) -> Response[Any]:
    await read_form(request)
    try:
        await house(request).db.write(action, key, by=actor(request))
    except (Refused, Conflict) as error:
        return await terminal_page(request, key, 422, reasons=told(words(request), error))
    return done(f"/fablab/terminaux/{key}", "asked")
