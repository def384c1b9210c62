"""Every address of the staff's side with arguments that stand for something."""

from datetime import time

from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.chat.models import OrderFile
from b2b_apps.contracts.models import (
    ContractChange,
    CreditAccount,
    CreditHold,
    CreditProposal,
)
from b2b_apps.delivery.models import CalendarDay, DeliveryMethod
from b2b_apps.desk.urls import urlpatterns
from b2b_apps.fulfilment.models import SplitRule, StatusLook
from b2b_apps.guests.models import GuestRequest
from b2b_apps.inventory.models import HoldTerm, RemovedRule, StockPolicy
from b2b_apps.pricing.models import (
    CurrencyRate,
    PriceChange,
    PriceImport,
    PriceRule,
    PriceThreshold,
    RuleSheet,
)
from search.vocabulary.models import Pin, Synonym
from search.vocabulary.selectors import query_key

POST_ONLY = {
    "guest-accept",
    "guest-decline",
    "guest-to-basket",
    "person-roles",
    "person-link",
    "exchange-file-again",
    "exchange-retry",
    "exchange-connection-password",
    "exchange-connection-live",
    "exchange-connection-check",
    "carriage-hand-over",
    "carriage-price",
    "carrier-check",
    "carrier-directory",
    "credit-sign",
    "credit-prolong",
    "credit-limit-sign",
    "credit-limit-refuse",
    "credit-limit-withdraw",
    "contract-change-sign",
    "contract-change-refuse",
    "contract-change-withdraw",
    "hold-prolong",
    "hold-let-go",
    "asked-price-sign",
    "asked-price-decline",
    "order-retake",
    "own-status-remove",
    "stock-rule-put-back",
    "rate-ask",
    "rate-drop",
    "rule-new",
    "rule-again",
    "rule-sheet-new",
    "price-remove",
    "price-undo",
    "price-file-offers",
    "price-file-load",
    "price-file-drop",
    "price-file-undo",
    "search-rebuild",
    "synonym-put-back",
}


def stopped_account(own) -> int:
    """Let credit stop the order; return the account it waits on."""
    account = CreditAccount.objects.get(contract_id=own.contract_id)
    with scopes_disabled():
        orders = apps.get_model("order", "Order").objects
        orders.filter(pk=own.order_id).update(credit_state="waiting")
        values = {"amount": 0, "placed": 244, "taken": 244, "waits": True}
        CreditHold.objects.get_or_create(account=account, order_id=own.order_id, defaults=values)
    return account.pk


def a_proposal(desk) -> int:
    """Return a limit that waits for the second signature."""
    account = stopped_account(desk.owned["own"])
    values = {"reason": "Растут закупки", "author": desk.world.people["manager"], "limit": 500_000,
              "mode": "block", "blocks_on_overdue": True, "grace_days": 0}  # fmt: skip
    return CreditProposal.objects.get_or_create(account_id=account, defaults=values)[0].pk


def a_contract_change(desk) -> int:
    """Return a change of a contract that waits for the second signature."""
    values = {"payment_kind": "deferral", "deferral_days": 90, "prepaid_percent": 0,
              "price_type": desk.world.lists["dealer"], "gives": ["payment"],
              "reason": "Растут закупки", "author": desk.world.people["manager"]}  # fmt: skip
    return ContractChange.objects.get_or_create(
        contract_id=desk.owned["own"].contract_id, defaults=values
    )[0].pk


def a_guest() -> int:
    """A request of somebody without an account."""
    values = {"company": "ООО «Гость»", "person": "Гость", "phone": "1", "consent": "1"}
    return GuestRequest.objects.get_or_create(
        inn="7707083893", email="g@g.example", defaults=values
    )[0].pk


def a_file(own):
    """A file of the company's order."""
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get(pk=own.order_id)
        found = OrderFile.objects.create(
            counterparty_id=order.counterparty_id, order=order, name="a.txt", ending="txt", size=4,
            file=ContentFile(b"text", "a.txt"),
        )  # fmt: skip
    return found.uid


def a_rate() -> int:
    day = timezone.localdate()
    values = {"rate": 97, "day": day}
    return CurrencyRate.objects.get_or_create(currency="EUR", source="hand", defaults=values)[0].pk


def a_threshold(desk) -> int:
    lists = desk.world.lists
    values = {"minimum_sum": 50000, "target": lists["wholesale"]}
    return PriceThreshold.objects.get_or_create(price_list=lists["dealer"], defaults=values)[0].pk


