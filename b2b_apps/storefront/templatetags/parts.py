"""Tags that put parts by Jinja into pages by Django: the shell, listings, cells of goods."""

from collections.abc import Callable, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from b2b_apps.storefront.appearance import appearance_from
from b2b_apps.storefront.cells import cell_html, cells_html, macro_html, part_html
from b2b_apps.storefront.kept_shell import PARTS, shell_html
from b2b_apps.storefront.templatetags.ledger import csrf_field, page_numbers, under_contract

register = template.Library()
SHELL = "shell/parts"


@register.simple_tag(takes_context=True)
def part(context: Any, name: str, **values: Any) -> SafeString:
    """A template of ``templates/b2b/storefront``: ``shell/header``, ``listing/listing``, … It gets
    what the page has, ``values``, and what forms need: ``csrf``, ``under``, ``hidden``, ``path``.
    """
    request = context.get("request")
    found = {**context.flatten(), **values}
    if request is not None:
        csrf, under = csrf_field(request), under_contract(context)
        path = request.get_full_path()
        found |= {"csrf": csrf, "under": under, "hidden": csrf + under, "path": path, "next": path}
        found["density"] = appearance_from(request.COOKIES).get("density", "normal")
    if name in PARTS:
        return shell_html(name, found)
    return part_html(name, found | {"pager": _pager(request), "empty": _empty})


@register.simple_tag(takes_context=True)
def pager(
    context: Any,
    page_obj: Page,
    sizes: Sequence[int] = (),
    size: int | None = None,
    size_name: str = "size",
) -> SafeString:
    """Links to the pages of a list, and how many rows a page has where ``sizes`` are given."""
    return _pager(context["request"])(page_obj, sizes, size, size_name)


def _pager(request: Any) -> Callable[..., SafeString]:
    def drawn(
        page_obj: Any, sizes: Sequence[int] = (), size: int | None = None, size_name: str = "size"
    ) -> SafeString:
        query = request.GET.copy()
        query.pop("page", None)
        kept = f"{query.urlencode()}&" if query else ""
        values = {
            "request": request,
            "page_obj": page_obj,
            "numbers": page_numbers(page_obj),
            "page_url": lambda number: f"?{kept}page={number}",
            "sizes": sizes,
            "size": size,
            "size_name": size_name,
        }
        return part_html("listing/pager", values)

    return drawn


def _empty(title: str, text: str, url: str, action: str) -> SafeString:
    values = {"title": title, "text": text, "url": url, "action": action}
    return render_to_string("b2b/storefront/_empty.html", values)


@register.simple_tag(takes_context=True)
def theme(context: Any, classes: str = "") -> SafeString:
    """The button of the other theme."""
    request = context["request"]
    return macro_html(SHELL, "theme", csrf_field(request), request.get_full_path(), classes, "20")


@register.simple_tag
def contact(found: Any) -> SafeString:
    """A person's name, telephone and address."""
    return macro_html(SHELL, "contact", found)


@register.simple_tag(takes_context=True)
def project_switch(context: Any, classes: str) -> SafeString:
    """The projects that may be bought for."""
    request = context["request"]
    return macro_html(
        SHELL, "project_switch", context["trade"], csrf_field(request), under_contract(context),
        request.get_full_path(), classes,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def basket_link(context: Any, *, oob: bool = False) -> SafeString:
    """The basket in the header; ``oob`` where an answer to an edit brings it anew."""
    return macro_html(SHELL, "basket_link", context["trade"], oob=oob)


@register.simple_tag(takes_context=True)
def buy_form(context: Any) -> SafeString:
    """The form of one product of the answer to an edit; its values are the answer's."""
    values, request = context.flatten(), context["request"]
    hidden = csrf_field(request) + under_contract(context)
    return cell_html(
        "buy",
        values,
        values["product_id"],
        cell_html("buy_head", values.get("next") or request.get_full_path(), hidden),
        values.get("note", ""),
        values.get("note_kind", ""),
    )


@register.simple_tag
def shipment_lines(key: str, lines: Sequence[Any]) -> SafeString:
    """What a shipment of a checkout holds, each line to be picked."""
    return cells_html("shipment", key=key, lines=lines)


@register.simple_tag
def stepper(**values: Any) -> SafeString:
    """A quantity with less and more: value, multiple, minimum, state, show, name, label, typed."""
    return cell_html("stepper", **values)


@register.simple_tag
def no_price(availability: str) -> SafeString:
    """What stands in a price's place where there is none."""
    return cell_html("no_price", availability)
