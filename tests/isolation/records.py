"""What each company owns, for the isolation matrix: an order, a document, a basket line."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone

from b2b_apps.approvals.models import (
    ApprovalRequest,
    ApprovalRule,
    Budget,
    Department,
    Deputy,
)
from b2b_apps.approvals.services.periods import periods_begin
from b2b_apps.companies.models import Consignee, Employee
from b2b_apps.core.models import OutboxMessage
from b2b_apps.documents.models import Document
from b2b_apps.entry.models import EntryList
from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.inventory.services import Reserver, stock_reserve
from b2b_apps.pricing.models import Project
from b2b_apps.saved.models import OrderDraft, SavedList
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeSession, StatusMapping
from tests.factories import World

OWNERS = {"own": "buyer", "sister": "sister", "stranger": "stranger"}


@dataclass(frozen=True)
class Owned:
    """The objects of one company."""

    contract_id: int
    consignee_id: int
    order_number: str
    order_id: int
    document_uid: str
    basket_line_id: int
    shipment_id: int
    employee_id: int
    counterparty_id: int
    reserve_id: int
    asked_id: int
    basket_id: int
    request_number: str
    list_id: int
    list_line_id: int
    draft_id: int
    session_id: int
    message_id: int
    connection_id: int
    status_id: int


def build_owned(world: World) -> dict[str, Owned]:
    """Make the objects of each company of the cast."""
    exchange = _exchange()
    return {
        company: _owned(world, company, place, exchange)
        for place, company in enumerate(OWNERS, start=1)
    }


def _exchange() -> dict[str, int]:
    """Real rows of the exchange: an address that nobody guards would show them."""
    connection = ExchangeConnection.objects.create(
        name="1С", username="1c", password="x", source="base-1"
    )
    session = ExchangeSession.objects.create(
        connection=connection, kind=ExchangeSession.Kind.CATALOG, cookie="matrix"
    )
    message = OutboxMessage.objects.create(
        topic="order_to_1c", key="matrix", state=OutboxMessage.State.PARKED
    )
    status = StatusMapping.objects.create(text="Матрица", meaning="confirmed")
    return {
        "connection_id": connection.pk,
        "session_id": session.pk,
        "message_id": message.pk,
        "status_id": status.pk,
    }


def _owned(world: World, company: str, place: int, exchange: dict[str, int]) -> Owned:
    canary = world.canaries[company]
    user = world.people[OWNERS[company]]
    contract = world.contracts[company]
    order = _order(world, company, place, user, canary)
    record = world.products["cable"].stockrecords.first()
    shipment = Shipment.objects.create(
        order=order, warehouse=record.partner, sequence=1, waybill_number_1c=canary[:32]
    )
    _line(order, record, canary, shipment)
    Payment.objects.create(order=order, number_1c=canary, date=date(2026, 11, 20), amount=1)
    document = Document(
        kind=Document.Kind.INVOICE,
        order=order,
        number=order.number,
        date=date(2026, 11, 17),
        state=Document.State.READY,
        size=8,
    )
    document.file.save(f"{order.number}.pdf", ContentFile(b"%PDF-1.7 " + canary.encode()))
    basket = apps.get_model("basket", "Basket").objects.create(owner=user, contract=contract)
    line = basket.lines.create(
        product=world.products["cable"],
        stockrecord=record,
        quantity=3,
        comment=canary,
        line_reference=f"line-{place}",
        price_currency="RUB",
    )
    _listed(world, contract, user, canary)
    kept = _kept(world, contract, user, canary)
    return Owned(
        contract_id=contract.pk,
        consignee_id=Consignee.objects.get(counterparty=world.companies[company]).pk,
        order_number=order.number,
        order_id=order.pk,
        document_uid=str(document.uid),
        basket_line_id=line.pk,
        shipment_id=shipment.pk,
        employee_id=user.employee.pk,
        counterparty_id=world.companies[company].pk,
        reserve_id=_reserve(contract, user, record, canary),
        asked_id=_asked(world, contract, user, canary),
        basket_id=basket.pk,
        request_number=_request(world, contract, user, canary),
        list_id=kept.saved_list_id,
        list_line_id=kept.pk,
        draft_id=_draft(world, contract, user, canary),
        **exchange,
    )


def _listed(world: World, contract: Any, user: Any, canary: str) -> None:
    """A list of fast entry: a row to choose in, one that goes into the basket."""
    entry_list = EntryList.objects.create(user=user, contract=contract)
    product_id = world.products["cable"].pk
    rows = [
        {"state": "choose", "details": {"offers": [product_id]}},
        {"state": "found", "product_id": product_id, "quantity": 2},
    ]
    for number, row in enumerate(rows, start=1):
        entry_list.rows.create(number=number, text=f"{canary} 2", asked=2, **row)


def _kept(world: World, contract: Any, user: Any, canary: str) -> Any:
    """A template that colleagues see; return the one of its lines that was taken out."""
    kept = SavedList.objects.create(
        counterparty=contract.counterparty,
        contract=contract,
        owner=user,
        name=f"Шаблон {canary}",
        site=canary,
        is_shared=True,
        num_lines=1,
        changed_at=timezone.now(),
        changed_by=user,
    )
    product = world.products["cable"]
    kept.lines.create(position=1, product=product, quantity=2, comment=canary, title=canary)
    kept.journal.create(person=user, kind="made", about=canary)
    return kept.lines.create(
        position=2, product=product, quantity=3, title=canary, removed_at=timezone.now()
    )


def _draft(world: World, contract: Any, user: Any, canary: str) -> int:
    """An order put aside: its basket and what was filled in."""
    basket = apps.get_model("basket", "Basket").objects.create(
        owner=user, contract=contract, status="Saved"
    )
    lamp = world.products["lamp"]
    basket.lines.create(
        product=lamp,
        stockrecord=lamp.stockrecords.first(),
        quantity=2,
        line_reference=f"draft-{contract.pk}",
        price_currency="RUB",
    )
    choices = {"comment": canary}
    return OrderDraft.objects.create(basket=basket, name=f"Черновик {canary}", choices=choices).pk


def _request(world: World, contract: Any, user: Any, canary: str) -> str:
    """A request that its own buyer may approve, of a department with a budget, by a rule."""
    company = contract.counterparty
    department = Department.objects.create(
        counterparty=company, name=f"Участок {canary}", head=user.employee
    )
    department.members.create(counterparty=company, employee=user.employee)
    budget = Budget.objects.create(
        department=department, counterparty=company, name=f"Бюджет {canary}", amount=100_000
    )
    periods_begin(budgets=[budget], day=timezone.localdate())
    chain = [{"mode": "any", "approvers": [{"kind": "person", "id": user.employee.pk}]}]
    rule = ApprovalRule.objects.create(
        counterparty=company, name=f"Правило {canary}", chain=chain, min_sum=10**9
    )
    type(company).objects.filter(pk=company.pk).update(uses_approvals=True)
    basket = apps.get_model("basket", "Basket").objects.create(
        owner=user, contract=contract, status="Saved"
    )
    line = basket.lines.create(
        product=world.products["lamp"],
        stockrecord=world.products["lamp"].stockrecords.first(),
        quantity=3,
        line_reference=f"asked-{company.pk}",
        price_currency="RUB",
    )
    type(basket).objects.filter(pk=basket.pk).update(status="Frozen")
    request = ApprovalRequest.objects.create(
        number=f"S-26-9000{company.pk}",
        counterparty=company,
        contract=contract,
        department=department,
        basket=basket,
        user=user,
        details={"comment": canary, "delivery_address": canary},
        reasons=[{"rule": rule.name, "facts": []}],
        currency="RUB",
        total=Decimal("186.42"),
        num_lines=1,
    )
    request.lines.create(
        line_id=line.pk, position=1, product=line.product, article="0012-LLE-A60", title=canary,
        quantity_asked=3, quantity=3, unit_price=62, sum_incl_tax=186,
    )  # fmt: skip
    step = request.steps.create(stage=1, rule_name=rule.name, state="open", may_own=True)
    step.approvers.create(employee=user.employee, origin="person")
    other = Employee.objects.exclude(pk=user.employee.pk).first()
    today = timezone.localdate()
    Deputy.objects.create(
        counterparty=company, principal=user.employee, deputy=other, starts_on=today, ends_on=today
    )
    return str(request.number)


def _asked(world: World, contract: Any, user: Any, canary: str) -> int:
    """A question for the price of a product, with a comment of its company's."""
    project = Project.objects.create(
        kind=Project.Kind.REQUEST,
        name=f"Щит {canary}",
        comment=canary,
        counterparty=contract.counterparty,
        contract=contract,
        author=user,
        status=Project.Status.ASKED,
        asked_at=timezone.now(),
    )
    project.lines.create(product=world.products["no_price"], quantity=5)
    return int(project.pk)


