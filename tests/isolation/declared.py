"""Every URL of the portal: who may use it, by which methods, and whose object it names.

A URL that is not declared here fails the matrix.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.approvals.models import ApprovalRule, Budget, Department, Deputy
from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.chat.models import OrderFile
from b2b_apps.contracts.models import ContractChange, CreditAccount, CreditProposal
from b2b_apps.delivery.models import CalendarDay, DeliveryMethod
from b2b_apps.fulfilment.models import SplitRule, StatusLook
from b2b_apps.guests.models import GuestRequest
from b2b_apps.inventory.models import HoldTerm, RemovedRule, StockPolicy
from b2b_apps.pricing.models import (
    CurrencyRate,
    Price,
    PriceChange,
    PriceImport,
    PriceRule,
    PriceThreshold,
    RuleSheet,
)
from b2b_apps.sync1c.models import ExchangeFile
from search.vocabulary.models import Pin, Synonym
from search.vocabulary.selectors import query_key
from tests.factories import World
from tests.isolation.records import Owned

PICTURE = "products/matrix.png"
EVERYONE, PERSONS, BUYERS, STAFF = "everyone", "persons", "buyers", "staff"
Arguments = Callable[[World, Owned], dict[str, Any]]


@dataclass(frozen=True)
class Declared:
    """``arguments`` of a URL that names an object; ``of_company`` if that belongs to a company."""

    audience: str
    methods: tuple[str, ...] = ("GET", "HEAD")
    arguments: Arguments | None = None
    of_company: bool = False


GET = ("GET", "HEAD")
POST = ("POST",)
BOTH = ("GET", "HEAD", "POST")
# Django's own form views take PUT for POST.
FORM = ("GET", "HEAD", "POST", "PUT")


def order(world: World, owned: Owned) -> dict[str, Any]:
    return {"number": owned.order_number}


def shipment(world: World, owned: Owned) -> dict[str, Any]:
    return {"number": owned.order_number, "sequence": 1}


def a_file(world: World, owned: Owned) -> dict[str, Any]:
    """A file of a message about the company's order."""
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get(number=owned.order_number)
        name = f"{owned.counterparty_id}.txt"
        found = OrderFile.objects.filter(name=name).first() or OrderFile.objects.create(
            counterparty_id=owned.counterparty_id, order=order, name=name, ending="txt", size=4,
            file=ContentFile(b"text", name),
        )  # fmt: skip
    return {"uid": found.uid}


def a_day(world: World, owned: Owned) -> dict[str, Any]:
    found, _new = CalendarDay.objects.get_or_create(day="2027-05-09", name="День Победы")
    return {"pk": found.pk}


def a_guest(world: World, owned: Owned) -> dict[str, Any]:
    """A request of somebody without an account."""
    found, _new = GuestRequest.objects.get_or_create(
        inn="7707083893", company="ООО «Гость»", person="Гость", phone="1", email="g@g.example",
        consent="1",
    )  # fmt: skip
    return {"pk": found.pk}


def a_guests_uid(world: World, owned: Owned) -> dict[str, Any]:
    return {"uid": GuestRequest.objects.get(**a_guest(world, owned)).uid}


