"""Shell, listings and rows of goods by Jinja: a page has two thousand cells, and Django's templates
spend most of its time on them. Why two languages: docs/decisions/0011-rows-by-jinja.md.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Template

from b2b_apps.storefront.folding import FoldingEnvironment, text
from b2b_apps.storefront.kept_parts import KeptParts


def part_html(name: str, values: Mapping[str, Any]) -> SafeString:
    """Render a template of ``templates/b2b/storefront``. Values are escaped."""
    return mark_safe(_template(name).render(values))  # noqa: S308 - Jinja escapes


def macro_html(name: str, macro: str, /, *values: Any, **named: Any) -> SafeString:
    """Render a macro of such a template. Values are escaped."""
    module: Any = _template(name).module
    return mark_safe(getattr(module, macro)(*values, **named))  # noqa: S308 - Jinja escapes


def cells_html(template: str, /, **values: Any) -> SafeString:
    """Render a template of ``rows``. Values are escaped."""
    return part_html(f"rows/{template}", values)


def cell_html(macro: str, /, *values: Any, **named: Any) -> SafeString:
    """Render one cell: a macro of ``rows/cells``. Values are escaped."""
    return macro_html("rows/cells", macro, *values, **named)


@cache
def environment(language: str | None) -> Environment:
    """Jinja with the filters and the icons of the ledger, and Django's texts.

    One per language: a row asks for the same twenty texts, each is looked up once.
    """
    from b2b_apps.storefront.templatetags import ledger

    made = FoldingEnvironment(
        loader=FileSystemLoader(Path(settings.BASE_DIR) / "templates"),
        autoescape=True,
        # As in pages by Django: what is not there is nothing, and has nothing.
        undefined=ChainableUndefined,
        extensions=["jinja2.ext.i18n"],
        auto_reload=settings.DEBUG,
    )
    texts = cache(gettext), ngettext
    made.install_gettext_callables(*texts, newstyle=True)  # type: ignore[attr-defined]
    for name in ("num", "money", "kop", "qty", "signed", "currency_sign", "whole"):
        made.filters[name] = getattr(ledger, name)
    made.filters.update(day="{:%d.%m.%Y}".format, moment=_moment)
    constant = {"icon": cache(ledger.icon), "url": cache(reverse), "static": cache(static)}
    made.globals.update(constant)
    made.constant, made.language = {**constant, "_": text}, language
    made.globals.update(meter=ledger.meter, histogram=ledger.histogram, enumerate=enumerate)
    made.globals.update(kept=KeptParts)
    return made


def templates_load(language: str) -> None:
    """Compile all templates of a language, which else the first pages do."""
    made = environment(language)
    for name in made.list_templates(filter_func=_is_ours):
        made.get_template(name)


def _is_ours(name: str) -> bool:
    return name.startswith("b2b/storefront/") and name.endswith(".jinja")


def _template(name: str) -> Template:
    return environment(get_language()).get_template(f"b2b/storefront/{name}.jinja")


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d.%m.%Y, %H:%M}"
