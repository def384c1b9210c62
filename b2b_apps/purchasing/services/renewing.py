"""Reckoning anew what is no longer as it is kept of a basket, before it is shown."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.tariff import Tariff, tariff_for
from b2b_apps.purchasing.kept import freshness_of
from b2b_apps.purchasing.selectors import with_promo_code
from b2b_apps.purchasing.services.edit import edit_begin, edit_keep
from b2b_apps.purchasing.sheet import Sheet
from b2b_apps.purchasing.terms import terms_mark

# So many changes of other goods are looked through at each view before it is noted that they are.
MANY_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Renewed:
    """The terms that a basket is kept under now; ``whole`` is all of it, if it had to be read."""

    tariff: Tariff
    whole: Sheet | None = None


def basket_renew(*, context: TradeContext, basket: Any) -> Renewed:
    """Bring what is kept of the person's open basket up to date.

    Two queries if nothing has changed since. Lines whose goods have changed are reckoned anew, all
    of them if the terms are others (eight queries more, the basket is locked). A basket whose promo
    code has rules is read whole each time.
    """
    context = with_promo_code(context, basket)
    tariff = tariff_for(context=context, moment=timezone.localtime())
    found = freshness_of(basket.pk)
    has_promo = any(rule.promo_code for rule in tariff.rules)
    if basket.kept_terms != terms_mark(context, tariff) or found.is_all or has_promo:
        return Renewed(tariff, _whole(context))
    if found.stale_ids:
        with transaction.atomic():
            sheet = edit_keep(edit_begin(context=context, line_ids=found.stale_ids)).sheet
        return Renewed(tariff, sheet if isinstance(sheet, Sheet) else None)
    if found.num_changes > MANY_CHANGES:
        type(basket).objects.filter(pk=basket.pk, kept_since__lt=found.since).update(
            kept_since=found.since
        )
    return Renewed(tariff)


def _whole(context: TradeContext) -> Sheet:
    with transaction.atomic():
        sheet = edit_keep(edit_begin(context=context, is_whole=True)).sheet
    if not isinstance(sheet, Sheet):
        raise TypeError(sheet)
    return sheet
