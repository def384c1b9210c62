"""A buyer in front of the pages, for tests that go from a file of 1C to an order and back."""

import re
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client

from b2b_apps.companies.models import Counterparty, Employee, Membership
from b2b_apps.companies.roles import Role

PASSWORD = "correct-horse-battery"


@dataclass
class Buyer:
    """A person of a company: he signs in, and every page he asks for must answer."""

    client: Client

    def page(self, path: str, **query: str) -> str:
        answer = self.client.get(path, query, follow=True)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def words(self, path: str, **query: str) -> str:
        """What is read on a page: without tags, spaces made one."""
        return words_of(self.page(path, **query))

    def take(self, product: Any, quantity: int) -> None:
        """Put a product into the basket as the field beside it does."""
        answer = self.client.post("/basket/set/", {"product": product.pk, "quantity": quantity})
        assert answer.status_code == 302, answer.content.decode()

    def order(self) -> Any:
        """Check out with what the page suggests, and return the order of the thank-you page."""
        answer = self.client.post("/checkout/", shown(self.page("/checkout/")), follow=True)
        number = re.search(r"/checkout/thank-you/([^/]+)/", answer.redirect_chain[-1][0])
        assert number, words_of(answer.content.decode())
        return apps.get_model("order", "Order").objects.get(number=number[1])


def words_of(html: str) -> str:
    text = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>|</?(?!span class=.kop)[^>]*>", " ", html)
    text = re.sub(r"<[^>]*>", "", text).replace("&nbsp;", " ").replace("&quot;", '"')
    return " ".join(text.replace("&#x27;", "'").split())


def shown(page: str) -> dict[str, str]:
    """Return the fields of the checkout as a browser would send them, the Send button pressed."""
    fields = dict(re.findall(r'name="(basket|offer|date-[\d-]+)"[^>]*?\svalue="([^"]*)"', page))
    fields |= dict.fromkeys(re.findall(r'name="(method-[\d-]+)"', page), "delivery")
    fields["consignee"] = re.search(r'<option\s+value="(\w+)"\s+selected', page)[1]
    fields["contact_person"] = "Руслан Дьяков"
    fields["contact_phone"] = "+7 918 000-00-00"
    return fields | {"send": "1"}


def buyer_of(company: Counterparty) -> Buyer:
    """Make an account for a company that 1C sent, and sign it in."""
    user = get_user_model().objects.create_user("buyer", "buyer@buyers.example", PASSWORD)
    employee = Employee.objects.create(user=user, phone="+7 918 000-00-00")
    Membership.objects.create(employee=employee, counterparty=company, role=Role.BUYER)
    client = Client(headers={"accept-language": "ru"})
    client.force_login(user)
    return Buyer(client)
