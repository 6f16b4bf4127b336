"""The forms and the links of a page, as a browser reads them."""

from html.parser import HTMLParser


class Form:
    """A form of a page: where it goes, and what it would send as it is."""

    def __init__(self, action: str) -> None:
        self.action, self.fields, self.files = action, dict[str, str](), list[str]()


class Forms(HTMLParser):
    """The forms and the links of a page."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__()
        self.forms, self.links, self._path, self._select = list[Form](), list[str](), path, ""
        self._form: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "a":
            self.links.append(given.get("href", "").split("#")[0])
        elif tag == "form" and given.get("method", "get").lower() == "post":
            self._form = Form(given.get("action") or self._path)
            self.forms.append(self._form)
        elif self._form is not None and tag in ("input", "textarea", "button") and name:
            if given.get("type") == "file":
                self._form.files.append(name)
            else:
                self._form.fields.setdefault(name, given.get("value", ""))
        elif self._form is not None and tag == "select":
            self._select = name
        elif self._form is not None and tag == "option" and self._select:
            self._form.fields.setdefault(self._select, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
