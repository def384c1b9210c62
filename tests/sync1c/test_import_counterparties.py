"""Counterparties with the extension of our 1C, and the references they lean on."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps

from b2b_apps.companies.models import Consignee, Counterparty, Holding, Organization
from b2b_apps.contracts.models import Contract
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import PriceList
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.files import file_of, guid

REFERENCES = (
    "<Классификатор><Ид>k</Ид><Наименование>k</Наименование><Организации><Организация>"
    f"<Ид>{guid(1)}</Ид><Наименование>ООО «Пакгауз Юг»</Наименование><ИНН>7707083893</ИНН>"
    "<Руководитель>Соколов А. В.</Руководитель><РасчетныйСчет>"
    "<НомерСчета>40702810138250123017</НомерСчета><Банк><Наименование>АО «Донбанк»</Наименование>"
    "<БИК>044525225</БИК><СчетКорреспондентский>30101810400000000225</СчетКорреспондентский></Банк>"
    "</РасчетныйСчет></Организация></Организации><Регионы><Регион>"
    f"<Ид>{guid(2)}</Ид><Наименование>Юг</Наименование><Город>Ростов-на-Дону</Город></Регион>"
    f"</Регионы><ТипыЦен><ТипЦены><Ид>{guid(3)}</Ид><Наименование>Дилерская</Наименование>"
    "<Валюта>руб</Валюта><Налог><Наименование>НДС</Наименование><УчтеноВСумме>true</УчтеноВСумме>"
    f"</Налог></ТипЦены><ТипЦены><Ид>{guid(4)}</Ид><Наименование>Договор 142/24</Наименование>"
    "<Договорной>true</Договорной></ТипЦены></ТипыЦен><Склады><Склад>"
    f"<Ид>{guid(5)}</Ид><Наименование>Ростов, склад</Наименование><Организация><Ид>{guid(1)}</Ид>"
    f"</Организация><Регион><Ид>{guid(2)}</Ид></Регион><КраткоеНаименование>Ростов"
    "</КраткоеНаименование><ПунктСамовывоза>true</ПунктСамовывоза><Порядок>2</Порядок></Склад>"
    "</Склады></Классификатор>"
)


def company(inn: str = "6164999992", limit: str = "3000000", more: str = "") -> str:
    return (
        f"<Контрагенты><Контрагент><Ид>{guid(10)}</Ид><Наименование>Электромонтаж-Юг</Наименование>"
        "<ОфициальноеНаименование>ООО «Электромонтаж-Юг»</ОфициальноеНаименование>"
        f"<ИНН>{inn}</ИНН><КПП>616401001</КПП><Холдинг><Ид>{guid(11)}</Ид>"
        f"<Наименование>Группа ЭМ</Наименование></Холдинг><Регион><Ид>{guid(2)}</Ид></Регион>"
        "<Менеджер><Почта>Manager@pakgauz.example</Почта><Наименование>Гринько</Наименование>"
        f"</Менеджер><Грузополучатели><Грузополучатель><Ид>{guid(12)}</Ид>"
        "<Наименование>Склад ЭМ</Наименование><Адрес>Доватора, 158</Адрес>"
        "<КонтактноеЛицо>Дьяков</КонтактноеЛицо></Грузополучатель></Грузополучатели>"
        f"<Договоры><Договор><Ид>{guid(13)}</Ид><Номер>142/24</Номер><Дата>2024-01-12</Дата>"
        f"<Организация><Ид>{guid(1)}</Ид></Организация><ИдТипаЦены>{guid(3)}</ИдТипаЦены>"
        f"<ИдТипаЦенДоговора>{guid(4)}</ИдТипаЦенДоговора><Валюта>руб</Валюта><НДС>Сверху</НДС>"
        "<Оплата>Отсрочка</Оплата><ДнейОтсрочки>30</ДнейОтсрочки>"
        f"<ЛимитКредита>{limit}</ЛимитКредита><ДействуетС>2024-01-12</ДействуетС>{more}</Договор>"
        "</Договоры></Контрагент></Контрагенты>"
    )


def test_references_become_rows_that_know_one_another(client_1c_a):
    client_1c_a.send("references.xml", file_of(REFERENCES))

    organization = Organization.objects.get()
    assert (organization.bank_bic, organization.director) == ("044525225", "Соколов А. В.")
    warehouse = apps.get_model("partner", "Partner").objects.get()
    assert (warehouse.organization, warehouse.region) == (organization, Region.objects.get())
    assert (warehouse.label, warehouse.is_pickup_point, warehouse.position) == ("Ростов", True, 2)
    kinds = dict(PriceList.objects.values_list("name", "kind"))
    assert kinds == {"Дилерская": "price_type", "Договор 142/24": "contract"}
    assert set(PriceList.objects.values_list("currency", flat=True)) == {"RUB"}


def test_a_counterparty_comes_with_all_that_belongs_to_it(client_1c_a, world):
    Counterparty.objects.update(inn="")
    client_1c_a.send("references.xml", file_of(REFERENCES))

    client_1c_a.send("contragents.xml", file_of(company()))

    found = Counterparty.objects.get(name="Электромонтаж-Юг")
    assert found.holding.name == "Группа ЭМ"
    assert found.region.name == "Юг"
    assert found.manager.user == world.people["manager"]
    assert (found.full_name, found.inn) == ("ООО «Электромонтаж-Юг»", "6164999992")
    consignee = Consignee.objects.get(counterparty=found)
    assert (consignee.address, consignee.is_default) == ("Доватора, 158", True)
    contract = Contract.objects.get(counterparty=found)
    assert (contract.number, contract.date, contract.vat_mode) == (
        "142/24",
        date(2024, 1, 12),
        "on_top",
    )
    assert (contract.payment_kind, contract.deferral_days) == ("deferral", 30)
    assert contract.credit.limit == Decimal(3_000_000)
    assert contract.price_type.name == "Дилерская"
    assert contract.own_price_list.name == "Договор 142/24"


def test_a_changed_limit_changes_the_contract_and_nothing_is_doubled(client_1c_a):
    client_1c_a.send("references.xml", file_of(REFERENCES))
    client_1c_a.send("contragents.xml", file_of(company()))

    client_1c_a.send("contragents.xml", file_of(company(limit="5000000")))

    assert Contract.objects.get().credit.limit == Decimal(5_000_000)
    assert (Counterparty.objects.count(), Consignee.objects.count(), Holding.objects.count()) == (
        1,
        1,
        1,
    )


def test_a_wrong_inn_is_a_warning_and_is_stored(client_1c_a):
    client_1c_a.send("references.xml", file_of(REFERENCES))

    client_1c_a.send("contragents.xml", file_of(company(inn="6164999991")))

    assert Counterparty.objects.get().inn == "6164999991"
    problems = {p.code: p.level for p in ExchangeProblem.objects.all()}
    assert problems == {"bad_inn": "warning", "unknown_manager": "warning"}


def test_a_contract_before_its_price_type_is_told_and_comes_in_later(client_1c_a):
    client_1c_a.send("contragents.xml", file_of(company()))
    assert Contract.objects.count() == 0
    assert "contract_incomplete" in {p.code for p in ExchangeProblem.objects.all()}

    client_1c_a.send("references.xml", file_of(REFERENCES))
    client_1c_a.send("contragents.xml", file_of(company()))

    assert Contract.objects.get().price_type.name == "Дилерская"


def test_a_contract_marked_as_deleted_is_closed(client_1c_a):
    client_1c_a.send("references.xml", file_of(REFERENCES))
    client_1c_a.send("contragents.xml", file_of(company()))

    more = "<ПометкаУдаления>true</ПометкаУдаления>"
    client_1c_a.send("contragents.xml", file_of(company(more=more)))

    assert not Contract.objects.get().is_active


def sent(client, body: str) -> list[ExchangeProblem]:
    """Send a company after the references; what was told of it, without what is usual."""
    client.send("references.xml", file_of(REFERENCES))
    client.send("contragents.xml", file_of(body))
    return list(ExchangeProblem.objects.exclude(code="unknown_manager"))


def test_an_end_of_a_contract_in_russian_form_ends_it(client_1c_a):
    problems = sent(client_1c_a, company(more="<ДействуетДо>31.12.2026</ДействуетДо>"))

    assert problems == []
    contract = Contract.objects.get()
    assert contract.valid_to == date(2026, 12, 31)
    assert not contract.is_valid_on(date(2027, 1, 1))


BAD = {
    "ЛимитКредита": ["много", "-1", "9" * 20],
    "ДействуетДо": ["скоро", "31.02.2026", "2023-01-01"],
}


@pytest.mark.parametrize(("field", "value"), [(f, v) for f, row in BAD.items() for v in row])
def test_a_bad_contract_is_told_and_the_company_comes_without_it(client_1c_a, field, value):
    body = company(more="" if field == "ЛимитКредита" else f"<{field}>{value}</{field}>")
    body = body.replace(">3000000<", f">{value}<") if field == "ЛимитКредита" else body

    (problem,) = sent(client_1c_a, body)

    assert Counterparty.objects.get().name == "Электромонтаж-Юг"
    assert Consignee.objects.count() == 1
    assert Contract.objects.count() == 0
    assert (problem.kind, problem.external_id) == ("contract", guid(13))
    assert re.fullmatch(r"[^a-zA-Z]+", problem.text), problem.text


def test_a_bad_term_leaves_a_contract_as_it_was(client_1c_a):
    sent(client_1c_a, company())

    client_1c_a.send("contragents.xml", file_of(company(limit="много", inn="6165999995")))

    assert Contract.objects.get().credit.limit == Decimal(3_000_000)
    assert Counterparty.objects.get().inn == "6165999995"


def test_a_contract_that_the_database_refuses_is_told_in_words(client_1c_a, monkeypatch):
    from b2b_apps.sync1c.importing import counterparties as module

    real = module._terms
    monkeypatch.setattr(module, "_terms", lambda *a: real(*a) | {"prepaid_percent": 900})

    (problem,) = sent(client_1c_a, company())

    assert Counterparty.objects.count() == 1
    assert problem.code == "contract_failed"
    assert problem.text.startswith("Договор 142/24 не принят: значение нарушает правило")
    assert "DETAIL" not in problem.text


def test_a_contract_waits_for_its_own_price_list_too(client_1c_a):
    late = REFERENCES.replace(guid(4), guid(44))
    client_1c_a.send("references.xml", file_of(late))
    client_1c_a.send("contragents.xml", file_of(company()))
    assert Contract.objects.get().own_price_list is None

    client_1c_a.send("references.xml", file_of(REFERENCES))
    client_1c_a.send("contragents.xml", file_of(company()))

    assert Contract.objects.get().own_price_list is not None


def test_a_company_that_came_before_its_region_is_linked_when_it_is_sent_again(client_1c_a):
    client_1c_a.send("contragents.xml", file_of(company()))
    assert Counterparty.objects.get().region is None

    sent(client_1c_a, company())

    assert Counterparty.objects.get().region == Region.objects.get()


def test_a_file_that_says_little_of_a_company_leaves_the_rest(client_1c_a):
    sent(client_1c_a, company())
    bare = (
        f"<Контрагенты><Контрагент><Ид>{guid(10)}</Ид><Наименование>Электромонтаж-Юг"
        "</Наименование></Контрагент></Контрагенты>"
    )

    client_1c_a.send("contragents.xml", file_of(bare))

    found = Counterparty.objects.get()
    assert (found.inn, found.kpp, found.full_name) == (
        "6164999992",
        "616401001",
        "ООО «Электромонтаж-Юг»",
    )


def test_a_contract_that_does_not_speak_of_a_limit_keeps_it(client_1c_a):
    sent(client_1c_a, company())
    silent = company().replace("<ЛимитКредита>3000000</ЛимитКредита>", "")

    client_1c_a.send("contragents.xml", file_of(silent.replace("142/24", "142/25")))

    contract = Contract.objects.get()
    assert (contract.number, contract.credit.limit) == ("142/25", Decimal(3_000_000))


@pytest.mark.parametrize("kpp", ["", "616401001"])
def test_a_company_that_1c_had_no_name_for_is_taken_for_its_own(client_1c_a, kpp):
    ours = Counterparty.objects.create(name="Гость", inn="6164999992", kpp=kpp)
    client_1c_a.send("references.xml", file_of(REFERENCES))

    client_1c_a.send("contragents.xml", file_of(company()))

    found = Counterparty.objects.get()
    assert (found.pk, found.name, found.kpp) == (ours.pk, "Электромонтаж-Юг", "616401001")
    assert Contract.objects.get().counterparty_id == ours.pk


def test_a_company_of_another_kpp_or_one_of_several_is_not(client_1c_a):
    for name, kpp in (("Филиал", "770101001"), ("Гость", ""), ("Второй гость", "")):
        Counterparty.objects.create(name=name, inn="6164999992", kpp=kpp)

    client_1c_a.send("contragents.xml", file_of(company()))

    assert Counterparty.objects.count() == 4


def test_a_company_that_has_a_name_in_1c_stays_its_own(client_1c_a):
    client_1c_a.send("contragents.xml", file_of(company()))

    client_1c_a.send("contragents.xml", file_of(company().replace(guid(10), guid(99))))

    assert Counterparty.objects.count() == 2
