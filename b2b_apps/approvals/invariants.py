"""What must always be true of budgets and requests; each function returns what is not."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


def budgets_are_the_sums_of_their_entries() -> list[str]:
    """A period's sum and what is taken of it are what its ledger adds up to."""
    rows = _rows("""
        SELECT p.id, p.amount, p.taken, coalesce(sum(e.amount), 0), coalesce(sum(e.taken), 0)
        FROM approvals_budgetperiod p LEFT JOIN approvals_budgetentry e ON e.period_id = p.id
        GROUP BY p.id
        HAVING p.amount <> coalesce(sum(e.amount), 0) OR p.taken <> coalesce(sum(e.taken), 0)""")
    return [
        f"budget period {pk}: {amount} taken {taken}, entries {amounts} taken {sums}"
        for pk, amount, taken, amounts, sums in rows
    ]


def nothing_is_taken_beyond_a_budget_unsaid() -> list[str]:
    """What is taken over a budget's sum was let over it, and the ledger says so."""
    rows = _rows("""
        SELECT p.id, p.amount, p.taken FROM approvals_budgetperiod p
        WHERE p.taken > p.amount AND NOT EXISTS (
            SELECT 1 FROM approvals_budgetentry e WHERE e.period_id = p.id AND e.is_beyond)""")
    return [f"budget period {pk}: {taken} taken of {amount}" for pk, amount, taken in rows]


def ended_requests_hold_no_budget() -> list[str]:
    """A request that was refused or withdrawn has given back what it took."""
    rows = _rows("""
        SELECT r.number, sum(e.taken) FROM approvals_approvalrequest r
        JOIN approvals_budgetentry e ON e.basket_id = r.basket_id
        WHERE r.status IN ('refused', 'withdrawn')
        GROUP BY r.id HAVING sum(e.taken) <> 0""")
    return [f"request {number}: still holds {held} of budgets" for number, held in rows]


def approved_requests_are_orders() -> list[str]:
    """What was approved is ordered, what was not is no order; its basket says the same."""
    rows = _rows("""
        SELECT r.number, r.status, b.status FROM approvals_approvalrequest r
        JOIN basket_basket b ON b.id = r.basket_id
        WHERE (r.status = 'approved') <> (b.status = 'Submitted')""")
    return [
        f"request {number}: {status}, its basket is {basket}" for number, status, basket in rows
    ]


def waiting_requests_wait_for_somebody() -> list[str]:
    """A request that waits has an open step; one that does not wait has none."""
    rows = _rows("""
        SELECT r.number, r.status FROM approvals_approvalrequest r
        WHERE (r.status = 'waiting') <> EXISTS (
            SELECT 1 FROM approvals_requeststep s
            WHERE s.request_id = r.id AND s.state = 'open')""")
    return [f"request {number}: {status}, its steps say otherwise" for number, status in rows]


def nobody_approved_his_own() -> list[str]:
    """A step that does not let the buyer approve was approved by another person."""
    rows = _rows("""
        SELECT r.number FROM approvals_stepapprover a
        JOIN approvals_requeststep s ON s.id = a.step_id
        JOIN approvals_approvalrequest r ON r.id = s.request_id
        WHERE NOT s.may_own AND a.decided_by_id = r.user_id""")
    return [f"request {number}: approved by its own buyer" for (number,) in rows]


INVARIANTS: Sequence[Callable[[], list[str]]] = (
    budgets_are_the_sums_of_their_entries,
    nothing_is_taken_beyond_a_budget_unsaid,
    ended_requests_hold_no_budget,
    approved_requests_are_orders,
    waiting_requests_wait_for_somebody,
    nobody_approved_his_own,
)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
