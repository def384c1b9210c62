"""What the staff do with prices that a buyer asks for: offer, sign, decline.

A request takes one signature, or two if it goes below the purchase price; a project takes two of
different persons. The last one makes the price list. Callers lift the scope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.companies.selectors import mail_address_of
from b2b_apps.core.context import TradeContext
from b2b_apps.core.errors import DomainError
from b2b_apps.core.mail import mail_put
from b2b_apps.core.money import round_unit_price
from b2b_apps.pricing.asking import project_locked
from b2b_apps.pricing.models import PriceChange, PriceList, Project, ProjectLine
from b2b_apps.pricing.price_load import PriceRow, prices_load
from b2b_apps.pricing.selectors import price_book
from b2b_apps.pricing.typed import MOST_OFFERED

Status, Kind = Project.Status, Project.Kind


class SigningError(DomainError):
    """``code``: not_open, no_price, amount (zero or too large), no_term, past, same_person,
    no_reason, changed.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered: prices by line (None: no price for it), quantities by line, the term.

    ``starts`` are the quantities from which the prices hold, by line: 0 is any.
    """

    prices: Mapping[int, Decimal | None]
    quantities: Mapping[int, Decimal]
    valid_from: date | None
    valid_to: date | None
    starts: Mapping[int, Decimal] = field(default_factory=dict)


@transaction.atomic
def project_offer(*, project_id: int, offered: Offered) -> Project:
    """Write the offer. A signature under another offer falls. Raises SigningError.

    Locks the project.
    """
    project = _open(project_id)
    if offered.valid_from and offered.valid_to and offered.valid_to < offered.valid_from:
        raise SigningError("no_term")
    is_changed = (project.valid_from, project.valid_to) != (offered.valid_from, offered.valid_to)
    for line in project.lines.all():
        price = offered.prices.get(line.pk)
        price = None if price is None else _amount(price)
        quantity = offered.quantities.get(line.pk, line.quantity)
        starts = offered.starts.get(line.pk, line.from_quantity)
        said = (price, quantity, starts)
        if (line.offered, line.quantity, line.from_quantity) != said:
            (line.offered, line.quantity, line.from_quantity), is_changed = said, True
            line.save(update_fields=["offered", "quantity", "from_quantity"])
    if is_changed:
        project.valid_from, project.valid_to = offered.valid_from, offered.valid_to
        project.status = Status.ASKED
        project.first_signature, project.first_signed_at = None, None
        project.save()
    return project


@transaction.atomic
def project_sign(
    *, project_id: int, user_id: int, context: TradeContext, offer: str | None = None
) -> Project:
    """Sign the offer; the last signature makes the price list and tells the buyer.

    ``context`` is of the project's contract: what the goods cost us is reckoned as it reckons.

    ``offer`` is ``offer_mark`` of what the person has seen: one that was changed meanwhile is not
    signed unseen. Locks the project. Raises SigningError.
    """
    project = _open(project_id)
    lines = [line for line in project.lines.all() if line.offered is not None]
    if not lines:
        raise SigningError("no_price")
    if project.valid_to is None:
        raise SigningError("no_term")
    if project.valid_to < timezone.localdate():
        raise SigningError("past")
    if offer is not None and offer != offer_mark(project):
        raise SigningError("changed")
    now = timezone.now()
    if project.first_signature_id is None:
        project.first_signature_id, project.first_signed_at = user_id, now
        project.status = Status.SIGNED
    elif project.first_signature_id == user_id:
        raise SigningError("same_person")
    else:
        project.second_signature_id = user_id
    takes_two = project.kind == Kind.PROJECT or is_below_cost(context=context, lines=lines)
    if not takes_two or project.second_signature_id is not None:
        project.status, project.decided_at = Status.APPROVED, now
        project.price_list = _price_list(project, user_id)
        _tell(project)
    project.save()
    return project


@transaction.atomic
def project_decline(*, project_id: int, user_id: int, reason: str) -> Project:
    """Decline with a reason, which the buyer is told. Locks the project. Raises SigningError."""
    project = _open(project_id)
    if not reason.strip():
        raise SigningError("no_reason")
    project.status, project.decided_at = Status.DECLINED, timezone.now()
    project.decline_reason = reason.strip()[:500]
    project.declined_by_id = user_id
    project.save()
    _tell(project)
    return project


def is_below_cost(*, context: TradeContext, lines: Sequence[ProjectLine]) -> bool:
    """Whether a line is offered below its purchase price, where that is known. Six queries."""
    ids = [line.product_id for line in lines]
    # With every rule, purchase prices are loaded though no rule stops at them.
    book = price_book(context=context, product_ids=ids, with_every_rule=True)
    goods = book.loaded.goods
    costs = {pk: book.cost_of(item) for pk, item in goods.items()}
    return any(
        line.offered is not None and line.offered < cost
        for line in lines
        if (cost := costs.get(line.product_id)) is not None
    )


def _amount(price: Decimal) -> Decimal:
    """A price as it is kept. Nobody gives goods away by a slip: zero is none."""
    amount = round_unit_price(price)
    if not 0 < amount < MOST_OFFERED:
        raise SigningError("amount")
    return amount


def offer_mark(project: Project) -> str:
    """A text that differs whenever the offer does. One query."""
    rows = project.lines.order_by("pk").values_list("pk", "quantity", "offered", "from_quantity")
    return f"{project.valid_from}/{project.valid_to}/" + ";".join(
        f"{pk}:{quantity}:{'' if price is None else price}:{starts}"
        for pk, quantity, price, starts in rows
    )


def _open(project_id: int) -> Project:
    project = project_locked(project_id=project_id)
    if project is None or not project.is_waiting:
        raise SigningError("not_open")
    return project


def _price_list(project: Project, user_id: int) -> PriceList:
    """The list of an approved offer, in the contract's currency and with VAT as it reckons."""
    contract = project.contract
    price_list = PriceList.objects.create(
        kind=PriceList.Kind.PROJECT,
        name=project.name,
        currency=contract.currency,
        includes_vat=contract.vat_mode == "included",
        valid_from=project.valid_from,
        valid_to=project.valid_to,
    )
    lines = list(project.lines.filter(offered__isnull=False).select_related("product"))
    prices_load(
        rows=[
            PriceRow(price_list.pk, line.product_id, line.offered or Decimal(0), _starts(line))
            for line in lines
        ],
        source=PriceChange.Source.PROJECT,
        user_id=user_id,
    )
    return price_list


def _starts(line: ProjectLine) -> Decimal:
    """The quantity that a price holds from; 0 if nobody can buy fewer."""
    product: Any = line.product
    least = max(product.minimum_quantity, product.order_multiple)
    return Decimal(0) if line.from_quantity <= least else line.from_quantity


def _tell(project: Project) -> None:
    mail_put(
        key=f"price_answered:{project.pk}",
        to=mail_address_of(
            user=project.author, counterparty=project.counterparty, permission=SEE_PRICES
        ),
        template="price_answered.txt",
        context={
            "project": project,
            "lines": list(project.lines.select_related("product__base_unit")[:50]),
        },
    )
