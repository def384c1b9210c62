"""A company that approves its orders: departments, budgets, rules; requests as people make them."""

from decimal import Decimal

from django_scopes import scopes_disabled

from b2b_apps.approvals.models import (
    ApprovalRequest,
    ApprovalRule,
    Budget,
    Department,
    DepartmentMember,
)
from b2b_apps.approvals.selectors import request_now
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.companies.selectors import memberships_of, read_context_of
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set

BY_HEAD = [{"mode": "any", "approvers": [{"kind": "role", "role": "head"}]}]


class Office:
    """The own company of the world, with what a test sets up for it."""

    def __init__(self, world):
        self.world = world
        self.company = world.companies["own"]
        with scopes_disabled():
            type(self.company).objects.filter(pk=self.company.pk).update(uses_approvals=True)

    def employee(self, person):
        return self.world.people[person].employee

    def reader(self, person):
        user_id = self.world.people[person].pk
        return read_context_of(user_id=user_id, memberships=memberships_of(user_id=user_id))

    def department(self, name="Участок № 2", head="head", members=("buyer",), **values):
        with scopes_disabled():
            made = Department.objects.create(
                counterparty=self.company,
                name=name,
                head=self.employee(head) if head else None,
                **values,
            )
            for person in members:
                DepartmentMember.objects.create(
                    department=made, counterparty=self.company, employee=self.employee(person)
                )
        return made

    def budget(self, department, amount=1000, name="Материалы", **values):
        with scopes_disabled():
            return Budget.objects.create(
                department=department,
                counterparty=self.company,
                name=name,
                amount=Decimal(amount),
                **values,
            )

    def rule(self, name="Свыше ста рублей", chain=BY_HEAD, **values):
        with scopes_disabled():
            return ApprovalRule.objects.create(
                counterparty=self.company, name=name, chain=chain, **values
            )

    def fill(self, quantity=10, product="lamp", person="buyer"):
        """Put a product into the basket; return (context, basket id, offer)."""
        context = self.world.context(person)
        basket_set(
            context=context,
            product_id=self.world.products[product].pk,
            quantity=Decimal(quantity),
        )
        return self.offered(context)

    def offered(self, context):
        basket = basket_for(context)
        sheet = basket_sheet(context=context, basket=basket)
        return context, basket.pk, offer_token(sheet)

    def send(self, quantity=10, product="lamp", person="buyer", **details):
        """Send a basket for approval; return the request."""
        context, basket_id, offer = self.fill(quantity, product, person)
        return request_submit(
            context=context, basket_id=basket_id, details=OrderDetails(**details), offer=offer
        )

    def offer(self, request):
        """The token of what an approver sees now."""
        with scopes_disabled():
            fresh = ApprovalRequest.objects.select_related("basket").get(pk=request.pk)
            return offer_token(request_now(request=fresh).sheet)

    def fresh(self, request):
        with scopes_disabled():
            return ApprovalRequest.objects.get(pk=request.pk)

    def kinds(self, request):
        """What has happened to a request."""
        with scopes_disabled():
            return list(request.events.values_list("kind", flat=True))
