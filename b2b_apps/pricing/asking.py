"""What a buyer does with the prices he asks for: asks, changes a draft, withdraws.

Callers are in the scope of the buyer's company. Answers: ``pricing.signing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.core.context import TradeContext
from b2b_apps.core.errors import DomainError
from b2b_apps.core.mail import mail_put
from b2b_apps.core.texts import text_typed
from b2b_apps.pricing.models import Project, ProjectLine

Status, Kind = Project.Status, Project.Kind
MAX_LINES = 300
# So many questions of a company may wait for an answer at once.
MAX_WAITING = 100


class AskingError(DomainError):
    """``code``: nothing (no goods), too_many (lines, or questions that wait), not_open."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Wish:
    """A product, how many base units, at what price of one; None leaves it to the supplier."""

    quantity: Decimal
    price: Decimal | None = None


@transaction.atomic
def price_ask(
    *, context: TradeContext, product_id: int, quantity: Decimal, comment: str = ""
) -> Project:
    """Ask for the price of one product; the manager is told. Seven queries.

    The price will hold for so many or more, unless who offers it says otherwise. The same question
    that still waits is not asked twice. Raises AskingError, PermissionMissingError.
    """
    _may(context)
    product = _known(context, [product_id]).get(product_id)
    if product is None or quantity <= 0:
        raise AskingError("nothing")
    same = ProjectLine.objects.filter(
        project__kind=Kind.REQUEST,
        project__status=Status.ASKED,
        project__contract_id=context.contract_id,
        product_id=product_id,
        quantity=quantity,
    )
    if line := same.select_related("project").first():
        return line.project
    _check_waiting(context)
    project = _new(context, Kind.REQUEST, product.get_title()[:255], comment=comment)
    ProjectLine.objects.create(
        project=project, product_id=product_id, quantity=quantity, from_quantity=quantity
    )
    _send(project)
    return project


@transaction.atomic
def project_new(
    *,
    context: TradeContext,
    name: str,
    wishes: Mapping[int, Wish],
    address: str = "",
    comment: str = "",
) -> Project:
    """Write the draft of a project; wishes by product. Raises AskingError. Five queries."""
    _may(context)
    known = _known(context, wishes)
    if not known or not name.strip():
        raise AskingError("nothing")
    if len(known) > MAX_LINES:
        raise AskingError("too_many")
    project = _new(context, Kind.PROJECT, name.strip()[:255], comment=comment, address=address)
    ProjectLine.objects.bulk_create(
        ProjectLine(
            project=project,
            product_id=pk,
            quantity=wishes[pk].quantity,
            asked=wishes[pk].price,
        )
        for pk in wishes
        if pk in known and wishes[pk].quantity > 0
    )
    return project


@transaction.atomic
def project_wish(
    *,
    context: TradeContext,
    project_id: int,
    wishes: Mapping[int, Wish],
    added: Mapping[int, Decimal],
    is_sent: bool,
) -> Project:
    """Change a draft: wishes by line, those that are left out stay, quantity 0 takes a line out;
    ``added`` are quantities by product, of what is not there yet and of what is.

    ``is_sent`` asks the supplier. Locks the project. Raises AskingError.
    """
    _may(context)
    project = project_locked(project_id=project_id, counterparty_id=context.counterparty_id)
    if project is None or project.status != Status.DRAFT:
        raise AskingError("not_open")
    for line in project.lines.all():
        wish = wishes.get(line.pk)
        if wish is None:
            continue
        if wish.quantity <= 0:
            line.delete()
            continue
        line.quantity, line.asked = wish.quantity, wish.price
        line.save(update_fields=["quantity", "asked"])
    if added:
        _add(context, project, added)
    if is_sent:
        if not project.lines.exists():
            raise AskingError("nothing")
        _check_waiting(context)
        _send(project)
    return project


@transaction.atomic
def project_withdraw(*, context: TradeContext, project_id: int) -> bool:
    """Take a draft or a question back; False if there is none or it was answered."""
    _may(context)
    project = project_locked(project_id=project_id, counterparty_id=context.counterparty_id)
    if project is None or not (project.is_draft or project.is_waiting):
        return False
    project.status, project.decided_at = Status.WITHDRAWN, timezone.now()
    project.save(update_fields=["status", "decided_at"])
    return True


def project_locked(*, project_id: int, counterparty_id: int | None = None) -> Project | None:
    """Return a project, locked, of this company if one is named. One query."""
    rows = Project.objects.select_for_update(of=("self",)).filter(pk=project_id)
    if counterparty_id is not None:
        rows = rows.filter(counterparty_id=counterparty_id)
    found: Project | None = rows.first()
    return found


def _may(context: TradeContext) -> None:
    context.require(PLACE_ORDERS)
    context.require(SEE_PRICES)


def _known(context: TradeContext, product_ids: Any) -> Mapping[int, Any]:
    """Those of the products that are sold at all. One query."""
    rows = seen_products(context).filter(is_public=True)
    rows = rows.exclude(structure="parent").exclude(parent__is_public=False)
    found: Mapping[int, Any] = rows.in_bulk(list(product_ids))
    return found


def _add(context: TradeContext, project: Project, added: Mapping[int, Decimal]) -> None:
    there = {line.product_id: line for line in project.lines.all()}
    known = _known(context, added)
    if len({*there, *known}) > MAX_LINES:
        raise AskingError("too_many")
    for pk in known:
        line = there.get(pk) or ProjectLine(project=project, product_id=pk, quantity=0)
        line.quantity += added[pk]
        line.save()


def _check_waiting(context: TradeContext) -> None:
    waiting = Project.objects.filter(
        counterparty_id=context.counterparty_id, status__in=(Status.ASKED, Status.SIGNED)
    )
    if waiting.count() >= MAX_WAITING:
        raise AskingError("too_many")


def _new(
    context: TradeContext, kind: str, name: str, *, comment: str, address: str = ""
) -> Project:
    project: Project = Project.objects.create(
        kind=kind,
        name=name,
        counterparty_id=context.counterparty_id,
        contract_id=context.contract_id,
        author_id=context.user_id,
        address=address.strip()[:500],
        comment=text_typed(comment, 2000),
    )
    return project


def _send(project: Project) -> None:
    project.status, project.asked_at = Status.ASKED, timezone.now()
    project.save(update_fields=["status", "asked_at"])
    manager: Any = project.counterparty.manager
    mail_put(
        key=f"price_asked:{project.pk}",
        to=manager.user.email if manager else "",
        template="price_asked.txt",
        context={"project": project, "lines": list(project.lines.select_related("product")[:20])},
    )
