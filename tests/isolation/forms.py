"""The forms that pages show, read as a browser reads them: what a person could send."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

# The contract that a form was rendered under: with it a foreign form would be refused as stale,
# before anybody asks whose the rows are.
LEFT_OUT = {"csrfmiddlewaretoken", "under"}
Pairs = list[tuple[str, str]]


class Fields(HTMLParser):
    """The fields of a page's forms, by the address that they are sent to, with their values.

    Fields that stand elsewhere and name their form (``form="lines"``) are counted to it.
    """

    def __init__(self, text: str, here: str) -> None:
        super().__init__()
        self.forms: dict[str, Pairs] = {}
        self._here, self._form, self._select = here, None, None
        self._by_id: dict[str, Pairs] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = values.get("action") or self._here
            self._form = self.forms.setdefault(action, [])
            self._by_id[values.get("id", "")] = self._form
            return
        form = self._by_id.get(values.get("form", "")) if values.get("form") else self._form
        if tag == "option" and self._select is not None:
            pairs, name = self._select
            pairs.append((name, values.get("value", "")))
            self._select = None
        if form is None or not values.get("name"):
            return
        if tag == "select":
            self._select = (form, values["name"])
        elif tag in {"input", "textarea", "button"}:
            form.append((values["name"], values.get("value", "")))
            # A button may send the same fields elsewhere.
            if values.get("formaction"):
                self.forms.setdefault(values["formaction"], form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def forms_of(client: Any, pages: list[str]) -> dict[str, Pairs]:
    """The forms of the pages by the path that they are sent to; a field once, the last one."""
    found: dict[str, Pairs] = {}
    for page in pages:
        answer = client.get(page)
        if answer.status_code != 200 or answer.streaming:
            continue
        forms = Fields(answer.content.decode("utf-8", "replace"), page).forms
        for action, pairs in forms.items():
            kept = {name: value for name, value in pairs if name not in LEFT_OUT}
            found.setdefault(urlsplit(action).path, list(kept.items()))
    return found


def pages_of(world: Any, owned: Any) -> list[str]:
    """Where a buyer meets the forms of what is his."""
    return [
        *map(reverse, ("basket:summary", "checkout:index", "storefront:reserves", "entry:index")),
        reverse("storefront:orders") + "?period=all",
        reverse("storefront:order", args=[owned.order_number]),
        reverse("saved:repeat", args=[owned.order_number]),
        reverse("saved:one", args=[owned.list_id]),
        reverse("saved:index"),
        reverse("search:search") + "?q=кабель",
        world.products["cable"].get_absolute_url(),
        world.products["lamp"].get_absolute_url(),
    ]
