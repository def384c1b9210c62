"""What the modules of the matrix share: everybody's asks of one URL, and what is wrong with the
answers.
"""

from urllib.parse import urlencode

from django.urls import reverse

from tests.isolation.declared import EVERYONE, STAFF, URLS
from tests.isolation.records import OWNERS
from tests.isolation.town import digest, undone, writes

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
WRITES = ("POST", "PUT", "PATCH", "DELETE")
REFUSED = {302, 403, 404, 405}
SEES = {
    "anonymous": set(),
    "buyer": {"own"},
    "head": {"own", "sister"},
    "accountant": {"own"},
    "clerk": {"own"},
    "sister": {"sister"},
    "stranger": {"stranger"},
    "manager": set(),
    "editor": set(),
}
STAFF_PERSONS = {"manager", "editor"}
# Of the stranger's own price list; nobody else may ever see it.
FOREIGN_PRICE = ("61,7791", "61.7791")


def faults(town, name):
    """All methods × all persons × own, sister's and stranger's objects, in the URL and the body."""
    declared = URLS[name]
    found = []
    with undone():
        urls = urls_of(town, declared, name)
        for person in SEES:
            for company, method in asks_of(declared):
                with undone(), writes() as written:
                    answer = asked(town, company, urls[company], person, method)
                    wrong = list(faults_of(town.world, declared, person, company, method, answer))
                    if method in WRITES and written:
                        wrong += changed(town, declared, person)
                found += [f"{person} {method} {name} ({company}): {fault}" for fault in wrong]
    return found


def urls_of(town, declared, name):
    """The URL of each company's object, which is made here: what an ask writes is told apart."""
    arguments = declared.arguments or (lambda world, owned: None)
    return {
        company: reverse(name, kwargs=arguments(town.world, owned))
        for company, owned in town.owned.items()
    }


def asks_of(declared):
    """Yield (company, method): whose object the URL names, or whose ids the body carries."""
    for company in OWNERS:
        for method in METHODS:
            # Without an object in the URL only a body tells companies apart.
            if company == "own" or declared.arguments or method in WRITES:
                yield company, method


def asked(town, company, url, person, method):
    """Ask as a person who has just signed in."""
    return town.client(person).generic(
        method,
        url,
        body_of(town, company, url) if method in WRITES else "",
        content_type="application/x-www-form-urlencoded",
    )


def changed(town, declared, person):
    """Yield the companies whose rows a person has changed without acting for them."""
    if is_staff_page(declared, person):
        return
    for company in OWNERS:
        if company not in SEES[person] and digest(company) != town.digests[company]:
            yield f"changed what is of {company}"


def faults_of(world, declared, person, company, method, answer):
    """Yield what is wrong with an answer. A role's 403 tells nothing of the object."""
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if method == "OPTIONS":
        return
    if method not in declared.methods and answer.status_code not in REFUSED:
        yield f"{answer.status_code} for a method that is not declared"
    is_foreign = declared.of_company and company not in SEES[person]
    if is_foreign and answer.status_code not in REFUSED:
        yield f"{answer.status_code} for a foreign object"
    if is_foreign and answer.status_code == 302 and "/accounts/login/" not in answer["Location"]:
        yield f"led to {answer['Location']}"
    is_shut = (declared.audience == STAFF and person not in STAFF_PERSONS) or (
        declared.audience != EVERYONE and person == "anonymous"
    )
    if is_shut and answer.status_code not in REFUSED:
        yield f"{answer.status_code} where this person has no business"
    if not is_staff_page(declared, person):
        yield from leaks(world, person, answer)


def is_staff_page(declared, person):
    return declared.audience == STAFF and person in STAFF_PERSONS


def leaks(world, person, answer):
    """Yield canaries of companies that the person does not act for, in body or headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", "replace") + repr(dict(answer.headers))
    for company, canary in world.canaries.items():
        if company not in SEES[person] and canary in text:
            yield f"shows the canary of {company}"
    if person != "stranger" and any(price in text for price in FOREIGN_PRICE):
        yield "shows the stranger's price"


def body_of(town, company, url):
    """The form that a company's own page would send there, with its real ids; and beside it every
    other name under which our views know objects of a company.
    """
    shown = town.forms[company].get(url, [])
    names = {name for name, _value in shown}
    more = [(n, v) for n, v in foreign_ids(town.owned[company]).items() if n not in names]
    return urlencode([*shown, *more])


def foreign_ids(owned):
    """Names that forms give to objects of a company, with its own."""
    line = owned.basket_line_id
    return {
        "contract": owned.contract_id, "consignee": owned.consignee_id,
        "line": line, "lines": line, "only": line, "accept": line,
        f"q-{line}": 7, "quantity": 7, "comment": "x", "basket": owned.basket_id,
        "number": owned.order_number, "order": owned.order_number, "hold": owned.reserve_id,
        "hours": 24, "reason": "x",
        "counterparty": owned.counterparty_id, "employee": owned.employee_id,
    }  # fmt: skip