def a_rule(desk) -> int:
    """A draft about the makers of the world."""
    conditions = [{"kind": "brand", "values": ["IEK"]}]
    return PriceRule.objects.get_or_create(
        name="Черновик", defaults={"value": 3, "conditions": conditions}
    )[0].pk


def a_rule_sheet(desk) -> int:
    """A sheet of the draft that is being written."""
    found = RuleSheet.objects.get_or_create(
        rule_id=a_rule(desk), contract=desk.world.contracts["own"]
    )
    return found[0].pk


def an_assortment_rule(desk) -> int:
    """A rule that is switched off."""
    conditions = [{"kind": "product", "values": [desk.world.products["cable"].pk]}]
    values = {"kind": "hide", "is_active": False, "conditions": conditions}
    return AssortmentRule.objects.get_or_create(name="Без кабеля", defaults=values)[0].pk


def a_split_rule(desk) -> int:
    conditions = [{"kind": "product", "values": [desk.world.products["cable"].pk]}]
    values = {"kind": "apart", "conditions": conditions}
    return SplitRule.objects.get_or_create(name="Кабель отдельно", defaults=values)[0].pk


def own_status() -> StatusLook:
    values = {"base": "picking", "name_ru": "Ждёт машину", "name_en": "Waits for a lorry"}
    return StatusLook.objects.get_or_create(of="own", code="0a0b0c0d", defaults=values)[0]


def a_label() -> int:
    return Label.objects.get_or_create(code="hit", defaults={"name": "Хит"})[0].pk


def a_synonym() -> int:
    values = {"phrases": ["выключатель", "автомат"], "finds": []}
    return Synonym.objects.get_or_create(**values)[0].pk


def a_pin(desk) -> int:
    values = {"text": "кабель", "key": query_key("кабель"), "place": 0}
    return Pin.objects.get_or_create(product=desk.world.products["cable"], **values)[0].pk


def price_change(price_list) -> int:
    """Return a change of a price in the list."""
    price = price_list.prices.first()
    values = {"new_amount": price.amount, "source": "staff", "changed_at": timezone.now()}
    return PriceChange.objects.create(
        price_list=price_list, product_id=price.product_id, **values
    ).pk


def price_file(price_list) -> int:
    """Return a file that waits to be loaded into the list."""
    values = {"file_name": "prices.xlsx", "defaults": {"state": "ready"}}
    return PriceImport.objects.get_or_create(price_list=price_list, **values)[0].pk


def delivery_of(desk) -> dict[str, list[int]]:
    """A method of our transport with a zone and hours."""
    method = DeliveryMethod.objects.get_or_create(kind="own", name="Наша машина")[0]
    zone = method.zones.get_or_create(name="Ростов", cities="Ростов-на-Дону")[0]
    hours = {"starts": time(9), "ends": time(12), "capacity": 5}
    window = method.windows.get_or_create(zone=zone, **hours)[0]
    pickup = DeliveryMethod.objects.get_or_create(kind="pickup", name="Самовывоз")[0]
    day = CalendarDay.objects.get_or_create(day="2027-05-09")[0]
    names = {
        "delivery-method-edit": method, "delivery-zone": zone, "delivery-window": window,
        "delivery-zone-new": method, "delivery-window-new": zone, "delivery-zone-prices": zone,
        "delivery-pickup-window-new": pickup, "calendar-day": day, "calendar-day-remove": day,
    }  # fmt: skip
    return {name: [row.pk] for name, row in names.items()}