def no_picture(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": world.products["cable"].pk, "number": 99}


def wrong_key(world: World, owned: Owned) -> dict[str, Any]:
    return {"key": "nobodys"}


def template(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.list_id}


def template_line(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.list_id, "line": owned.list_line_id}


def draft(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.draft_id}


def document(world: World, owned: Owned) -> dict[str, Any]:
    return {"uid": owned.document_uid}


def counterparty(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.counterparty_id}


def contract(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.contract_id}


def employee(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.employee_id}


def reserve(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.reserve_id}


def asked(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": owned.asked_id}


def approval(world: World, owned: Owned) -> dict[str, Any]:
    return {"number": owned.request_number}


def delivery_method(world: World, owned: Owned) -> dict[str, Any]:
    found, _new = DeliveryMethod.objects.get_or_create(
        name="Наша машина", defaults={"kind": "own", "is_active": True}
    )
    return {"pk": found.pk}


def set_up(model: Any) -> Arguments:
    """A row of what the company has set up for its approvals."""

    def arguments(world: World, owned: Owned) -> dict[str, Any]:
        with scopes_disabled():
            found = model.objects.filter(counterparty_id=owned.counterparty_id).first()
        return {"pk": found.pk}

    return arguments


def product(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": world.products["cable"].pk}


def card(world: World, owned: Owned) -> dict[str, Any]:
    return {"product_slug": "x", "pk": world.products["cable"].pk}


def category(world: World, owned: Owned) -> dict[str, Any]:
    found = world.products["cable"].categories.get()
    return {"category_slug": "x", "pk": found.pk}


def manager(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": world.people["manager"].manager.pk}


def rate_by_hand(world: World, owned: Owned) -> dict[str, Any]:
    rate, _new = CurrencyRate.objects.get_or_create(
        currency="EUR", source="hand", defaults={"rate": 97, "day": timezone.localdate()}
    )
    return {"pk": rate.pk}


def threshold(world: World, owned: Owned) -> dict[str, Any]:
    found, _new = PriceThreshold.objects.get_or_create(
        price_list=world.lists["dealer"],
        defaults={"minimum_sum": 10**7, "target": world.lists["wholesale"]},
    )
    return {"pk": found.pk}


def price_rule(world: World, owned: Owned) -> dict[str, Any]:
    rule, _new = PriceRule.objects.get_or_create(name="Черновик", defaults={"value": 3})
    return {"pk": rule.pk}


def rule_sheet(world: World, owned: Owned) -> dict[str, Any]:
    rule, _new = PriceRule.objects.get_or_create(name="Черновик", defaults={"value": 3})
    found, _new = RuleSheet.objects.get_or_create(rule=rule, contract=world.contracts["own"])
    return {"pk": found.pk}


def price_list(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": world.lists["own"].pk}


def price(world: World, owned: Owned) -> dict[str, Any]:
    found = Price.objects.filter(price_list=world.lists["own"]).first()
    return {"pk": found.pk if found else 0}


def price_file(world: World, owned: Owned) -> dict[str, Any]:
    rows = PriceImport.objects.get_or_create(
        price_list=world.lists["own"], file_name="prices.xlsx", defaults={"state": "ready"}
    )
    return {"pk": rows[0].pk}


def price_change(world: World, owned: Owned) -> dict[str, Any]:
    rows = PriceChange.objects.get_or_create(
        price_list=world.lists["own"],
        product=world.products["cable"],
        defaults={"new_amount": 70, "source": "staff", "changed_at": timezone.now()},
    )
    return {"pk": rows[0].pk}


def delivery_zone(world: World, owned: Owned) -> dict[str, Any]:
    method = DeliveryMethod.objects.get_or_create(kind="own", name="Наша машина")[0]
    return {"pk": method.zones.get_or_create(name="Ростов", cities="Ростов-на-Дону")[0].pk}


def delivery_window(world: World, owned: Owned) -> dict[str, Any]:
    method = DeliveryMethod.objects.get_or_create(kind="own", name="Наша машина")[0]
    hours = {"starts": time(9), "ends": time(12), "capacity": 5}
    return {"pk": method.windows.get_or_create(**hours)[0].pk}


def warehouse(world: World, owned: Owned) -> dict[str, Any]:
    return {"pk": world.warehouses["rostov"].pk}


def credit_account(world: World, owned: Owned) -> dict[str, Any]:
    account, _is_new = CreditAccount.objects.get_or_create(contract_id=owned.contract_id)
    return {"pk": account.pk}


def credit_proposal(world: World, owned: Owned) -> dict[str, Any]:
    account = credit_account(world, owned)["pk"]
    values = {"reason": "Растут закупки", "author": world.people["manager"], "limit": 500_000,
              "mode": "block", "blocks_on_overdue": True, "grace_days": 0}  # fmt: skip
    return {"pk": CreditProposal.objects.get_or_create(account_id=account, defaults=values)[0].pk}


def contract_change(world: World, owned: Owned) -> dict[str, Any]:
    with scopes_disabled():
        values = {"payment_kind": "deferral", "deferral_days": 90, "prepaid_percent": 0,
                  "price_type": world.lists["dealer"], "gives": ["payment"], "reason": "Растут",
                  "author": world.people["manager"]}  # fmt: skip
        found, _new = ContractChange.objects.get_or_create(
            contract_id=owned.contract_id, defaults=values
        )
    return {"pk": found.pk}


def order_pk(world: World, owned: Owned) -> dict[str, Any]:
    with scopes_disabled():
        found = apps.get_model("order", "Order").objects.get(number=owned.order_number)
    return {"pk": found.pk}


def hold_term(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = HoldTerm.objects.get_or_create(
        order_status="placed", payment_kind="", defaults={"hours": 72}
    )
    return {"pk": found.pk}


def stock_policy(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = StockPolicy.objects.get_or_create(region=None, role="")
    return {"pk": found.pk}


def removed_rule(world: World, owned: Owned) -> dict[str, Any]:
    values = {"order_status": "placed", "payment_kind": "", "hours": 72}
    found, _is_new = RemovedRule.objects.get_or_create(kind="term", values=values)
    return {"pk": found.pk}


def assortment_rule(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = AssortmentRule.objects.get_or_create(
        name="Без кабеля", defaults={"kind": "hide", "is_active": False}
    )
    return {"pk": found.pk}


def split_rule(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = SplitRule.objects.get_or_create(
        name="Кабель отдельно", defaults={"kind": "apart", "is_active": False}
    )
    return {"pk": found.pk}


def label(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = Label.objects.get_or_create(code="hit", defaults={"name": "Хит"})
    return {"pk": found.pk}


def synonym(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = Synonym.objects.get_or_create(phrases=["выключатель", "автомат"])
    return {"pk": found.pk}


def pin(world: World, owned: Owned) -> dict[str, Any]:
    values = {"text": "кабель", "key": query_key("кабель"), "place": 0}
    found, _is_new = Pin.objects.get_or_create(product=world.products["cable"], **values)
    return {"pk": found.pk}


def a_status(world: World, owned: Owned) -> dict[str, Any]:
    return {"of": "shipment", "code": "picking"}


def own_status(world: World, owned: Owned) -> dict[str, Any]:
    values = {"base": "picking", "name_ru": "Ждёт машину", "name_en": "Waits for a lorry"}
    StatusLook.objects.get_or_create(of="own", code="0a0b0c0d", defaults=values)
    return {"code": "0a0b0c0d"}


def exchange_file(world: World, owned: Owned) -> dict[str, Any]:
    found, _is_new = ExchangeFile.objects.get_or_create(
        session_id=owned.session_id, name="offers.xml"
    )
    return {"pk": found.pk}


def row(field: str) -> Arguments:
    """The argument ``pk`` from a field of Owned."""
    return lambda world, owned: {"pk": getattr(owned, field)}


URLS: dict[str, Declared] = {
    "api:price": Declared(
        BUYERS, GET, lambda world, owned: {"product_id": world.products["cable"].pk}
    ),
    "home": Declared(EVERYONE, ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")),
    "set_language": Declared(EVERYONE, BOTH),
    "healthz": Declared(EVERYONE),
    "readyz": Declared(EVERYONE),
    "no_asset": Declared(
        EVERYONE,
        ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        lambda w, o: {"path": "no-such.css"},
    ),
    "media": Declared(PERSONS, GET, lambda w, o: {"path": PICTURE}),
    "exchange": Declared(EVERYONE, ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")),
    "exchange-bitrix": Declared(
        EVERYONE, ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    ),
    "storefront:appearance": Declared(EVERYONE, POST),
    "storefront:contract_switch": Declared(BUYERS, POST),
    "storefront:project_switch": Declared(BUYERS, POST),
    "storefront:region_switch": Declared(BUYERS, POST),
    "storefront:delivery_method": Declared(PERSONS, GET, delivery_method),
    "storefront:orders": Declared(BUYERS),
    "storefront:order": Declared(BUYERS, GET, order, of_company=True),
    "storefront:approvals": Declared(BUYERS),
    "storefront:approval": Declared(BUYERS, GET, approval, of_company=True),
    **{
        f"storefront:approval_{act}": Declared(BUYERS, POST, approval, of_company=True)
        for act in ("approve", "refuse", "return", "change", "withdraw", "to_basket")
    },
    "storefront:approval_setup": Declared(BUYERS),
    **{
        f"storefront:approval_{noun}_new": Declared(BUYERS, BOTH)
        for noun in ("department", "budget", "rule", "deputy")
    },
    "storefront:approval_department": Declared(BUYERS, BOTH, set_up(Department), of_company=True),
    "storefront:approval_budget": Declared(BUYERS, BOTH, set_up(Budget), of_company=True),
    "storefront:approval_rule": Declared(BUYERS, BOTH, set_up(ApprovalRule), of_company=True),
    "storefront:approval_deputy": Declared(BUYERS, BOTH, set_up(Deputy), of_company=True),
    "storefront:approval_budget_ledger": Declared(BUYERS, GET, set_up(Budget), of_company=True),
    "storefront:approval_budget_correct": Declared(BUYERS, POST, set_up(Budget), of_company=True),
    "storefront:asked": Declared(BUYERS),
    "storefront:price_why": Declared(BUYERS, GET, product),
    "storefront:asked_new": Declared(BUYERS, BOTH),
    "storefront:asked_one": Declared(BUYERS, BOTH, asked, of_company=True),
    "storefront:asked_withdraw": Declared(BUYERS, POST, asked, of_company=True),
    "storefront:asked_to_basket": Declared(BUYERS, POST, asked, of_company=True),
    "storefront:notices": Declared(BUYERS),
    "storefront:notices_read": Declared(BUYERS, POST),
    "storefront:notice_settings": Declared(BUYERS, BOTH),
    "storefront:reserves": Declared(BUYERS),
    "storefront:reserve_new": Declared(BUYERS, POST),
    "storefront:reserve_lines": Declared(BUYERS, POST),
    "storefront:reserve_to_basket": Declared(BUYERS, POST),
    "storefront:reserve_let_go": Declared(BUYERS, POST, reserve, of_company=True),
    "entry:index": Declared(BUYERS),
    "entry:check": Declared(BUYERS, POST),
    "entry:rows": Declared(BUYERS, POST),
    "entry:scan": Declared(BUYERS, POST),
    "entry:add": Declared(BUYERS, POST),
    "entry:clear": Declared(BUYERS, POST),
    "entry:undo": Declared(BUYERS, POST),
    "entry:bring": Declared(BUYERS, POST),
    "entry:again": Declared(BUYERS, POST),
    "entry:report": Declared(BUYERS),
    "entry:template": Declared(BUYERS),
    "entry:upload": Declared(BUYERS, POST),
    "entry:state": Declared(BUYERS),
    "entry:columns": Declared(BUYERS, POST),
    "entry:columns_again": Declared(BUYERS, POST),
    "entry:drop": Declared(BUYERS, POST),
    "saved:index": Declared(BUYERS),
    "saved:save": Declared(BUYERS, POST),
    "saved:save_order": Declared(BUYERS, POST, order, of_company=True),
    "saved:one": Declared(BUYERS, GET, template, of_company=True),
    "saved:total": Declared(BUYERS, GET, template, of_company=True),
    "saved:rename": Declared(BUYERS, POST, template, of_company=True),
    "saved:copy": Declared(BUYERS, POST, template, of_company=True),
    "saved:archive": Declared(BUYERS, POST, template, of_company=True),
    "saved:restore": Declared(BUYERS, POST, template, of_company=True),
    "saved:lines": Declared(BUYERS, POST, template, of_company=True),
    "saved:line_back": Declared(BUYERS, POST, template_line, of_company=True),
    "saved:take": Declared(BUYERS, POST, template, of_company=True),
    "saved:export": Declared(BUYERS, GET, template, of_company=True),
    "saved:journal": Declared(BUYERS, GET, template, of_company=True),
    "saved:repeat": Declared(BUYERS, BOTH, order, of_company=True),
    "documents:file": Declared(BUYERS, GET, document, of_company=True),
    "documents:status": Declared(BUYERS, GET, document, of_company=True),
    "documents:retry": Declared(BUYERS, POST, document, of_company=True),
    "catalogue:index": Declared(BUYERS),
    "catalogue:category": Declared(BUYERS, GET, category),
    "catalogue:detail": Declared(BUYERS, GET, card),
    "search:search": Declared(BUYERS),
    "search:suggest": Declared(BUYERS),
    "search:opened": Declared(BUYERS, POST),
    "basket:summary": Declared(BUYERS),
    "basket:together": Declared(BUYERS),
    "basket:set": Declared(BUYERS, POST),
    "basket:set_many": Declared(BUYERS, POST),
    "basket:line": Declared(BUYERS, BOTH, lambda w, o: {"pk": o.basket_line_id}, of_company=True),
    "basket:from": Declared(BUYERS, POST),
    "basket:settle": Declared(BUYERS, POST),
    "basket:carry": Declared(BUYERS, POST),
    "basket:export": Declared(BUYERS),
    "basket:share": Declared(BUYERS, POST),
    "basket:open": Declared(BUYERS, POST),
    "basket:journal": Declared(BUYERS),
    "basket:remove": Declared(BUYERS, POST),
    "basket:move": Declared(
        BUYERS, BOTH, lambda w, o: {"contract_id": o.contract_id}, of_company=True
    ),
    "basket:take_over": Declared(BUYERS, POST, lambda w, o: {"pk": o.basket_id}, of_company=True),
    "basket:undo": Declared(BUYERS, POST),
    "basket:accept": Declared(BUYERS, POST),
    "basket:promo": Declared(BUYERS, POST),
    "basket:refine": Declared(BUYERS, POST),
    "basket:refined": Declared(BUYERS, POST),
    "basket:add_by_article": Declared(BUYERS, POST),
    "basket:every": Declared(BUYERS),
    "checkout:index": Declared(BUYERS, BOTH),
    "checkout:quick": Declared(BUYERS, BOTH),
    "checkout:quick_new": Declared(BUYERS, POST),
    "checkout:quick_to_basket": Declared(BUYERS, POST),
    "storefront:order_messages": Declared(BUYERS, BOTH, order, of_company=True),
    "storefront:order_change": Declared(BUYERS, BOTH, order, of_company=True),
    "storefront:order_cancel": Declared(BUYERS, BOTH, order, of_company=True),
    "storefront:order_shipping": Declared(BUYERS, BOTH, order, of_company=True),
    "checkout:thank-you": Declared(BUYERS, GET, order, of_company=True),
    "checkout:draft_make": Declared(BUYERS, POST),
    "checkout:draft_take": Declared(BUYERS, POST, draft, of_company=True),
    "checkout:draft_remove": Declared(BUYERS, POST, draft, of_company=True),
    "checkout:draft_back": Declared(BUYERS, POST, draft, of_company=True),
    "customer:login": Declared(EVERYONE, FORM),
    "customer:logout": Declared(PERSONS, POST),
    "customer:profile-view": Declared(PERSONS),
    "customer:change-password": Declared(PERSONS, FORM),
    "customer:set-password": Declared(
        EVERYONE, FORM, lambda w, o: {"uidb64": "MQ", "token": "set-password"}
    ),
    "dashboard:index": Declared(STAFF),
    "dashboard:find": Declared(STAFF),
    "dashboard:price-why-json": Declared(STAFF),
    "dashboard:orders": Declared(STAFF),
    "dashboard:order": Declared(STAFF, GET, order),
    "dashboard:approvals": Declared(STAFF),
    "dashboard:approval": Declared(STAFF, GET, approval),
    "dashboard:client-approvals": Declared(STAFF, GET, counterparty),
    "dashboard:order-trace": Declared(STAFF, GET, order),
    "dashboard:order-messages": Declared(STAFF, BOTH, order),
    "dashboard:order-change": Declared(STAFF, BOTH, order),
    "dashboard:order-cancel": Declared(STAFF, BOTH, order),
    "dashboard:order-shipping": Declared(STAFF, BOTH, order),
    "dashboard:change-rules": Declared(STAFF, BOTH),
    "dashboard:clients": Declared(STAFF),
    "dashboard:client": Declared(STAFF, GET, counterparty),
    "dashboard:client-edit": Declared(STAFF, BOTH, counterparty),
    "dashboard:person-new": Declared(STAFF, BOTH, counterparty),
    "dashboard:contracts": Declared(STAFF),
    "dashboard:contract": Declared(STAFF, GET, contract),
    "dashboard:contract-edit": Declared(STAFF, BOTH, contract),
    "dashboard:contract-terms": Declared(STAFF, BOTH, contract),
    "dashboard:contract-change": Declared(STAFF, GET, contract_change),
    "dashboard:contract-change-sign": Declared(STAFF, POST, contract_change),
    "dashboard:contract-change-refuse": Declared(STAFF, POST, contract_change),
    "dashboard:contract-change-withdraw": Declared(STAFF, POST, contract_change),
    "dashboard:asked-prices": Declared(STAFF),
    "dashboard:asked-price": Declared(STAFF, BOTH, asked),
    "dashboard:asked-price-sign": Declared(STAFF, POST, asked),
    "dashboard:asked-price-decline": Declared(STAFF, POST, asked),
    "dashboard:credit": Declared(STAFF),
    "dashboard:credit-accounts": Declared(STAFF),
    "dashboard:credit-prolong": Declared(STAFF, POST),
    "dashboard:credit-account": Declared(STAFF, BOTH, credit_account),
    "dashboard:credit-limit": Declared(STAFF, GET, credit_proposal),
    "dashboard:credit-limit-sign": Declared(STAFF, POST, credit_proposal),
    "dashboard:credit-limit-refuse": Declared(STAFF, POST, credit_proposal),
    "dashboard:credit-limit-withdraw": Declared(STAFF, POST, credit_proposal),
    "dashboard:credit-order": Declared(STAFF, BOTH, order),
    "dashboard:credit-sign": Declared(STAFF, POST, order),
    "dashboard:people": Declared(STAFF),
    "dashboard:person": Declared(STAFF, GET, employee),
    "dashboard:person-edit": Declared(STAFF, BOTH, employee),
    "dashboard:person-roles": Declared(STAFF, BOTH, employee),
    "dashboard:person-link": Declared(STAFF, BOTH, employee),
    "dashboard:managers": Declared(STAFF),
    "dashboard:manager": Declared(STAFF, GET, manager),
    "dashboard:prices": Declared(STAFF),
    "dashboard:price-why": Declared(STAFF),
    "dashboard:rates": Declared(STAFF),
    "dashboard:rate-ask": Declared(STAFF, POST),
    "dashboard:rate-new": Declared(STAFF, BOTH),
    "dashboard:rate-drop": Declared(STAFF, POST, rate_by_hand),
    "dashboard:thresholds": Declared(STAFF),
    "dashboard:threshold-new": Declared(STAFF, BOTH),
    "dashboard:threshold": Declared(STAFF, BOTH, threshold),
    "dashboard:assortment": Declared(STAFF),
    "dashboard:assortment-rule-new": Declared(STAFF, BOTH),
    "dashboard:assortment-rule": Declared(STAFF, BOTH, assortment_rule),
    "dashboard:labels": Declared(STAFF),
    "dashboard:label-new": Declared(STAFF, BOTH),
    "dashboard:label": Declared(STAFF, BOTH, label),
    "dashboard:search-index": Declared(STAFF),
    "dashboard:search-rebuild": Declared(STAFF, POST),
    "dashboard:search-report": Declared(STAFF),
    "dashboard:search-try": Declared(STAFF),
    "dashboard:synonyms": Declared(STAFF),
    "dashboard:synonym-new": Declared(STAFF, BOTH),
    "dashboard:synonym-put-back": Declared(STAFF, POST),
    "dashboard:synonym": Declared(STAFF, BOTH, synonym),
    "dashboard:synonym-remove": Declared(STAFF, BOTH, synonym),
    "dashboard:pins": Declared(STAFF),
    "dashboard:pin-new": Declared(STAFF, BOTH),
    "dashboard:pin": Declared(STAFF, BOTH, pin),
    "dashboard:rules": Declared(STAFF),
    "dashboard:rule-new": Declared(STAFF, POST),
    "dashboard:rule": Declared(STAFF, BOTH, price_rule),
    "dashboard:rule-start": Declared(STAFF, BOTH, price_rule),
    "dashboard:rule-stop": Declared(STAFF, BOTH, price_rule),
    "dashboard:rule-again": Declared(STAFF, POST, price_rule),
    "dashboard:rule-sheet-new": Declared(STAFF, POST, price_rule),
    "dashboard:rule-sheet": Declared(STAFF, GET, rule_sheet),
    "dashboard:rule-sheet-file": Declared(STAFF, GET, rule_sheet),
    "dashboard:price-list": Declared(STAFF, GET, price_list),
    "dashboard:price-list-new": Declared(STAFF, BOTH),
    "dashboard:price-list-edit": Declared(STAFF, BOTH, price_list),
    "dashboard:price-list-history": Declared(STAFF, GET, price_list),
    "dashboard:price-list-xlsx": Declared(STAFF, GET, price_list),
    "dashboard:price-list-csv": Declared(STAFF, GET, price_list),
    "dashboard:price-files": Declared(STAFF, BOTH, price_list),
    "dashboard:price-file": Declared(STAFF, GET, price_file),
    "dashboard:price-file-offers": Declared(STAFF, POST, price_file),
    "dashboard:price-file-load": Declared(STAFF, POST, price_file),
    "dashboard:price-file-drop": Declared(STAFF, POST, price_file),
    "dashboard:price-file-undo": Declared(STAFF, POST, price_file),
    "dashboard:price-file-report": Declared(STAFF, GET, price_file),
    "dashboard:price-new": Declared(STAFF, BOTH, price_list),
    "dashboard:price": Declared(STAFF, BOTH, price),
    "dashboard:price-remove": Declared(STAFF, POST, price),
    "dashboard:price-undo": Declared(STAFF, POST, price_change),
    "dashboard:stock": Declared(STAFF),
    "dashboard:holds": Declared(STAFF),
    "dashboard:hold-prolong": Declared(STAFF, POST, reserve),
    "dashboard:hold-let-go": Declared(STAFF, POST, reserve),
    "dashboard:order-retake": Declared(STAFF, POST, order_pk),
    "dashboard:stock-product": Declared(STAFF, BOTH, product),
    "dashboard:hold-terms": Declared(STAFF),
    "dashboard:hold-term-new": Declared(STAFF, BOTH),
    "dashboard:hold-term": Declared(STAFF, BOTH, hold_term),
    "dashboard:hold-term-remove": Declared(STAFF, BOTH, hold_term),
    "dashboard:stock-policies": Declared(STAFF),
    "dashboard:stock-policy-new": Declared(STAFF, BOTH),
    "dashboard:stock-policy": Declared(STAFF, BOTH, stock_policy),
    "dashboard:stock-policy-remove": Declared(STAFF, BOTH, stock_policy),
    "dashboard:stock-rule-put-back": Declared(STAFF, POST, removed_rule),
    "dashboard:reserve-limits": Declared(STAFF, BOTH),
    "dashboard:split-rules": Declared(STAFF),
    "dashboard:split-rule-new": Declared(STAFF, BOTH),
    "dashboard:split-rule": Declared(STAFF, BOTH, split_rule),
    "dashboard:delivery": Declared(STAFF),
    "storefront:address_suggest": Declared(PERSONS),
    "dashboard:delivery-addresses": Declared(STAFF, BOTH),
    "checkout:files": Declared(BUYERS, POST),
    "checkout:file_remove": Declared(BUYERS, POST, a_file, of_company=True),
    "storefront:order_file": Declared(BUYERS, GET, a_file, of_company=True),
    "dashboard:order-file": Declared(STAFF, GET, a_file),
    "guests:showcase": Declared(EVERYONE),
    "storefront:guest_card": Declared(EVERYONE, GET, product),
    "storefront:guest_picture": Declared(EVERYONE, GET, no_picture),
    "guests:choose": Declared(EVERYONE, POST),
    "guests:request_new": Declared(EVERYONE, BOTH),
    "guests:request": Declared(EVERYONE, GET, a_guests_uid),
    "dashboard:guests": Declared(STAFF),
    "dashboard:guest": Declared(STAFF, GET, a_guest),
    "dashboard:guest-accept": Declared(STAFF, POST, a_guest),
    "dashboard:guest-decline": Declared(STAFF, POST, a_guest),
    "dashboard:guest-to-basket": Declared(STAFF, POST, a_guest),
    "integrations:cdek_news": Declared(EVERYONE, POST, wrong_key),
    "dashboard:carriage-price": Declared(STAFF, POST, shipment),
    "dashboard:carriage-hand-over": Declared(STAFF, POST, shipment),
    "dashboard:carrier": Declared(STAFF, BOTH),
    "dashboard:carrier-check": Declared(STAFF, POST),
    "dashboard:carrier-directory": Declared(STAFF, POST),
    "dashboard:calendar-day-new": Declared(STAFF, BOTH),
    "dashboard:calendar-day": Declared(STAFF, BOTH, a_day),
    "dashboard:calendar-day-remove": Declared(STAFF, BOTH, a_day),
    "dashboard:delivery-method-new": Declared(STAFF, BOTH),
    "dashboard:delivery-zone-new": Declared(STAFF, BOTH, delivery_method),
    "dashboard:delivery-pickup-window-new": Declared(STAFF, BOTH, delivery_method),
    "dashboard:delivery-window-new": Declared(STAFF, BOTH, delivery_zone),
    "dashboard:delivery-zone-prices": Declared(STAFF, BOTH, delivery_zone),
    "dashboard:delivery-method-edit": Declared(STAFF, BOTH, delivery_method),
    "dashboard:delivery-zone": Declared(STAFF, BOTH, delivery_zone),
    "dashboard:delivery-window": Declared(STAFF, BOTH, delivery_window),
    "dashboard:warehouses": Declared(STAFF),
    "dashboard:warehouse": Declared(STAFF, GET, warehouse),
    "dashboard:warehouse-edit": Declared(STAFF, BOTH, warehouse),
    "dashboard:products": Declared(STAFF),
    "dashboard:product": Declared(STAFF, GET, product),
    "dashboard:product-edit": Declared(STAFF, BOTH, product),
    "dashboard:categories": Declared(STAFF),
    "dashboard:exchange": Declared(STAFF),
    "dashboard:exchange-live": Declared(STAFF),
    "dashboard:exchange-sessions": Declared(STAFF),
    "dashboard:exchange-session": Declared(STAFF, GET, row("session_id")),
    "dashboard:exchange-file-again": Declared(STAFF, POST, exchange_file),
    "dashboard:exchange-outgoing": Declared(STAFF),
    "dashboard:exchange-retry": Declared(STAFF, POST, row("message_id")),
    "dashboard:exchange-connections": Declared(STAFF),
    "dashboard:exchange-connection-new": Declared(STAFF, BOTH),
    "dashboard:exchange-connection": Declared(STAFF, BOTH, row("connection_id")),
    "dashboard:exchange-connection-password": Declared(STAFF, POST, row("connection_id")),
    "dashboard:exchange-connection-live": Declared(STAFF, POST, row("connection_id")),
    "dashboard:exchange-connection-check": Declared(STAFF, POST, row("connection_id")),
    "dashboard:exchange-statuses": Declared(STAFF),
    "dashboard:exchange-status-new": Declared(STAFF, BOTH),
    "dashboard:exchange-status": Declared(STAFF, BOTH, row("status_id")),
    "dashboard:statuses": Declared(STAFF),
    "dashboard:status": Declared(STAFF, BOTH, a_status),
    "dashboard:own-status-new": Declared(STAFF, BOTH),
    "dashboard:own-status": Declared(STAFF, BOTH, own_status),
    "dashboard:own-status-remove": Declared(STAFF, POST, own_status),
}
