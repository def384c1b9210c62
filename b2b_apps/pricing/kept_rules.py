"""Rules as the contexts of one kind read them, kept as long as none of the rules is another."""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable
from functools import cached_property
from threading import Lock

from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.conditions import asked_features
from b2b_apps.pricing.conversion import Conversion
from b2b_apps.pricing.goods import AskedFeatures
from b2b_apps.pricing.rule_index import RuleIndex
from b2b_apps.pricing.rules import Rule, RuleTerms, compiled
from b2b_apps.pricing.tariff import Tariff

# Kinds of contexts: contracts that rules tell apart, with their rates.
MOST_KEPT = 64


class Rules(tuple[Rule, ...]):
    """Compiled rules in their order, with what is found out of them once."""

    @cached_property
    def finder(self) -> RuleIndex:
        """Finds which of them work for a product."""
        return RuleIndex(rule for rule in self if rule.refusal is None)

    @cached_property
    def asked(self) -> AskedFeatures:
        """What those that work in the context ask of products."""
        return _asked(rule for rule in self if rule.refusal is None)

    @cached_property
    def asked_by_all(self) -> AskedFeatures:
        """What all of them ask."""
        return _asked(self)


def _asked(rules: Iterable[Rule]) -> AskedFeatures:
    return asked_features(condition for rule in rules for condition in rule.goods_conditions)


def rules_compiled(
    *,
    tariff: Tariff,
    context: TradeContext,
    conversion: Conversion,
    extra: Collection[RuleTerms] = (),
) -> Rules:
    """Return the rules of a tariff, and ``extra`` ones in their places, as a context reads them.

    Kept by the very rules and by all that ``compiled`` looks at, but for the moment: of a tariff
    with those rules alone that are due each is due.
    """
    if extra or tariff.has_every_rule:
        return _made([*tariff.rules, *extra], tariff, context, conversion)
    key = (
        id(tariff.rules),
        *(context.region_id, context.segment_ids, context.counterparty_id, context.contract_id),
        *(context.promo_code, conversion.currency, conversion.markup_percent, conversion.fixed),
        *sorted(conversion.rates.items()),
    )
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found[1]
    rules = _made(tariff.rules, tariff, context, conversion)
    with _lock:
        # With what the key names by its address, which no other may get meanwhile.
        _kept[key] = tariff.rules, rules
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return rules


def _made(
    terms: Iterable[RuleTerms], tariff: Tariff, context: TradeContext, conversion: Conversion
) -> Rules:
    return Rules(compiled(terms, context=context, moment=tariff.moment, conversion=conversion))


_lock = Lock()
_kept: OrderedDict[Hashable, tuple[Iterable[RuleTerms], Rules]] = OrderedDict()
