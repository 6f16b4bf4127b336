"""/preferences: everybody says how they want to read; a browser remembers it, and an account when there is one."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, FromQuery

from tierslieu.basics.ids import read
from tierslieu.http.guards import PUBLIC, actor, allow, house
from tierslieu.http.pages import (
    EASY_WORDS,
    LANGUAGE,
    TEXT_SIZE,
    AnyRequest,
    Form,
    FormErrors,
    check,
    page,
    read_form,
    see_other,
    showing,
    words,
)
from tierslieu.http.showing import Showing
from tierslieu.people.preferences import actions, views
from tierslieu.people.preferences.schemas import Choice

SET_FOR_OTHERS = "people.set_preferences"
YEAR = 366 * 86_400
FIELDS = ("language", "text_size", "easy")


class PreferencesPages(Controller):
    """/preferences, and the same for somebody at the desk."""

    include_in_schema = False

    @get("/preferences", opt=PUBLIC)
    async def ask(self, request: AnyRequest, fait: FromQuery[str] = "") -> Response[bytes]:
        """The form, as things are shown now."""
        return _form_page(request, is_done=fait == "1")

    @post("/preferences", opt=PUBLIC)
    async def choose(self, request: AnyRequest) -> Response[Any]:
        """Remember it in this browser, and in the account of who is signed in."""
        form = await read_form(request)
        try:
            wish = wish_of(form)
        except FormErrors:
            return _form_page(request, 422)
        person_id = actor(request).person_id
        if person_id is not None:
            await house(request).db.write(actions.choose, person_id, wish, by=actor(request))
        target = (
            "/mon-espace#preferences" if form.get("from") == "own" and person_id is not None else "/preferences?fait=1"
        )
        return see_other(target, cookies(request, wish))

    @post("/personnes/{id:str}/preferences", opt=allow(SET_FOR_OTHERS))
    async def choose_for(self, request: AnyRequest, id: FromPath[str]) -> Response[Any]:
        """Staff note it for somebody who asks at the desk."""
        form, person_id = await read_form(request), read(id)
        await house(request).db.write(actions.choose, person_id, wish_of(form), by=actor(request))
        return see_other(f"/personnes/{id}#preferences")


def _form_page(request: AnyRequest, status: int = 200, *, is_done: bool = False) -> Response[bytes]:
    view = views.form(words(request), showing(request))
    return page(request, "preferences/index.html", status, view=view, is_done=is_done)


def wish_of(form: Form) -> Showing:
    """What the form says. Raises FormErrors for what cannot be chosen."""
    return check(Choice, {name: form[name] for name in FIELDS if name in form}).showing


def cookies(request: AnyRequest, wish: Showing) -> list[Cookie]:
    """The browser remembers the choice for a year; what is as usual is forgotten."""
    values = {
        LANGUAGE: wish.language,
        TEXT_SIZE: str(wish.text_size) if wish.text_size != 100 else "",
        EASY_WORDS: "1" if wish.is_easy else "",
    }
    is_https = house(request).settings.is_https
    return [
        Cookie(key=name, value=value, samesite="lax", httponly=True, secure=is_https, max_age=YEAR if value else 0)
        for name, value in values.items()
    ]
