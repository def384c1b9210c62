"""What the list of requests and the page of a request show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from b2b_apps.amending.editing import diff_rows
from b2b_apps.amending.words import told_lines
from b2b_apps.approvals.course import StepRow, steps_of
from b2b_apps.approvals.models import ApprovalRequest, RequestLine, RequestStep
from b2b_apps.approvals.plan import BudgetUse
from b2b_apps.approvals.planning import kept_addresses, plan_of_request
from b2b_apps.approvals.selectors import (
    RequestNow,
    request_now,
    requests_for,
    turns_of,
)
from b2b_apps.approvals.services.changes import ChangeNow, change_now
from b2b_apps.approvals.words import (
    diff_words,
    event_words,
    people_words,
    reason_words,
    status_words,
)
from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import ReadContext
from b2b_apps.purchasing.choices import choice_from
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.orders import orders_of_basket
from b2b_apps.purchasing.plan import plan_of
from b2b_apps.purchasing.ruled import sheet_ruled
from b2b_apps.purchasing.sheet import SheetLine

Status = ApprovalRequest.Status
PAGE, LINES = 30, 200
VIEWS = {
    "turn": _("Wait for you"),
    "mine": _("Yours"),
    "open": _("In progress"),
    "": _("All"),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list; its sum only where the role may see it."""

    request: ApprovalRequest
    kind: str
    word: str
    is_turn: bool
    sees_prices: bool
    waits_for: str


@dataclass(frozen=True, slots=True)
class RequestList:
    """The list: ``views`` are (key, word, how many)."""

    page: Page[Any]
    rows: Sequence[RequestRow]
    view: str
    views: Sequence[tuple[str, Any, int]]
    has_companies: bool


def request_list(*, context: ReadContext, query: Mapping[str, str]) -> RequestList:
    """Return the requests that the query string asks for. Four queries, whatever the page."""
    turns = turns_of(context=context).filter(step__request_id=OuterRef("pk"))
    rows = requests_for(context=context).annotate(is_turn=Exists(turns))
    tests = {
        "turn": Q(is_turn=True),
        "mine": Q(user_id=context.user_id),
        "open": Q(status__in=[Status.WAITING, Status.RETURNED]),
        "": Q(),
    }
    counts = rows.order_by().aggregate(
        **{
            f"n_{key}": Count("pk", filter=test) if key else Count("pk")
            for key, test in tests.items()
        }
    )
    asked = query.get("view")
    view = asked if asked in VIEWS else "turn" if asked is None and counts["n_turn"] else ""
    found = rows.filter(tests[view]).select_related("user", "counterparty", "department")
    page = Paginator(found, PAGE).get_page(query.get("page"))
    return RequestList(
        page=page,
        rows=_rows(context, list(page)),
        view=view,
        views=[(key, word, counts[f"n_{key}"]) for key, word in VIEWS.items()],
        has_companies=len(context.counterparty_ids) > 1,
    )


