"""Which price rule works when: strips under the board."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from b2b_apps.desk.rule_words import rule_status, term_words, whom_words
from b2b_apps.desk.schedule import Scale
from b2b_apps.desk.statuses import Status
from b2b_apps.pricing.models import PriceRule

State = PriceRule.State
MOST_STRIPS = 20
# A draft that nobody publishes is drawn as one; a rule that is over, as past.
KINDS = {"new": "wait", "ok": "work", "off": "off"}


@dataclass(frozen=True, slots=True)
class RuleStrip:
    """A rule in its term; ``left`` and ``width`` are per cents of the scale."""

    rule: PriceRule
    state: str
    status: Status
    term: str
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class RuleSchedule:
    """``num_endless`` live rules have no term, ``num_more`` with one are not drawn."""

    scale: Scale
    strips: Sequence[RuleStrip]
    num_endless: int
    num_more: int


def rule_schedule() -> RuleSchedule:
    """Return live rules and drafts with a term around today, those that begin first on top.

    Two queries, and one per kind of condition in them.
    """
    scale = Scale(timezone.localdate())
    live = PriceRule.objects.filter(state__in=[State.LIVE, State.DRAFT])
    endless = Q(valid_from__isnull=True, valid_to__isnull=True)
    rows = live.exclude(endless).filter(
        Q(valid_from__isnull=True) | Q(valid_from__date__lt=scale.last),
        Q(valid_to__isnull=True) | Q(valid_to__date__gte=scale.first),
    )
    found = list(rows.order_by("valid_from", "priority", "pk"))
    drawn = found[:MOST_STRIPS]
    whom_words(drawn)
    return RuleSchedule(
        scale,
        [_strip(rule, scale) for rule in drawn],
        live.filter(endless, state=State.LIVE).count(),
        len(found) - len(drawn),
    )


def _strip(rule: PriceRule, scale: Scale) -> RuleStrip:
    status = rule_status(rule)
    state = "draft" if rule.state == State.DRAFT else KINDS[status[0]]
    left, width = scale.of_moments(rule.valid_from, rule.valid_to)
    return RuleStrip(rule, state, status, term_words(rule), left, width)
