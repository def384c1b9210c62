"""Prices that buyers ask for: questions, projects, signatures."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.context import context_under
from b2b_apps.core.errors import PermissionMissingError
from b2b_apps.core.models import OutboxMessage
from b2b_apps.pricing.asking import (
    AskingError,
    Wish,
    price_ask,
    project_new,
    project_wish,
    project_withdraw,
)
from b2b_apps.pricing.models import PriceChange, Project
from b2b_apps.pricing.selectors import price_book
from b2b_apps.pricing.signing import (
    Offered,
    SigningError,
    offer_mark,
    project_decline,
    project_offer,
    project_sign,
)
from tests.pricing.making import add_list, add_rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


def days(number):
    return timezone.localdate() + timedelta(days=number)


def ask(world, product="no_price", quantity=5, person="buyer"):
    return price_ask(
        context=world.context(person),
        product_id=world.products[product].pk,
        quantity=Decimal(quantity),
        comment="Срочно",
    )


def project_of(world, **wishes):
    """A project that was sent: product=(quantity, wished price)."""
    context = world.context()
    found = {world.products[key].pk: Wish(Decimal(q), p) for key, (q, p) in wishes.items()}
    project = project_new(context=context, name="ЖК «Лазурный»", wishes=found)
    return project_wish(context=context, project_id=project.pk, wishes={}, added={}, is_sent=True)


def offer(project, *prices, until=None):
    lines = project.lines.order_by("pk").values_list("pk", flat=True)
    return project_offer(
        project_id=project.pk,
        offered=Offered(
            dict(zip(lines, [p and Decimal(p) for p in prices], strict=True)),
            {},
            None,
            until or days(30),
        ),
    )


def sign(world, project, person="manager"):
    return project_sign(
        project_id=project.pk,
        user_id=world.people[person].pk,
        context=context_under(contract_id=project.contract_id),
    )


def availability(world, product="no_price", person="buyer"):
    pk = world.products[product].pk
    return price_book(context=world.context(person), product_ids=[pk]).availability(pk)


def price(world, product="no_price", person="buyer", project=None):
    pk = world.products[product].pk
    context = world.context(person)
    if project is not None:
        context = context_under(contract_id=context.contract_id, project_id=project)
    found = price_book(context=context, product_ids=[pk]).price(pk)
    return found.amount if found else None


def mails():
    rows = OutboxMessage.objects.filter(topic="mail").order_by("pk")
    return [(m.payload["to"], m.payload["subject"]) for m in rows]


def test_an_answer_with_one_signature_is_the_price_of_this_contract_alone(world):
    project = ask(world)
    assert availability(world) == "on_request"

    offer(project, "1500.50")
    sign(world, project)

    assert price(world) == Decimal("1500.50")
    assert availability(world, person="sister") == availability(world, person="stranger")
    assert availability(world, person="sister") == "on_request"
    change = PriceChange.objects.get()
    assert (change.new_amount, change.source) == (Decimal("1500.50"), "project")
    assert change.user == world.people["manager"]
    assert [to for to, _subject in mails()] == ["manager@pakgauz.example", "buyer@buyers.example"]


@pytest.mark.parametrize("change", ["gone", "role", "shut"])
def test_who_has_left_the_company_is_not_told_its_prices(world, change):
    buyer = world.people["buyer"]
    own = buyer.employee.memberships.filter(counterparty=world.companies["own"])
    project = ask(world)
    if change == "gone":
        own.delete()
    elif change == "role":
        own.update(role="warehouse")
    else:
        buyer.is_active = False
        buyer.save()

    offer(project, "1500.50")
    sign(world, project)

    assert [to for to, _subject in mails()] == ["manager@pakgauz.example", "office@own.example"]


@pytest.mark.parametrize("visibility", ["on_request", "hidden"])
def test_the_answer_shows_what_is_on_request_and_not_what_is_hidden(world, visibility):
    lamp = world.products["lamp"]
    lamp.price_visibility = visibility
    lamp.save()
    project = ask(world, "lamp")

    offer(project, "50")
    sign(world, project)

    assert (price(world, "lamp") == 50) == (visibility == "on_request")


def test_a_rule_that_says_on_request_gives_way_to_the_answer(world):
    add_rule(action="on_request")
    assert availability(world, "lamp") == "on_request"
    project = ask(world, "lamp")

    offer(project, "50")
    sign(world, project)

    assert (availability(world, "lamp"), price(world, "lamp")) == ("shown", 50)
    assert availability(world, "breaker") == "on_request"


def test_the_price_ends_with_its_term(world):
    project = ask(world)
    offer(project, "10", until=days(0))
    sign(world, project)
    assert price(world) == 10

    Project.objects.update(valid_to=days(-1))

    assert price(world) is None


def test_the_same_question_is_asked_once(world):
    first = ask(world)

    assert ask(world) == first
    assert ask(world, quantity=6) != first
    assert Project.objects.count() == len(mails()) == 2


def test_a_project_takes_two_signatures_of_different_persons(world):
    project = project_of(world, lamp=(100, Decimal(50)), cable=(1000, None))
    offer(project, "55.12345", None)

    sign(world, project)
    with pytest.raises(SigningError, match="same_person"):
        sign(world, project)
    assert price(world, "lamp") == Decimal("62.14")
    done = sign(world, project, "editor")

    assert done.status == "approved"
    assert price(world, "lamp") == Decimal("62.14")
    assert price(world, "lamp", project=done.pk) == Decimal("55.1235")
    assert price(world, "cable", project=done.pk) == Decimal("70.1234")
    assert done.price_list.prices.count() == 1


def test_a_changed_offer_is_signed_anew(world):
    project = project_of(world, lamp=(100, None))
    offer(project, "55")
    sign(world, project)

    changed = offer(project, "54")

    assert (changed.status, changed.first_signature) == ("asked", None)
    assert sign(world, project, "editor").status == "signed"


def test_an_offer_that_is_saved_as_it_was_keeps_its_signature(world):
    project = project_of(world, lamp=(100, None))
    offer(project, "55")
    sign(world, project)

    assert offer(project, "55.0000").status == "signed"


def test_nobody_signs_what_he_has_not_seen(world):
    project = project_of(world, lamp=(100, None))
    seen = offer_mark(offer(project, "55"))
    offer(project, "5")

    with pytest.raises(SigningError, match="changed"):
        project_sign(
            project_id=project.pk,
            user_id=world.people["manager"].pk,
            context=context_under(contract_id=project.contract_id),
            offer=seen,
        )

    project.refresh_from_db()
    assert project.first_signature is None


@pytest.mark.parametrize("amount", ["0", "0.00001", "99999999999999", "1000000000"])
def test_a_price_that_is_none_is_not_offered(world, amount):
    project = ask(world)

    with pytest.raises(SigningError, match="amount"):
        offer(project, amount)


@pytest.mark.parametrize(
    ("prices", "until", "code"), [((None,), 30, "no_price"), (("5",), -1, "past")]
)
def test_what_is_not_whole_is_not_signed(world, prices, until, code):
    project = ask(world)
    offer(project, *prices, until=days(until))

    with pytest.raises(SigningError, match=code):
        sign(world, project)

    assert price(world) is None


def test_a_refusal_has_a_reason_and_ends_the_question(world):
    project = ask(world)
    with pytest.raises(SigningError, match="no_reason"):
        project_decline(project_id=project.pk, user_id=world.people["manager"].pk, reason=" ")

    project_decline(
        project_id=project.pk, user_id=world.people["manager"].pk, reason="Снят с производства"
    )

    assert mails()[-1][0] == "buyer@buyers.example"
    with pytest.raises(SigningError, match="not_open"):
        sign(world, project)
    assert not project_withdraw(context=world.context(), project_id=project.pk)


def test_what_is_of_another_company_is_not_there(world):
    project = ask(world)

    for person in ("sister", "stranger"):
        assert not project_withdraw(context=world.context(person), project_id=project.pk)
        with pytest.raises(AskingError, match="not_open"):
            project_wish(
                context=world.context(person),
                project_id=project.pk,
                wishes={},
                added={},
                is_sent=True,
            )

    project.refresh_from_db()
    assert project.status == "asked"


def test_who_may_not_order_does_not_ask(world):
    with pytest.raises(PermissionMissingError):
        ask(world, person="clerk")

    assert not Project.objects.exists()


def test_the_database_wants_both_signatures_of_a_project(world):
    project = project_of(world, lamp=(1, None))

    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(
            status="approved", first_signature=world.people["manager"]
        )


def test_a_single_price_below_the_purchase_price_takes_two(world):
    add_list(world.products["no_price"], 50, name="Закупка", is_cost=True, includes_vat=True)
    below, above = ask(world), ask(world, quantity=6)
    offer(below, "49.99")
    offer(above, 50)

    assert sign(world, above).status == "approved"
    below = sign(world, below)
    assert (below.status, below.price_list) == ("signed", None)
    with pytest.raises(SigningError, match="same_person"):
        sign(world, below)
    assert sign(world, below, "editor").status == "approved"
    assert below.refresh_from_db() or below.price_list.prices.get().amount == Decimal("49.99")


def test_a_signature_below_the_purchase_price_falls_with_its_offer(world):
    add_list(world.products["no_price"], 50, name="Закупка", is_cost=True, includes_vat=True)
    project = ask(world)
    offer(project, 40)
    sign(world, project)

    offer(project, 30)

    project.refresh_from_db()
    assert (project.status, project.first_signature) == ("asked", None)
