"""Odd values in every address, query and form, as a stranger, a buyer and staff: never a 5xx.

Deterministic: what is sent follows from the name of the address; ``FUZZ_SEED`` sends other things.
"""

import os
from random import Random
from urllib.parse import quote, urlencode

import pytest
from django.urls import NoReverseMatch, reverse

from tests.fuzz.values import ODD, known_names, odd_pairs, odd_query
from tests.isolation.declared import STAFF, URLS
from tests.isolation.forms import Fields
from tests.isolation.town import undone

FORM = "application/x-www-form-urlencoded"
NUM_QUERIES, NUM_FORMS, NUM_PATHS = 4, 8, 6
HEADERS = ("HX-Current-URL", "HX-Target", "X-Contract", "Accept-Language", "Referer", "Range")
SEED = os.environ.get("FUZZ_SEED", "")
DEEP = b"[" * 20_000 + b"]" * 20_000
BODIES = (
    (DEEP, "application/json"),
    (b'{"a": NaN, "a": 1e999, "b": "\\ud800"}', "application/json"),
    (b"\xff\xfe\x00x=1", FORM),
    (b"a=1&" * 3000, FORM),
    (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1", "multipart/form-data; boundary=x"),
    (b"", "multipart/form-data"),
    (b"x=1", "text/plain; charset=utf-7"),
)  # fmt: skip


def persons_of(declared):
    return ("anonymous", "manager") if declared.audience == STAFF else ("anonymous", "buyer")


def encoded(pairs):
    return urlencode(pairs, encoding="utf-8", errors="surrogatepass")


def address_of(name, declared, town, company="own"):
    arguments = declared.arguments(town.world, town.owned[company]) if declared.arguments else None
    return reverse(name, kwargs=arguments), arguments


def paths_of(random, name, arguments):
    """The address with odd arguments, those that it takes."""
    for _place in range(NUM_PATHS if arguments else 0):
        changed = dict(arguments)
        changed[random.choice(list(changed))] = random.choice((*ODD, 2**63, 10**18, 0))
        try:
            yield reverse(name, kwargs=changed)
        except (NoReverseMatch, UnicodeEncodeError):
            continue


def forms_of(client, url):
    """The fields that are sent to an address by the forms of its own page and of the basket's."""
    found = []
    for page in (url, "/basket/", "/checkout/"):
        answer = client.get(page)
        if answer.status_code == 200 and not answer.streaming:
            forms = Fields(answer.content.decode("utf-8", "replace"), page).forms
            found += forms.get(url, [])
    return found


def asks_of(random, name, declared, client, url, arguments):
    """Yield (method, address, body, content type, headers)."""
    for place in range(NUM_QUERIES):
        headers = {"HX-Request": "true"} if place % 2 else {}
        yield "GET", f"{url}?{encoded(odd_query(random))}", b"", FORM, headers
    for path in paths_of(random, name, arguments):
        yield "GET", path, b"", FORM, {}
        yield "POST", path, b"", FORM, {}
    if "POST" in declared.methods:
        fields = forms_of(client, url)
        for place in range(NUM_FORMS):
            headers = {"HX-Request": "true"} if place % 2 else {}
            pairs = odd_pairs(random, fields) if place % 4 else odd_query(random)
            yield "POST", url, encoded(pairs).encode(), FORM, headers
        body, kind = random.choice(BODIES)
        yield "POST", url, body, kind, {}


@pytest.mark.parametrize("name", sorted(URLS))
def test_nothing_odd_makes_a_fault(town, name):
    declared, faults = URLS[name], []
    for person in persons_of(declared):
        random = Random(f"{SEED}{name} {person}")
        client = town.client(person)
        with undone():
            url, arguments = address_of(name, declared, town)
            for method, target, body, kind, headers in asks_of(
                random, name, declared, client, url, arguments
            ):
                with undone():
                    answer = town.client(person).generic(
                        method, target, body, content_type=kind, headers=headers
                    )
                    if answer.streaming:
                        b"".join(answer.streaming_content)
                if answer.status_code >= 500:
                    faults.append(f"{person} {method} {target[:300]} {body[:600]!r} {kind}")

    assert faults == []


def test_a_deep_or_broken_body_is_no_fault_anywhere(town):
    faults = []
    for name, declared in sorted(URLS.items()):
        if "POST" not in declared.methods:
            continue
        person = persons_of(declared)[1]
        for body, kind in BODIES[:1]:
            with undone():
                url, _arguments = address_of(name, declared, town)
                answer = town.client(person).generic("POST", url, body, content_type=kind)
            if answer.status_code >= 500:
                faults.append(f"{person} {name} {kind} {body[:20]!r}")

    assert faults == []


def test_odd_headers_and_cookies_are_no_fault(town):
    faults = []
    sound = [v for v in ODD if v.isascii() and v.isprintable() and len(v) < 500]
    for value in Random("headers").sample(sound, 8):
        for header in HEADERS:
            with undone():
                answer = town.client("buyer").get(
                    "/basket/", headers={"HX-Request": "true", header: value}
                )
            if answer.status_code >= 500:
                faults.append((header, value))
    for cookie in ("sessionid", "messages", "csrftoken", "language", "django_language"):
        client = town.client("anonymous")
        client.cookies[cookie] = quote("\udc80\x01" * 3, errors="surrogatepass")
        if client.get("/accounts/login/").status_code >= 500:
            faults.append((cookie,))

    assert faults == []


def test_the_names_of_fields_are_found():
    assert {"quantity", "lines", "contract", "consignee", "price_from", "page", "hours"} <= set(
        known_names()
    )
