"""Whether a promo code that a buyer types would work for him."""

from dataclasses import replace

from django.utils import timezone

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.models import PriceRule
from b2b_apps.pricing.rules import RuleTerms, refusal_in

LIVE, UNKNOWN, NOT_YET, OVER, NOT_YOURS = "live", "unknown", "not_yet", "over", "not_yours"
# What refuses a code, the most helpful answer first.
ANSWERS = [("not_yet", NOT_YET), ("condition", NOT_YOURS), ("over", OVER), ("state", OVER)]


def promo_code_state(*, context: TradeContext, code: str) -> str:
    """Return live, unknown, not_yet, over or not_yours (for other buyers). One query.

    Drafts are unknown. A code may stand in several rules; one that works is enough.
    """
    rules = PriceRule.objects.filter(promo_code__iexact=code).exclude(state=PriceRule.State.DRAFT)
    named, moment = replace(context, promo_code=code), timezone.now()
    refusals = [refusal_in(RuleTerms.from_model(rule), named, moment) for rule in rules]
    if not code or not refusals:
        return UNKNOWN
    if None in refusals:
        return LIVE
    codes = {refusal.code for refusal in refusals if refusal is not None}
    return next((answer for why, answer in ANSWERS if why in codes), UNKNOWN)