def _reserve(contract: Any, user: Any, record: Any, canary: str) -> int:
    """Reserve cable by hand."""
    (hold,) = stock_reserve(
        reserver=Reserver(contract.pk, contract.counterparty_id, user.pk),
        demand={record.pk: Decimal(2)},
        hours=24,
        reason=canary,
    )
    return hold.pk


def _order(world: World, company: str, place: int, user: Any, canary: str) -> Any:
    contract = world.contracts[company]
    return apps.get_model("order", "Order").objects.create(
        number=f"26-90000{place}",
        contract=contract,
        counterparty=world.companies[company],
        organization=world.organization,
        user=user,
        currency="RUB",
        status="placed",
        total_incl_tax=Decimal("244.00"),
        total_excl_tax=Decimal("200.00"),
        vat_amount=Decimal("44.00"),
        date_placed=timezone.now(),
        customer_number=canary,
        comment=canary,
        consignee_name=canary,
        delivery_address=canary,
    )


def _line(order: Any, record: Any, canary: str, shipment: Any) -> None:
    order.lines.create(
        position=1,
        product=record.product,
        stockrecord=record,
        partner=record.partner,
        shipment=shipment,
        partner_name=record.partner.name,
        partner_sku=record.partner_sku,
        title=f"Кабель {canary}",
        article="VVG3X25LS",
        unit_name="м",
        unit_code="006",
        quantity=2,
        unit_price_incl_tax=122,
        unit_price_excl_tax=100,
        line_price_incl_tax=244,
        line_price_excl_tax=200,
        line_price_before_discounts_incl_tax=244,
        line_price_before_discounts_excl_tax=200,
        vat_label="22",
        vat_percent=22,
        vat_amount=44,
        status="placed",
    )
