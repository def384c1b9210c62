"""What must always be true of credit; each function returns what is not, in plain words."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

# What is still to ship of an order's credit part, less what was paid for it in advance.
ASKED = """(h.taken - h.shipped) - least(
    greatest(0, greatest(0, h.paid - h.prepaid) - h.shipped), h.taken - h.shipped)"""


def held_is_the_sum_of_holds() -> list[str]:
    """An account holds what the holds of its orders say, and what its entries add up to."""
    rows = _rows("""
        SELECT a.id, a.held, coalesce(h.total, 0), coalesce(e.total, 0)
        FROM contracts_creditaccount a
        LEFT JOIN (SELECT account_id, sum(amount) AS total FROM contracts_credithold
                   GROUP BY 1) h ON h.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(held) AS total FROM contracts_creditentry
                   GROUP BY 1) e ON e.account_id = a.id
        WHERE a.contract_id IS NOT NULL
          AND (a.held <> coalesce(h.total, 0) OR a.held <> coalesce(e.total, 0))""")
    return [
        f"credit account {pk}: held {held}, holds {holds}, entries {entries}"
        for pk, held, holds, entries in rows
    ]


def holds_follow_from_their_orders() -> list[str]:
    """What is held for an order is what it took, less what shipped and was paid in advance."""
    rows = _rows(f"""
        SELECT h.order_id, h.amount, CASE WHEN h.waits THEN 0 ELSE {ASKED} END
        FROM contracts_credithold h
        WHERE h.amount <> CASE WHEN h.waits THEN 0 ELSE {ASKED} END""")  # noqa: S608 - our own
    return [f"order {pk}: credit held {amount}, should be {due}" for pk, amount, due in rows]


def groups_are_the_sums_of_their_members() -> list[str]:
    """A holding owes and holds what the companies under it do; advances are nobody else's."""
    rows = _rows("""
        SELECT g.id, g.held, g.debt, g.overdue,
               coalesce(sum(m.held), 0), coalesce(sum(greatest(m.debt, 0)), 0),
               coalesce(sum(m.overdue), 0)
        FROM contracts_creditaccount g LEFT JOIN contracts_creditaccount m ON m.group_id = g.id
        WHERE g.holding_id IS NOT NULL GROUP BY g.id
        HAVING g.held <> coalesce(sum(m.held), 0)
            OR g.debt <> coalesce(sum(greatest(m.debt, 0)), 0)
            OR g.overdue <> coalesce(sum(m.overdue), 0)""")
    return [
        f"credit account {pk} of a holding: held {held}, debt {debt}, overdue {overdue}; "
        f"its members {m_held}, {m_debt}, {m_overdue}"
        for pk, held, debt, overdue, m_held, m_debt, m_overdue in rows
    ]


def debt_is_the_report_and_what_came_after() -> list[str]:
    """The debt of a contract is 1C's last report and the entries after it."""
    rows = _rows("""
        SELECT a.id, a.debt, a.snapshot_debt + coalesce(sum(e.debt), 0)
        FROM contracts_creditaccount a
        LEFT JOIN contracts_creditentry e ON e.account_id = a.id AND e.kind <> 'snapshot'
             AND (a.snapshot_at IS NULL OR e.at > a.snapshot_at)
        WHERE a.contract_id IS NOT NULL GROUP BY a.id
        HAVING a.debt <> a.snapshot_debt + coalesce(sum(e.debt), 0)""")
    return [f"credit account {pk}: debt {debt}, should be {due}" for pk, debt, due in rows]


def nothing_was_taken_beyond_a_limit_unseen() -> list[str]:
    """What was taken beyond a limit was refused first, and the order says so."""
    rows = _rows("""
        SELECT e.order_id, e.account_id, e.details ->> 'left'
        FROM contracts_creditentry e JOIN order_order o ON o.id = e.order_id
        WHERE e.kind = 'hold' AND (e.details ->> 'left')::numeric < 0
          AND (o.credit_state = '' OR NOT EXISTS (
              SELECT 1 FROM contracts_creditentry s
              WHERE s.account_id = e.account_id AND s.order_id = e.order_id
                AND s.kind = 'stop'))""")
    return [
        f"order {pk}: taken beyond the limit of credit account {account}, left {left}"
        for pk, account, left in rows
    ]


def stopped_orders_are_let_go_by_the_book() -> list[str]:
    """A released order has its entry; one that waits holds nothing and is not on its way to 1C."""
    rows = _rows("""
        SELECT o.id, o.credit_state FROM order_order o
        WHERE (o.credit_state = 'released' AND NOT EXISTS (
                SELECT 1 FROM contracts_creditentry e
                WHERE e.order_id = o.id AND e.kind = 'release'))
           OR (o.credit_state = 'waiting' AND (
                EXISTS (SELECT 1 FROM contracts_credithold h
                        WHERE h.order_id = o.id AND NOT h.waits)
                OR EXISTS (SELECT 1 FROM core_outboxmessage m
                           WHERE m.topic = 'order_to_1c'
                             AND (m.payload ->> 'order_id')::bigint = o.id)))""")
    return [f"order {pk}: {state}, but its books say otherwise" for pk, state in rows]


def releases_are_signed() -> list[str]:
    """A release that takes two persons took effect with two."""
    rows = _rows("""
        SELECT order_id FROM contracts_creditdecision
        WHERE needs_second AND second_id IS NULL AND took_effect_at IS NOT NULL""")
    return [f"order {pk}: released without the second signature" for (pk,) in rows]


def limits_are_signed() -> list[str]:
    """A proposal of a limit holds because another person than its author signed it."""
    rows = _rows("""
        SELECT id FROM contracts_creditproposal
        WHERE (state = 'signed') <> (entry_id IS NOT NULL)
            OR state = 'signed' AND (closed_by_id IS NULL OR closed_by_id = author_id)""")
    return [f"proposal {pk}: in force without the second signature" for (pk,) in rows]


INVARIANTS: Sequence[Callable[[], list[str]]] = (
    held_is_the_sum_of_holds,
    holds_follow_from_their_orders,
    groups_are_the_sums_of_their_members,
    debt_is_the_report_and_what_came_after,
    nothing_was_taken_beyond_a_limit_unseen,
    stopped_orders_are_let_go_by_the_book,
    releases_are_signed,
    limits_are_signed,
)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
