"""Tags of fast entry."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from b2b_apps.storefront.cells import cells_html

register = template.Library()


@register.simple_tag(takes_context=True)
def entry_rows(context: Any, rows: Sequence[Any]) -> SafeString:
    """Rows of a checked list, a ``tbody`` each."""
    return cells_html("entry", rows=rows, view=context["view"])
