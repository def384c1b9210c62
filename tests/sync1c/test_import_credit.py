"""Limits, modes and debts that 1C sends with a contract or a holding."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from b2b_apps.companies.models import Counterparty
from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.models import Contract, CreditAccount, CreditEntry
from b2b_apps.contracts.services import CreditTerms, credit_terms_set
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem
from tests.sync1c.files import file_of, guid
from tests.sync1c.test_import_counterparties import REFERENCES, company

TERMS = (
    "<ЛимитДо>2027-03-31</ЛимитДо><РежимКредита>Задержка отгрузки</РежимКредита>"
    "<ДнейЛьготы>14</ДнейЛьготы><ПросрочкаОстанавливает>false</ПросрочкаОстанавливает>"
)


def debt(owed, overdue="0", days="0", at="2026-11-20T10:15:00"):
    return (
        f"<Взаиморасчеты><Долг>{owed}</Долг><Просрочено>{overdue}</Просрочено>"
        f"<ДнейПросрочки>{days}</ДнейПросрочки><НаДату>{at}</НаДату></Взаиморасчеты>"
    )


def holding(limit, more=""):
    """The same company, its holding with a shared limit."""
    name = "<Наименование>Группа ЭМ</Наименование>"
    return company().replace(name, f"{name}<ЛимитКредита>{limit}</ЛимитКредита>{more}")


@pytest.fixture
def base(client_1c_a):
    client_1c_a.send("references.xml", file_of(REFERENCES))
    client_1c_a.send(
        "contragents.xml", file_of(company(more=TERMS + debt("1 000,50", "400", "10")))
    )
    yield client_1c_a
    assert [text for check in INVARIANTS for text in check()] == []


def send(client, body):
    client.send("contragents.xml", file_of(body))


def account():
    return CreditAccount.objects.get(contract__number="142/24")


def problems():
    return [(p.code, p.level) for p in ExchangeProblem.objects.filter(code="credit")]


def test_terms_and_debt_come_with_the_contract(base):
    found = account()

    assert (found.limit, found.limit_valid_to) == (3_000_000, date(2027, 3, 31))
    assert (found.mode, found.grace_days, found.blocks_on_overdue) == ("soft", 14, False)
    assert (found.debt, found.overdue, found.overdue_days) == (Decimal("1000.50"), 400, 10)
    assert found.overdue_since == date(2026, 11, 10)
    local = timezone.make_aware(datetime(2026, 11, 20, 10, 15))  # noqa: DTZ001 - 1C has no zone
    assert found.snapshot_at == local
    assert {e.kind: e.debt for e in CreditEntry.objects.all()} == {
        "limit": 0,
        "snapshot": Decimal("1000.50"),
    }


def test_a_debt_that_moves_leaves_the_contract_as_it_is(base):
    send(base, company(more=TERMS + debt("900", at="2026-11-20T11:15:00")))

    file = ExchangeFile.objects.order_by("pk").last()
    assert file.counts["contract"] == {
        "read": 1, "created": 0, "changed": 0, "unchanged": 1, "failed": 0,
    }  # fmt: skip
    assert (account().debt, account().overdue) == (900, 0)


def test_the_same_file_again_changes_nothing(base):
    entries = CreditEntry.objects.count()

    send(base, company(more=TERMS + debt("1 000,50", "400", "10")))

    assert CreditEntry.objects.count() == entries


def test_terms_set_by_staff_stand_until_1c_changes_its_own(base):
    ours = CreditTerms(limit=Decimal(100), mode="release")
    credit_terms_set(account_id=account().pk, terms=ours, note="по звонку")

    send(base, company(more=TERMS + debt("900", at="2026-11-20T11:15:00")))
    assert (account().limit, account().mode) == (100, "release")
    send(base, company(limit="5000000", more=TERMS))

    assert (account().limit, account().mode) == (5_000_000, "soft")


def test_what_a_file_does_not_speak_of_stays(base):
    send(base, company(limit="5000000"))

    found = account()
    assert (found.limit, found.limit_valid_to) == (5_000_000, None)
    assert (found.mode, found.grace_days, found.blocks_on_overdue) == ("soft", 14, False)
    assert found.debt == Decimal("1000.50")


def test_an_older_report_is_late(base):
    send(base, company(more=TERMS + debt("5", at="2026-11-20T10:00:00")))

    assert account().debt == Decimal("1000.50")


def test_a_report_without_a_moment_is_of_the_session(base):
    send(base, company(more=TERMS + debt("5", at="")))

    assert account().debt == 5
    assert timezone.now() - account().snapshot_at < timedelta(minutes=5)


@pytest.mark.parametrize(
    "bad",
    [
        debt("много"),
        debt(""),
        debt("1", at="2199-01-01T00:00:00"),
        debt("9999999999999"),
        "<РежимКредита>Как-нибудь</РежимКредита>",
        "<ДнейЛьготы>две недели</ДнейЛьготы>",
        "<ЛимитДо>весной</ЛимитДо>",
    ],
)
def test_a_bad_value_is_a_warning_and_the_rest_comes_in(base, bad):
    send(base, company(inn="6165999995", more=bad))

    assert problems() == [("credit", "warning")]
    assert Counterparty.objects.get().inn == "6165999995"
    found = account()
    assert (found.limit, found.debt) == (3_000_000, Decimal("1000.50"))
    assert found.mode == "soft"


@pytest.mark.parametrize("limit", ["много", "-5", "9999999999999"])
def test_a_holding_whose_limit_can_not_be_read_keeps_the_one_it_has(base, limit):
    send(base, holding("7000000"))

    send(base, holding(limit))

    assert CreditAccount.objects.get(holding__name="Группа ЭМ").limit == 7_000_000
    assert problems() == [("credit", "warning")]


def test_an_end_of_a_limit_that_is_no_date_leaves_the_one_that_stands(base):
    send(base, company(more="<ЛимитДо>весной</ЛимитДо>"))

    assert account().limit_valid_to == date(2027, 3, 31)


def test_an_empty_limit_is_no_limit_and_an_absent_one_stays(base):
    send(base, company().replace("<ЛимитКредита>3000000</ЛимитКредита>", ""))
    stayed = account().limit
    send(base, company(limit=""))

    assert (stayed, account().limit) == (3_000_000, None)


def test_stages_have_their_advance(base):
    staged = company(more="<ПроцентАванса>30</ПроцентАванса>").replace(
        "<Оплата>Отсрочка</Оплата>", "<Оплата>Этапы</Оплата>"
    )

    send(base, staged)

    contract = Contract.objects.get()
    assert (contract.payment_kind, contract.prepaid_percent) == ("stages", 30)
    assert contract.deferral_days == 30


def test_stages_without_an_advance_are_a_deferral(base):
    send(base, company().replace("<Оплата>Отсрочка</Оплата>", "<Оплата>Этапы</Оплата>"))

    assert Contract.objects.get().payment_kind == "deferral"
    assert problems() == [("credit", "warning")]


def test_a_holding_with_a_limit_takes_its_companies_under_it(base):
    send(base, holding("7000000", "<РежимКредита>Запрет</РежимКредита>"))

    group = CreditAccount.objects.get(holding__name="Группа ЭМ")
    assert (group.limit, group.mode, group.currency) == (7_000_000, "block", "RUB")
    assert account().group_id == group.pk
    assert group.debt == account().debt == Decimal("1000.50")


def test_a_second_company_of_the_holding_comes_under_it(base):
    send(base, holding("7000000"))
    other = (
        company(more=debt("200"))
        .replace(guid(10), guid(20)).replace(guid(13), guid(23)).replace("142/24", "9/26")
        .replace(f"<ИдТипаЦенДоговора>{guid(4)}</ИдТипаЦенДоговора>", "")
    )  # fmt: skip

    send(base, other)

    group = CreditAccount.objects.get(holding__isnull=False)
    assert group.members.count() == 2
    assert group.debt == Decimal("1200.50")


def test_a_company_that_leaves_its_holding_leaves_the_shared_limit(base):
    send(base, holding("7000000"))

    moved = company(inn="6165999995", more=TERMS).replace(guid(11), guid(99))
    send(base, moved)

    group = CreditAccount.objects.get(holding__name="Группа ЭМ", limit=7_000_000)
    assert account().group_id is None
    assert (group.debt, group.held) == (0, 0)


def test_an_account_follows_its_contract_into_another_currency(base):
    send(base, company(more=debt("70")).replace("<Валюта>руб</Валюта>", "<Валюта>EUR</Валюта>"))

    found = account()
    assert (found.currency, found.debt) == ("EUR", 0)
    assert found.snapshot_at > timezone.now() - timedelta(minutes=5)
