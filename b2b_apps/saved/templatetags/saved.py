"""Tags of kept lists."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from b2b_apps.storefront.cells import cells_html

register = template.Library()


@register.simple_tag(takes_context=True)
def recall_rows(context: Any, rows: Sequence[Any]) -> SafeString:
    """Lines of the past, a ``tbody`` each; of a template they are kept as they are edited."""
    found = context.get("list")
    act = reverse("saved:lines", args=[found.pk]) if found else ""
    return cells_html("recall", rows=rows, view=context["view"], act=act)


@register.filter
def figures_in(sums: Mapping[int, Any], pk: int) -> Any:
    """The figures of one list, or nothing."""
    return sums.get(pk)
