"""Rows of goods by Jinja: a page has a thousand cells, and Django's templates spend most of its
time on them. Why two languages of templates: docs/decisions/0011-rows-by-jinja.md.
"""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, FileSystemLoader, Template

ROWS = "b2b/storefront/rows/"


def cells_html(template: str, **values: Any) -> SafeString:
    """Render a template of ``templates/b2b/storefront/rows``. Values are escaped."""
    return mark_safe(_template(f"{ROWS}{template}.jinja").render(**values))  # noqa: S308 - escapes


def cell_html(macro: str, *values: Any, **named: Any) -> SafeString:
    """Render one cell: a macro of ``cells.jinja``. Values are escaped."""
    module: Any = _template(f"{ROWS}cells.jinja").module
    return mark_safe(getattr(module, macro)(*values, **named))  # noqa: S308 - Jinja escapes


@cache
def environment(language: str | None) -> Environment:
    """Jinja with the filters and the icons of the ledger, and Django's texts.

    One per language: a row asks for the same twenty texts, each is looked up once.
    """
    from b2b_apps.storefront.templatetags import ledger

    made = Environment(
        loader=FileSystemLoader(Path(settings.BASE_DIR) / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=settings.DEBUG,
    )
    texts = cache(gettext), ngettext
    made.install_gettext_callables(*texts, newstyle=True)  # type: ignore[attr-defined]
    for name in ("num", "money", "kop", "qty", "signed", "currency_sign"):
        made.filters[name] = getattr(ledger, name)
    made.globals.update(icon=cache(ledger.icon), url=cache(reverse))
    return made


def _template(name: str) -> Template:
    return environment(get_language()).get_template(name)
