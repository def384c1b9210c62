"""How price lists and changes of prices are put into words."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.core.figures import MINUS, NBSP, quantity_text
from b2b_apps.desk.statuses import Status, switch_status
from b2b_apps.pricing.models import PriceList

Kind = PriceList.Kind
# ``Product.price_visibility`` where it speaks of a price, not of the product.
VISIBILITY = {
    "shown": gettext_lazy("is shown"),
    "on_request": gettext_lazy("on request"),
    "hidden": gettext_lazy("is hidden"),
}


def list_owner(price_list: Any) -> str:
    """Whose prices a list holds."""
    if price_list.kind == Kind.CONTRACT:
        contract = getattr(price_list, "own_contract", None)
        return f"{contract.counterparty.name}, {contract}" if contract else _("no contract")
    return _("the retail column") if price_list.is_retail else ""


def list_reckoned(price_list: Any, *, is_of_1c: bool) -> str:
    """Where the prices of a list come from, in one line."""
    parts = [_("from 1C") if is_of_1c else _("by hand")]
    if price_list.base_id:
        percent = percent_text(price_list.base_percent)
        reckoned = _("«%(name)s» %(percent)s") % {
            "name": price_list.base.name,
            "percent": percent,
        }
        parts = [reckoned.strip(), _("else from 1C") if is_of_1c else ""]
    if price_list.is_cost:
        parts.append(_("seen by staff only"))
    elif price_list.is_retail:
        parts.append(_("the retail column"))
    if price_list.region_id:
        parts.append(_("region %(name)s") % {"name": price_list.region.name})
    elif price_list.kind == Kind.FALLBACK:
        parts.append(_("last resort"))
    return ", ".join(part for part in parts if part)


def percent_text(percent: Decimal) -> str:
    """``-14`` as «−14 %»; nothing for no change."""
    sign = "+" if percent > 0 else MINUS
    return f"{sign}{quantity_text(abs(percent))}{NBSP}%" if percent else ""


def list_status(price_list: Any) -> Status:
    """Whether a list gives prices today, or from when."""
    day = timezone.localdate()
    if not price_list.is_active:
        return switch_status(price_list)
    if price_list.valid_from and price_list.valid_from > day:
        return "new", _("from %(day)s") % {"day": f"{price_list.valid_from:%d.%m.%Y}"}
    if price_list.valid_to and price_list.valid_to < day:
        return "off", _("over since %(day)s") % {"day": f"{price_list.valid_to:%d.%m.%Y}"}
    if price_list.valid_to:
        return "work", _("until %(day)s") % {"day": f"{price_list.valid_to:%d.%m.%Y}"}
    return "ok", _("works")


def change_author(change: Any) -> str:
    """Who changed a price: 1C, a file, or a person."""
    if change.user is None:
        return str(change.get_source_display())
    name = change.user.get_full_name() or change.user.email
    if change.source == change.Source.FILE:
        return _("%(name)s, by file") % {"name": name}
    return str(name)
