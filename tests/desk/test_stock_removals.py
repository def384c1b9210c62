"""Terms of reserves and rules of what is seen are deleted with a question and put back."""

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from b2b_apps.inventory.models import HoldTerm, Region, RemovedRule, StockPolicy

TERMS, SEEN = reverse("dashboard:hold-terms"), reverse("dashboard:stock-policies")


def term():
    return HoldTerm.objects.create(order_status="placed", payment_kind="prepayment", hours=72)


def policy(world, warehouses=("rostov",), **values):
    made = StockPolicy.objects.create(
        region=world.regions["rostov"], role="buyer", precision="words", few_below="5.5", **values
    )
    made.warehouses.set([world.warehouses[key] for key in warehouses])
    return made


def drop(staff, name, pk):
    return staff.post(reverse(f"dashboard:{name}-remove", args=[pk]))


def put_back(staff):
    removed = RemovedRule.objects.first()
    return staff.post(reverse("dashboard:stock-rule-put-back", args=[removed.pk]), follow=True)


def test_a_term_is_deleted_after_a_question_and_named_with_who_did_it(world, desk, staff):
    made = term()
    address = reverse("dashboard:hold-term-remove", args=[made.pk])
    form = staff.get(reverse("dashboard:hold-term", args=[made.pk])).content.decode()

    question = staff.get(address).content.decode()

    assert address in form
    assert "Удалить срок резерва?" in question
    assert HoldTerm.objects.filter(pk=made.pk).exists()
    drop(staff, "hold-term", made.pk)
    assert not HoldTerm.objects.filter(pk=made.pk).exists()
    removed = RemovedRule.objects.get()
    assert (removed.kind, removed.user_id, removed.values["hours"]) == (
        "term",
        int(staff.session["_auth_user_id"]),
        72,
    )
    assert "72 ч" in staff.get(TERMS).content.decode()
    assert drop(staff, "hold-term", made.pk).status_code == 404


def test_a_term_is_put_back_once(world, desk, staff):
    drop(staff, "hold-term", term().pk)

    put_back(staff)
    again = put_back(staff)

    assert HoldTerm.objects.get().payment_kind == "prepayment"
    assert RemovedRule.objects.get().restored_by_id == int(staff.session["_auth_user_id"])
    assert [str(m) for m in again.context["messages"]] == [_("It was put back already.")]


def test_another_term_in_its_place_stays(world, desk, staff):
    drop(staff, "hold-term", term().pk)
    HoldTerm.objects.create(order_status="placed", payment_kind="prepayment", hours=5)

    page = put_back(staff)

    assert HoldTerm.objects.get().hours == 5
    assert RemovedRule.objects.get().restored_at is None
    assert "На её месте" in page.content.decode()


def test_a_rule_of_what_is_seen_comes_back_with_its_bounds_and_warehouses(world, desk, staff):
    made = policy(world)
    was = world.context()
    drop(staff, "stock-policy", made.pk)
    assert world.context().stock_precision == "exact"

    put_back(staff)

    found = StockPolicy.objects.get()
    assert (found.few_below, found.many_from) == (Decimal("5.5"), 100)
    assert world.context() == was


def test_it_says_what_buyers_see_then(world, desk, staff):
    made = policy(world)
    address = reverse("dashboard:stock-policy-remove", args=[made.pk])

    alone = staff.get(address).content.decode()
    StockPolicy.objects.create(role="buyer", precision="presence")
    StockPolicy.objects.create(role="head", precision="exact")
    after = staff.get(address).content.decode()

    assert "видят точные остатки" in alone
    assert "видят только, есть товар или нет" in after


def test_without_one_of_its_warehouses_or_its_region_it_is_not_put_back(world, desk, staff):
    drop(staff, "stock-policy", policy(world).pk)
    RemovedRule.objects.update(values=RemovedRule.objects.get().values | {"warehouses": [10**9]})

    put_back(staff)

    assert not StockPolicy.objects.exists()
    region = Region.objects.create(name="Омск")
    drop(staff, "stock-policy", StockPolicy.objects.create(region=region).pk)
    region.delete()
    page = put_back(staff)
    assert not StockPolicy.objects.exists()
    assert "больше нет" in page.content.decode()


def test_the_pages_cost_the_same_with_many_deleted(
    world, desk, staff, django_assert_max_num_queries
):
    drop(staff, "stock-policy", policy(world).pk)
    for _number in range(12):
        RemovedRule.objects.create(kind="policy", values=RemovedRule.objects.last().values)

    with django_assert_max_num_queries(14):
        page = staff.get(SEEN)

    assert page.content.decode().count("Вернуть") >= 12
