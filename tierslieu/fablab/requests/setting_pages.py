"""« Règles des demandes » : the pages by which the house chooses."""

from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from tierslieu.fablab import queries as fablab
from tierslieu.fablab import sentences
from tierslieu.fablab.requests import queries, setting
from tierslieu.fablab.requests.rights import SET
from tierslieu.fablab.requests.rules import TAKES_ANY, Limit, Policy
from tierslieu.fablab.requests.schemas import LimitWish, PolicyWish
from tierslieu.fablab.requests.wording import DONE, WHO
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, check, page, read_form, words
from tierslieu.http.telling import done, done_text, field_errors
from tierslieu.http.words import Words
from tierslieu.infra.transaction import Reader

HOME = "/fablab/demandes-regles"


class PolicyForm(msgspec.Struct, frozen=True):
    """The rules of one kind of machine, as the form holds them."""

    kind: str
    name: str
    policy: Policy


class LimitForm(msgspec.Struct, frozen=True):
    """The limits of one kind of person."""

    who: str
    name: str
    limit: Limit


class SettingPages(Controller):
    """/fablab/demandes-regles."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(SET))
    async def look(self, request: AnyRequest) -> Response[bytes]:
        """What holds now."""
        return await _page(request)

    @post("/machines/{kind:str}", opt=allow(SET))
    async def set_policy(self, request: AnyRequest, kind: FromPath[str]) -> Response[Any]:
        """When staff look first."""
        form = await read_form(request)
        fields = {name: form[name] for name in PolicyWish.model_fields if name in form}
        try:
            wish = check(PolicyWish, fields)
        except FormErrors as error:
            return await _page(request, kind, form, field_errors(words(request), error))
        await house(request).db.write(setting.set_policy, kind, wish, by=actor(request))
        return done(HOME, "saved")

    @post("/personnes/{who:str}", opt=allow(SET))
    async def set_limit(self, request: AnyRequest, who: FromPath[str]) -> Response[Any]:
        """How much in a week."""
        form = await read_form(request)
        fields = {name: form[name] for name in LimitWish.model_fields if name in form}
        try:
            wish = check(LimitWish, fields)
        except FormErrors as error:
            return await _page(request, who, form, field_errors(words(request), error))
        await house(request).db.write(setting.set_limit, who, wish, by=actor(request))
        return done(HOME, "saved")


def _forms(reader: Reader, spoken: Words) -> dict[str, Any]:
    policies, limits = queries.policies(reader), queries.limits(reader)
    kinds = [kind for kind in TAKES_ANY if any(one.kind == kind for one in fablab.machines(reader))]
    return {
        "policies": [
            PolicyForm(kind, sentences.named(spoken, sentences.KINDS, kind), policies.get(kind, Policy(kind)))
            for kind in kinds
        ],
        "limits": [LimitForm(who, spoken.text(name), limits.get(who, Limit(who))) for who, name in WHO.items()],
    }


async def _page(
    request: AnyRequest, which: str = "", typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response[bytes]:
    """The forms; `which` is the one that is to be corrected."""
    context = await house(request).db.read(_forms, words(request))
    told = {f"{which}-{name}": text for name, text in (errors or {}).items()}
    status = 422 if errors else 200
    more: dict[str, Any] = {"which": which, "typed": typed or {}, "errors": told, "done": done_text(request, DONE)}
    return page(request, "requests/rules.html", status, **context, **more)
