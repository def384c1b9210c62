"""Reading one lxml element by the local names of its children, whatever the namespace."""

from collections.abc import Iterator
from decimal import Decimal

from lxml.etree import _Element

from b2b_apps.sync1c.commerceml.numbers import number_or_none
from b2b_apps.sync1c.commerceml.records import NamedValue

TRUE = {"true", "1", "да", "истина"}


def local(element: _Element) -> str:
    """Return the name without its namespace; "" for a comment or a processing instruction."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2]


def children(element: _Element | None, name: str) -> Iterator[_Element]:
    """Yield the children of this name."""
    if element is not None:
        for child in element:
            if local(child) == name:
                yield child


def child(element: _Element | None, *path: str) -> _Element | None:
    """Return the first child of a path of names, or None."""
    for name in path:
        element = next(children(element, name), None)
    return element


def text(element: _Element | None, *path: str) -> str:
    """Return the stripped text at a path of names, or ""."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else ""


def said(element: _Element | None, *path: str) -> str | None:
    """Return the stripped text at a path of names, or None where the file does not speak of it."""
    found = child(element, *path)
    return (found.text or "").strip() if found is not None else None


def attribute(element: _Element, *names: str) -> str:
    """Return the first attribute of these names, or ""."""
    for name in names:
        value = element.get(name)
        if value is not None:
            return value.strip()
    return ""


def flag(element: _Element | None, *path: str) -> bool:
    """Return whether the text at a path says yes."""
    return text(element, *path).lower() in TRUE


def flag_said(element: _Element | None, *path: str) -> bool | None:
    """Return whether the text at a path says yes, None where it says nothing."""
    return flag(element, *path) if text(element, *path) else None


def number(element: _Element | None, *path: str) -> Decimal | None:
    """Return the number at a path, None if there is none. Raises BadValueError."""
    return number_or_none(text(element, *path), path[-1])


def requisites(element: _Element) -> tuple[NamedValue, ...]:
    """Return ЗначенияРеквизитов; a requisite of several values joins them by «, »."""
    rows = children(child(element, "ЗначенияРеквизитов"), "ЗначениеРеквизита")
    return tuple(
        NamedValue(text(row, "Наименование"), ", ".join(filter(None, _values(row)))) for row in rows
    )


def _values(row: _Element) -> Iterator[str]:
    for value in children(row, "Значение"):
        yield (value.text or "").strip()


def is_deleted(element: _Element) -> bool:
    """Whether the object is marked as deleted, in any of 1C's ways."""
    return attribute(element, "Статус") == "Удален" or flag(element, "ПометкаУдаления")


def deletion_said(element: _Element) -> bool | None:
    """Whether the object is marked as deleted, None where the file has no such mark at all."""
    if attribute(element, "Статус") or text(element, "ПометкаУдаления"):
        return is_deleted(element)
    return None


def contacts(element: _Element) -> tuple[str | None, str | None]:
    """Return (phone, e-mail) of Контакты, the first of each; None where there are no contacts."""
    if child(element, "Контакты") is None:
        return None, None
    phone = email = ""
    for contact in children(child(element, "Контакты"), "Контакт"):
        kind, value = text(contact, "Тип").lower(), text(contact, "Значение")
        if ("почта" in kind and "электрон" in kind) or kind in {"почта", "e-mail", "email"}:
            email = email or value
        elif "телефон" in kind:
            phone = phone or value
    return phone, email