def addresses(desk) -> dict[str, str]:
    """Return the address of each URL name."""
    world, own = desk.world, desk.owned["own"]
    arguments = {
        "order": [own.order_number],
        "order-trace": [own.order_number],
        "order-messages": [own.order_number],
        "order-change": [own.order_number],
        "order-cancel": [own.order_number],
        "order-shipping": [own.order_number],
        "order-file": [a_file(own)],
        "carriage-price": [own.order_number, 1],
        "carriage-hand-over": [own.order_number, 1],
        "client": [own.counterparty_id],
        "approval": [own.request_number],
        "client-approvals": [own.counterparty_id],
        "client-edit": [own.counterparty_id],
        "person-new": [own.counterparty_id],
        "contract": [own.contract_id],
        "contract-edit": [own.contract_id],
        "contract-terms": [own.contract_id],
        **{
            f"contract-change{act}": [a_contract_change(desk)]
            for act in ("", "-sign", "-refuse", "-withdraw")
        },
        "credit-account": [stopped_account(own)],
        **{
            f"credit-limit{act}": [a_proposal(desk)]
            for act in ("", "-sign", "-refuse", "-withdraw")
        },
        "credit-order": [own.order_number],
        "credit-sign": [own.order_number],
        "person": [own.employee_id],
        "person-edit": [own.employee_id],
        "person-roles": [own.employee_id],
        "person-link": [own.employee_id],
        "manager": [world.people["manager"].manager.pk],
        "price-list": [world.lists["dealer"].pk],
        "price-list-edit": [world.lists["dealer"].pk],
        "rate-drop": [a_rate()],
        "threshold": [a_threshold(desk)],
        "rule": [a_rule(desk)],
        "rule-start": [a_rule(desk)],
        "rule-stop": [a_rule(desk)],
        "rule-again": [a_rule(desk)],
        "rule-sheet-new": [a_rule(desk)],
        "rule-sheet": [a_rule_sheet(desk)],
        "rule-sheet-file": [a_rule_sheet(desk)],
        "price-list-history": [world.lists["dealer"].pk],
        "price-list-xlsx": [world.lists["dealer"].pk],
        "price-list-csv": [world.lists["dealer"].pk],
        "price-files": [world.lists["dealer"].pk],
        **{
            name: [price_file(world.lists["dealer"])]
            for name in (
                "price-file",
                "price-file-offers",
                "price-file-load",
                "price-file-drop",
                "price-file-undo",
                "price-file-report",
            )
        },
        "price-new": [world.lists["dealer"].pk],
        "price": [world.lists["dealer"].prices.first().pk],
        "price-remove": [world.lists["dealer"].prices.first().pk],
        "price-undo": [price_change(world.lists["dealer"])],
        "guest": [a_guest()],
        "guest-accept": [a_guest()],
        "guest-decline": [a_guest()],
        "guest-to-basket": [a_guest()],
        "asked-price": [own.asked_id],
        "asked-price-sign": [own.asked_id],
        "asked-price-decline": [own.asked_id],
        "hold-prolong": [own.reserve_id],
        "hold-let-go": [own.reserve_id],
        "order-retake": [own.order_id],
        "stock-product": [world.products["cable"].pk],
        "hold-term": [HoldTerm.objects.get_or_create(order_status="placed", hours=72)[0].pk],
        "hold-term-remove": [HoldTerm.objects.get_or_create(order_status="placed", hours=72)[0].pk],
        "stock-policy-remove": [StockPolicy.objects.get_or_create(role="")[0].pk],
        "stock-rule-put-back": [
            RemovedRule.objects.get_or_create(
                kind="term", values={"order_status": "placed", "payment_kind": "", "hours": 72}
            )[0].pk
        ],
        "stock-policy": [StockPolicy.objects.get_or_create(role="")[0].pk],
        **delivery_of(desk),
        "warehouse": [world.warehouses["rostov"].pk],
        "warehouse-edit": [world.warehouses["rostov"].pk],
        "product": [world.products["cable"].pk],
        "product-edit": [world.products["cable"].pk],
        "assortment-rule": [an_assortment_rule(desk)],
        "split-rule": [a_split_rule(desk)],
        "label": [a_label()],
        "synonym": [a_synonym()],
        "synonym-remove": [a_synonym()],
        "pin": [a_pin(desk)],
        "exchange-session": [desk.session.pk],
        "exchange-file-again": [desk.session.files.get().pk],
        "exchange-retry": [desk.message.pk],
        "exchange-connection": [desk.connection.pk],
        "exchange-connection-password": [desk.connection.pk],
        "exchange-connection-live": [desk.connection.pk],
        "exchange-connection-check": [desk.connection.pk],
        "exchange-status": [desk.mapping.pk],
        "status": ["shipment", "picking"],
        "own-status": [own_status().code],
        "own-status-remove": [own_status().code],
    }
    asked = {
        "price-why-json": f"?contract={own.contract_id}&product={world.products['cable'].pk}",
    }
    return {
        p.name: reverse(f"dashboard:{p.name}", args=arguments.get(p.name)) + asked.get(p.name, "")
        for p in urlpatterns
    }
