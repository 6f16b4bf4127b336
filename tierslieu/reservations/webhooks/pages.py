"""« Avis aux autres logiciels », for administrators."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from pydantic import ValidationError

from tierslieu.basics.errors import Invalid, Refused
from tierslieu.basics.ids import read
from tierslieu.http import paging
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, FormErrors, page, read_form, see_other, words
from tierslieu.http.wording import sentence
from tierslieu.reservations.webhooks import actions, queries, rules, views
from tierslieu.reservations.webhooks.actions import MANAGE
from tierslieu.reservations.webhooks.api import networks
from tierslieu.reservations.webhooks.schemas import NewWebhook, WebhookChange
from tierslieu.reservations.webhooks.wording import DONE

HOME = "/gestion/webhooks"


class WebhookPages(Controller):
    """Who is told what."""

    path = HOME
    include_in_schema = False

    @get("/", opt=allow(MANAGE))
    async def show_all(self, request: AnyRequest, fait: FromQuery[str] = "") -> Response[bytes]:
        """All receivers."""
        lines = await house(request).db.read(views.all_hooks, words(request))
        return page(request, "webhooks/list.html", lines=lines, done=_done(request, fait))

    @get("/nouveau", opt=allow(MANAGE))
    async def ask_new(self, request: AnyRequest) -> Response[bytes]:
        """The form of a new one."""
        return page(request, "webhooks/form.html", view=views.new_form(words(request)), errors={})

    @post("/", opt=allow(MANAGE))
    async def register(self, request: AnyRequest) -> Response[Any]:
        """A new one: its page shows its secret for a while."""
        form = await read_form(request)
        try:
            wish = checked(NewWebhook, form)
            made = await house(request).db.write(actions.register, wish, networks(request), by=actor(request))
        except (Invalid, Refused) as error:
            view = views.new_form(words(request), form)
            return page(request, "webhooks/form.html", 422, view=view, errors=_errors(request, error))
        return see_other(f"{HOME}/{made.id}?fait=relie")

    @get("/{id:str}", opt=allow(MANAGE))
    async def show(
        self, request: AnyRequest, id: FromPath[str], avant: FromQuery[str] = "", fait: FromQuery[str] = ""
    ) -> Response[bytes]:
        """One of them, and what was told to it."""
        after = paging.read_cursor(avant[:60], queries.LAST)
        view = await house(request).db.read(views.hook_page, read(id), after, words(request))
        return page(request, "webhooks/one.html", view=view, done=_done(request, fait), errors={})

    @get("/{id:str}/changer", opt=allow(MANAGE))
    async def ask_change(self, request: AnyRequest, id: FromPath[str]) -> Response[bytes]:
        """The form of its changes."""
        view = await house(request).db.read(views.change_form, read(id), words(request))
        return page(request, "webhooks/form.html", view=view, errors={})

    @post("/{id:str}/changer", opt=allow(MANAGE))
    async def change(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Its name, its address, what it is told."""
        form, home, hook_id = await read_form(request), house(request), read(id)
        try:
            new = checked(NewWebhook, form)
            wish = WebhookChange(title=new.title, url=new.url, kinds=new.kinds)
            await home.db.write(actions.change, hook_id, wish, networks(request), by=actor(request))
        except (Invalid, Refused) as error:
            view = await home.db.read(views.change_form, hook_id, words(request), form)
            return page(request, "webhooks/form.html", 422, view=view, errors=_errors(request, error))
        return see_other(f"{HOME}/{id}?fait=change")


class WebhookActs(Controller):
    """What one does with a receiver: try, pause, send again, change its secret, take it away."""

    path = f"{HOME}/{{id:str}}"
    include_in_schema = False

    @post("/essai", opt=allow(MANAGE))
    async def try_out(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Send a trial."""
        return await self._do(request, id, "essai", actions.try_out)

    @post("/secret", opt=allow(MANAGE))
    async def rotate(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Another secret."""
        return await self._do(request, id, "secret", actions.rotate)

    @post("/pause", opt=allow(MANAGE))
    async def pause(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Hold what happens."""
        return await self._do(request, id, "pause", actions.change, WebhookChange(paused=True), networks(request))

    @post("/reprise", opt=allow(MANAGE))
    async def resume(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Go on, with what was held."""
        return await self._do(request, id, "reprise", actions.change, WebhookChange(paused=False), networks(request))

    @post("/retrait", opt=allow(MANAGE))
    async def remove(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Take it away."""
        await read_form(request)
        await house(request).db.write(actions.remove, read(id), by=actor(request))
        return see_other(f"{HOME}?fait=retire")

    @post("/avis/{delivery:str}/renvoi", opt=allow(MANAGE))
    async def send_again(self, request: AnyRequest, id: FromPath[str], delivery: FromPath[str]) -> Response[Any]:
        """Send one thing again."""
        return await self._do(request, id, "renvoi", actions.send_again, read(delivery))

    @post("/renvoi", opt=allow(MANAGE))
    async def replay(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Send everything again since a day."""
        form, home = await read_form(request), house(request)
        try:
            since = home.zone.instant(_day(form.get("since", "")), 0)
        except Invalid as error:
            view = await home.db.read(views.hook_page, read(id), queries.LAST, words(request))
            return page(request, "webhooks/one.html", 422, view=view, done="", errors=_errors(request, error))
        await home.db.write(actions.send_again_since, read(id), since, by=actor(request))
        return see_other(f"{HOME}/{id}?fait=renvoi")

    async def _do(self, request: AnyRequest, id_: str, done: str, action: Any, *args: Any) -> Response[Any]:
        await read_form(request)
        await house(request).db.write(action, read(id_), *args, by=actor(request))
        return see_other(f"{HOME}/{id_}?fait={done}")


def checked(model: type[NewWebhook], form: Mapping[str, str]) -> NewWebhook:
    """The form as a command: each kind is a box of its own. Raises FormErrors."""
    kinds = [kind for kind in rules.KINDS if kind in form]
    try:
        return model.model_validate({"title": form.get("title", ""), "url": form.get("url", ""), "kinds": kinds})
    except ValidationError as error:
        raise FormErrors("form", {str(item["loc"][0]): CODES[str(item["loc"][0])] for item in error.errors()}) from None


CODES = {"title": "missing", "url": "bad_webhook_address", "kinds": "no_kind_chosen"}


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError as error:
        raise Invalid("bad_date", {"since": "bad_date"}) from error
    if not 2025 <= found.year < 2100:
        raise Invalid("bad_date", {"since": "bad_date"})
    return found


def _done(request: AnyRequest, fait: str) -> str:
    return words(request).text(DONE[fait]) if fait in DONE else ""


def _errors(request: AnyRequest, error: Invalid | Refused) -> dict[str, str]:
    spoken = words(request)
    if isinstance(error, Refused):
        return {"title": sentence(spoken, error.reasons[0].code, error.reasons[0].facts)}
    return {name: sentence(spoken, code, error.facts) for name, code in error.fields.items()}
