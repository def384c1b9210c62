"""Ready accounts of the demo, for its sign-in page and the command line."""

import json
from functools import cache
from typing import Any, TypedDict

from django.conf import settings

PEOPLE = settings.BASE_DIR / "fixtures" / "people.json"


class DemoAccount(TypedDict):
    """Who can sign in to the demo."""

    name: str
    role: str
    company: str
    counterparties: list[str]
    email: str
    password: str


def demo_accounts() -> list[DemoAccount]:
    """Return the demo's accounts, the first to try first; an empty list outside the demo."""
    return _accounts() if settings.IS_DEMO else []


@cache
def _accounts() -> list[DemoAccount]:
    people = json.loads(PEOPLE.read_text())
    return [
        _account(person, group)
        for group in ("employees", "managers", "staff")
        for person in people[group]
    ]


def _account(person: dict[str, Any], group: str) -> DemoAccount:
    companies = [m["counterparty_name"] for m in person.get("memberships", ())]
    return {
        "name": person["name"],
        "role": person.get("position") or group,
        "company": companies[0] if companies else "",
        "counterparties": companies,
        "email": person["email"],
        "password": person["password"],
    }
