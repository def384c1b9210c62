"""Tags and filters of the ledger: figures, icons, statuses, bars."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from b2b_apps.core.figures import (
    CURRENCY_SIGNS,
    MINUS,
    NBSP,
    decimal_from,
    money_text,
    quantity_text,
    rate_text,
)
from b2b_apps.core.money import whole_units
from b2b_apps.fulfilment.statuses import Look, status_book, worn_of
from b2b_apps.inventory.seen import FEW, MANY, NONE, SOME, SeenStock
from b2b_apps.storefront.appearance import appearance_from
from b2b_apps.storefront.cells import cells_html
from b2b_apps.storefront.live_words import problem_text, refusal_text
from b2b_apps.storefront.search_text import pieces_of
from b2b_apps.storefront.stale import FIELD
from b2b_apps.sync1c.live.selectors import LiveDifference

register = template.Library()
LOW_STOCK = 20
# A shape and a word for each level of stock, where figures are not shown.
LEVELS = {
    MANY: ("ok", gettext_lazy("plenty")),
    SOME: ("work", gettext_lazy("some")),
    FEW: ("warn", gettext_lazy("few")),
    NONE: ("off", gettext_lazy("none")),
}
METER_PARTS = ("over", "used", "held", "this", "excess")


@register.simple_tag(takes_context=True)
def under_contract(context: Any) -> SafeString:
    """The hidden field of the contract and project that a form is of (``storefront.stale``)."""
    # Not by context["request"]: an include with ``only`` has none.
    trade = getattr(getattr(context, "request", None), "trade", None)
    if trade is None:
        return SafeString("")
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, trade.under)


@register.simple_tag
def marked(text: str, typed: str) -> SafeString:
    """A text in which what of it was typed is marked."""
    pieces = (
        ("<mark>{}</mark>" if is_typed else "{}", piece)
        for piece, is_typed in pieces_of(text, typed)
    )
    return format_html_join("", "{}", ((format_html(form, piece),) for form, piece in pieces))


def csrf_field(request: Any) -> SafeString:
    """The hidden field without which no form is taken; one for all forms of an answer."""
    found: SafeString | None = getattr(request, "_csrf_field", None)
    if found is None:
        found = request._csrf_field = format_html(
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', csrf_value(request)
        )
    return found


def csrf_value(request: Any) -> str:
    """The token of an answer: Django masks it anew for each form, which takes as long as a row."""
    found: str | None = getattr(request, "_csrf_value", None)
    if found is None:
        found = request._csrf_value = get_token(request)
    return found


@register.simple_tag(takes_context=True)
def csrf_of_page(context: Any) -> str:
    """The token that scripts send; nothing on a page without a request."""
    request = context.get("request")
    return "" if request is None else csrf_value(request)


@register.simple_tag
def basket_rows(*rows: Any) -> SafeString:
    """Lines of the basket as rows of its table."""
    return cells_html("basket", rows=rows[0] if isinstance(rows[0], list) else rows)


@register.filter
def num(value: Any) -> str:
    """A quantity: "1 234,5"; nothing for no value, so that it fits an input too."""
    number = decimal_from(value)
    return "" if number is None else quantity_text(number)


@register.filter
def rate(value: Any) -> str:
    """A rate of a currency, as exact as it is kept."""
    number = decimal_from(value)
    return "" if number is None else rate_text(number)


@register.filter
def money(value: Any) -> str:
    """A sum with two decimals, a unit price with up to four; a dash for no value."""
    number = decimal_from(value)
    return _nil() if number is None else money_text(number)


@register.filter
def whole(value: Any) -> str:
    """A sum in whole roubles, for narrow places; never more than it is."""
    number = decimal_from(value)
    return _nil() if number is None else quantity_text(whole_units(number))


@register.filter
def kop(value: Any) -> str:
    """``money`` with the kopecks set lighter."""
    number = decimal_from(value)
    if number is None:
        return _nil()
    roubles, _comma, kopecks = money_text(number).partition(",")
    return SafeString(f'{roubles}<span class="kop">,{kopecks}</span>')


@register.filter
def qty(value: Any) -> str:
    """A free quantity: a dash instead of zero, a triangle below twenty; or what a buyer is shown
    of it (``SeenStock``).
    """
    if isinstance(value, SeenStock):
        return _seen(value)
    number = decimal_from(value)
    if not number or number < 0:
        return _nil()
    if number < LOW_STOCK:
        title = _("Less than %(count)s") % {"count": LOW_STOCK}
        return format_html('<span class="low" title="{}">{}</span>', title, quantity_text(number))
    return quantity_text(number)


@register.filter
def signed(value: Any) -> str:
    """A difference of sums with its sign, plus included."""
    number = decimal_from(value)
    if number is None:
        return _nil()
    return ("+" if number > 0 else "") + money_text(number)


@register.filter
def signed_num(value: Any) -> str:
    """A number with its sign: «+4,3», «−3»."""
    sign = MINUS if value < 0 else "+"
    return f"{sign}{quantity_text(abs(value))}"


@register.filter
def live_problem(code: str) -> str:
    """Why 1C gave no answer."""
    return problem_text(code)


@register.filter
def live_refusal(difference: LiveDifference) -> str:
    """Why 1C names no price for a line."""
    return refusal_text(difference)


@register.filter
def vat_rate(label: Any) -> str:
    """A VAT rate as 1C labels it: "22" is "22 %", words stay as they are."""
    number = decimal_from(str(label or "").rstrip("% "))
    return str(label or "") if number is None else f"{quantity_text(number)}{NBSP}%"


@register.filter
def nbsp(value: Any) -> str:
    """The text with its spaces unbreakable: units, phone numbers, initials."""
    return str(value).replace(" ", NBSP)


@register.filter
def currency_sign(value: Any) -> str:
    """The sign of an ISO 4217 code, or the code itself."""
    return CURRENCY_SIGNS.get(str(value), str(value))


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite: 16 px, or ``size`` "14" or "20"."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" icon--{size}" if size else "",
        static("storefront/icons.svg"),
        name,
    )


@register.simple_tag
def order_look(order: Any) -> Look:
    """An order's status as it is shown now: for letters. Two queries."""
    return status_book().of_order(order.status, worn_of(order.shipments.all()))


