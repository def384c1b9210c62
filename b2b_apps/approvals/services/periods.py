"""Periods of budgets begin when they are first needed."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from b2b_apps.approvals.models import Budget, BudgetEntry, BudgetPeriod
from b2b_apps.approvals.periods import term_of


def periods_begin(*, budgets: Sequence[Budget], day: date) -> None:
    """Make the periods of budgets that a day is in, if they are not there; each with its entry.

    Two at once meet at the unique constraint: the loser leaves it to the winner. One query, two
    more for each period that begins.
    """
    terms = {b.pk: term for b in budgets if (term := term_of(b, day))}
    rows = BudgetPeriod.objects.filter(
        budget_id__in=terms, starts_on__in={term.starts_on for term in terms.values()}
    )
    there = set(rows.values_list("budget_id", "starts_on"))
    for budget in budgets:
        term = terms.get(budget.pk)
        if term is None or (budget.pk, term.starts_on) in there:
            continue
        try:
            with transaction.atomic():
                _begin(budget, term.starts_on, term.ends_on)
        except IntegrityError:
            continue


def _begin(budget: Budget, starts_on: date, ends_on: date) -> None:
    period = BudgetPeriod.objects.create(
        budget=budget,
        counterparty_id=budget.counterparty_id,
        starts_on=starts_on,
        ends_on=ends_on,
        amount=budget.amount,
    )
    BudgetEntry.objects.create(
        period=period,
        counterparty_id=budget.counterparty_id,
        kind=BudgetEntry.Kind.OPEN,
        amount=budget.amount,
    )