def _rows(context: ReadContext, requests: Sequence[Any]) -> Sequence[RequestRow]:
    opened = RequestStep.objects.filter(request__in=requests, state="open").prefetch_related(
        "approvers__employee__user"
    )
    names: dict[int, list[str]] = {}
    for step in opened:
        people = [str(a.employee) for a in step.approvers.all() if a.decided_at is None]
        names.setdefault(step.request_id, []).append(people_words(people, step.mode))
    return [
        RequestRow(
            request,
            *status_words(request),
            is_turn=request.is_turn,
            sees_prices=context.may(SEE_PRICES, counterparty_id=request.counterparty_id),
            waits_for="; ".join(names.get(request.pk, ())),
        )
        for request in requests
    ]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line as it was sent, with what it is today (``now``; None when it is gone or decided).
    ``receiver`` is who has it, where that is not the consignee of the order.
    """

    line: RequestLine
    now: SheetLine | None
    is_live: bool
    receiver: str = ""

    @property
    def was_changed(self) -> bool:
        return bool(self.line.quantity != self.line.quantity_asked)

    @property
    def unit_price(self) -> Decimal | None:
        return self.now.unit_price if self.now else None

    @property
    def has_price_changed(self) -> bool:
        return self.unit_price is not None and self.unit_price != self.line.unit_price

    @property
    def has_risen(self) -> bool:
        return self.unit_price is not None and self.unit_price > self.line.unit_price

    @property
    def problem(self) -> Any:
        """What keeps the line from being ordered now."""
        found = self.now.problems if self.now else ()
        return next((problem for problem in found if problem.is_blocking), None)

    @property
    def sum(self) -> Decimal:
        amount = self.now.amount if self.now else None
        if amount:
            return amount.incl_tax
        return Decimal(0) if not self.line.quantity else self.line.sum_incl_tax

    @property
    def level(self) -> str:
        if self.problem:
            return "bad"
        return "warn" if self.is_live and (self.has_price_changed or self.was_changed) else ""


@dataclass(frozen=True)
class RequestPage:
    """A request with everything that hangs on it; ``orders`` are what it has become."""

    request: ApprovalRequest
    now: RequestNow
    lines: Page[Any]
    rows: Sequence[LineRow]
    steps: Sequence[Sequence[StepRow]]
    events: Sequence[Any]
    uses: Sequence[BudgetUse]
    reasons: Sequence[str]
    may_decide: bool
    is_mine: bool
    sees_prices: bool
    orders: Sequence[Any] = ()
    # Of a change of an order: what it comes to today, and what was asked.
    change: ChangeNow | None = None
    asked: Mapping[str, Any] | None = None

    @property
    def diff(self) -> Mapping[str, Any]:
        """What of the order changes: as it would be now, as it was asked once that is over."""
        if self.change and self.change.outcome:
            return self.change.outcome.diff
        return self.asked or {}

    @property
    def diff_lines(self) -> Sequence[Mapping[str, Any]]:
        return diff_rows(self.diff)

    @property
    def told(self) -> Sequence[str]:
        """What changes beyond its lines, a sentence each."""
        return told_lines({**self.diff, "lines": []})

    @property
    def addresses(self) -> Sequence[str]:
        """All that it goes to."""
        return kept_addresses(self.request.details)

    @property
    def status(self) -> tuple[str, str]:
        return status_words(self.request)

    @cached_property
    def offer(self) -> str:
        """The token of what is shown, for the form that approves it, split as the buyer chose."""
        if self.change:
            return self.change.outcome.mark if self.change.outcome else ""
        sheet = self.now.sheet
        if sheet is None:
            return ""
        if self.now.context is not None:
            sheet = sheet_ruled(context=self.now.context, sheet=sheet)
        chosen = choice_from(self.request.details.get("split", ""), basket_id=sheet.id or 0)
        return offer_token(sheet, plan_of(sheet, choice=chosen))

    @property
    def is_blocked(self) -> bool:
        """Whether it can't be ordered as it is."""
        if self.change:
            return self.change.outcome is None
        return self.now.sheet is None or bool(self.now.sheet.blocking)

    @property
    def num_changed(self) -> int:
        return sum(1 for row in self.rows if row.level)

    @property
    def total(self) -> Decimal:
        if self.change and self.change.outcome:
            return self.change.outcome.planned.total_incl_tax
        sheet = self.now.sheet
        return sheet.total_incl_tax if sheet else self.request.total

    @property
    def may_correct(self) -> bool:
        return self.is_mine and self.request.status == Status.RETURNED

    @property
    def may_change(self) -> bool:
        return self.now.sheet is not None and (self.may_decide or self.may_correct)

    @property
    def may_withdraw(self) -> bool:
        return self.is_mine and self.request.is_open

    @property
    def may_take_back(self) -> bool:
        is_over = self.request.status in {Status.REFUSED, Status.WITHDRAWN}
        return self.is_mine and is_over and not self.request.is_change


def request_page(
    *, context: ReadContext, request: ApprovalRequest, number: str | None = None
) -> RequestPage:
    """Load what hangs on a request; ``number`` is the page of its lines. Some twenty queries,
    whatever its length; nine for one that is decided.
    """
    is_live = request.is_open and not request.is_change
    now = request_now(request=request) if is_live else RequestNow(None, None)
    lines = Paginator(request.lines.select_related("product"), LINES).get_page(number)
    there = {line.id: line for line in now.sheet.lines} if now.sheet else {}
    sees_prices = context.may(SEE_PRICES, counterparty_id=request.counterparty_id)
    receivers = _receivers(request)
    events = list(request.events.select_related("user", "instead_of"))
    return RequestPage(
        request=request,
        now=now,
        lines=lines,
        rows=[
            LineRow(line, there.get(line.line_id), bool(there), receivers.get(line.line_id, ""))
            for line in lines
        ],
        steps=steps_of(request, events),
        events=[(event, event_words(event), diff_words(event)) for event in events],
        uses=_uses(request, now) if sees_prices else [],
        reasons=[reason_words(r, sees_prices=sees_prices) for r in request.reasons],
        may_decide=turns_of(context=context, request_id=request.pk).exists(),
        is_mine=request.user_id == context.user_id,
        sees_prices=sees_prices,
        orders=_orders(context, request),
        change=(
            change_now(request, sees_prices=sees_prices)
            if request.is_change and request.is_open
            else None
        ),
        asked=events[0].data.get("diff") if events and request.is_change else None,
    )


def _receivers(request: ApprovalRequest) -> Mapping[int, str]:
    """Who has which line, of those that do not go to the consignee of the order. No query."""
    chosen = choice_from(request.details.get("split", ""), basket_id=request.basket_id or 0)
    kept = request.details.get("receivers", {})
    named = chosen.consignees.items() if chosen else ()
    return {line: ", ".join(kept[str(pk)]) for line, pk in named if str(pk) in kept}


def _orders(context: ReadContext, request: ApprovalRequest) -> Sequence[Any]:
    if request.is_change:
        return [request.order]
    if not request.order_number or request.basket_id is None:
        return []
    return orders_of_basket(context=context, basket_id=request.basket_id)


def _uses(request: ApprovalRequest, now: RequestNow) -> Sequence[BudgetUse]:
    if now.context is None or now.sheet is None:
        return []
    plan = plan_of_request(request, context=now.context, sheet=now.sheet, is_locked=False)
    return [use for use in plan.uses if use.asked > 0]