@register.simple_tag
def status(kind: str, word: Any, size: str = "") -> SafeString:
    """A shape and a word; kinds: new, work, ok, warn, bad, off; ``size`` "small" or nothing."""
    return format_html(
        '<span class="status status--{}{}">{}</span>',
        kind,
        f" status--{size}" if size else "",
        word,
    )


@register.simple_tag
def meter(label: Any = "", modifiers: str = "", **parts: Any) -> SafeString:
    """A bar of parts in per cent: over, used, held, this, excess. Without a label it is mute.

    Phrasing content, so that it may stand in a paragraph.
    """
    unknown = parts.keys() - set(METER_PARTS)
    if unknown:
        raise template.TemplateSyntaxError(f"meter has no parts {sorted(unknown)}")
    sizes = ((name, _percent(parts[name])) for name in METER_PARTS if name in parts)
    # A part of nothing would still have its gap.
    shown = ((name, size) for name, size in sizes if size != "0")
    classes = " ".join(["meter", *(f"meter--{name}" for name in modifiers.split())])
    role = format_html('role="img" aria-label="{}"', label) if label else _mute()
    bars = format_html_join("", '<svg class="{}" width="{}%"></svg>', shown)
    return format_html('<span class="{}" {}>{}</span>', classes, role, bars)


@register.simple_tag
def histogram(heights: Sequence[Any], first: int = 0, last: int | None = None) -> SafeString:
    """Bars in per cent of the height; those from ``first`` up to ``last`` are chosen."""
    end = len(heights) if last is None else last
    bars = (
        (_percent(height), mark_safe(" data-on") if first <= place < end else "")
        for place, height in enumerate(heights)
    )
    drawn = format_html_join("", '<svg height="{}%"{}></svg>', bars)
    return format_html('<div class="hist" {}>{}</div>', _mute(), drawn)


@register.simple_tag
def slider(low: Any, high: Any) -> SafeString:
    """The two knobs under a histogram, in per cent of its width."""
    knobs = format_html_join(
        "", '<circle cx="{}%" cy="8" r="5"></circle>', ((_percent(at),) for at in (low, high))
    )
    return format_html('<svg class="slider" {}>{}</svg>', _mute(), knobs)


@register.simple_tag(takes_context=True)
def appearance_attrs(context: dict[str, Any], density: str = "normal") -> SafeString:
    """Attributes of <html> from the cookies, so that no page flashes in the wrong theme."""
    request = context.get("request")
    chosen = {"density": density} | (appearance_from(request.COOKIES) if request else {})
    return format_html_join(" ", 'data-{}="{}"', sorted(chosen.items()))


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The query string of this page with ``changes``; None or "" takes a key away."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query.pop(key, None)
        if value not in (None, ""):
            query[key] = value
    return "?" + query.urlencode()


@register.simple_tag
def page_numbers(page: Any) -> list[int | None]:
    """Numbers of a pager: the ends, the current page and its neighbours; None is a gap."""
    last = page.paginator.num_pages
    near = {1, 2, last, *range(page.number - 1, page.number + 2)}
    if page.number < 3:
        near.add(3)
    numbers: list[int | None] = []
    for number in sorted(n for n in near if 1 <= n <= last):
        if numbers and numbers[-1] is not None and number - numbers[-1] > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


def _seen(stock: SeenStock) -> str:
    if stock.figure is None:
        kind, word = LEVELS[stock.level]
        return status(kind, word, "small")
    if stock.level == FEW:
        title = _("Few are left")
        return format_html('<span class="low" title="{}">{}</span>', title, num(stock.figure))
    return num(stock.figure) if stock else _nil()


def _percent(value: Any) -> str:
    number = decimal_from(value) or Decimal(0)
    bounded = min(max(number, Decimal(0)), Decimal(100))
    return f"{bounded.quantize(Decimal('0.01')).normalize():f}"


def _nil() -> SafeString:
    return _nil_in(get_language())


@cache
def _nil_in(language: str | None) -> SafeString:
    return format_html('<span class="nil" aria-label="{}">—</span>', _("none"))


def _mute() -> SafeString:
    return mark_safe('aria-hidden="true"')
