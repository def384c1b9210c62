"""What no page of ours sends is refused in plain words, and never an error of the server."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from b2b_apps.config.wsgi import application

FORM = "application/x-www-form-urlencoded"
NUL_PATHS = ["/orders/%00/", "/orders/?q=a%00b", "/checkout/thank-you/a%00b/", "/%00"]


@pytest.fixture
def buyer(world):
    client = Client(raise_request_exception=False)
    client.force_login(world.people["buyer"])
    return client


@pytest.mark.parametrize("path", NUL_PATHS)
def test_a_nul_in_an_address_is_400(buyer, path):
    answer = buyer.get(path)

    assert answer.status_code == 400
    assert "Cache-Control" in answer.headers


@pytest.mark.parametrize("url", ["/basket/add/", "/accounts/login/", "/basket/set-many/"])
@pytest.mark.parametrize(
    "form", [{"lines": "a\0b"}, {"a\0": "b"}, {"username": "\0", "lines": ["x", "\0"]}]
)
def test_a_nul_in_a_form_is_400(buyer, url, form):
    assert buyer.post(url, form).status_code == 400


def test_a_nul_in_a_cookie_is_400(db):
    client = Client(raise_request_exception=False)
    client.cookies.load('sessionid="a\\000b"')

    assert client.get("/accounts/login/").status_code == 400


@pytest.mark.parametrize("charset", ["rot13", "hex", "utf-7", "base64", "no-such", "utf-16"])
@pytest.mark.parametrize("url", ["/accounts/login/", "/basket/add/", "/exchange/1c/"])
def test_an_odd_encoding_is_400(buyer, url, charset):
    answer = buyer.generic("POST", url, b"lines=a", f"{FORM}; charset={charset}")

    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["rot13", "hex", "no-such", "utf-8"])
def test_an_odd_encoding_is_no_error_before_any_middleware_either(db, charset):
    environ = RequestFactory().generic("POST", "/exchange/1c/?type=a", b"", "text/xml").environ
    begun = []

    application(
        environ | {"CONTENT_TYPE": f"text/xml; charset={charset}"},
        lambda status, headers: begun.append(status[:3]),
    ).close()

    assert begun == ["200" if charset == "utf-8" else "400"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "windows-1251"])
def test_our_encodings_are_taken(db, charset):
    url = "/exchange/1c/?type=catalog&mode=checkauth"
    answer = Client().generic("POST", url, b"", f"text/xml; charset={charset}")

    assert answer.content.startswith(b"failure")


def test_a_body_above_the_limit_is_refused_unread(buyer, settings):
    settings.REQUEST_BODY_LIMIT = 100

    assert buyer.post("/basket/add/", {"lines": "a" * 200}).status_code == 413
    assert buyer.post("/basket/add/", {"lines": "a"}, content_type=FORM).status_code == 302


def test_the_exchange_takes_more_than_a_form(db, settings):
    settings.REQUEST_BODY_LIMIT = 100
    url = "/exchange/1c/?type=catalog&mode=file&filename=a.xml"

    answer = Client().post(url, b"x" * 5000, content_type="application/octet-stream")

    assert answer.content.startswith(b"failure")


@pytest.mark.parametrize("url", ["/basket/add/", "/accounts/login/", "/appearance/"])
def test_a_file_that_no_form_asks_for_is_400(buyer, url):
    answer = buyer.post(url, {"lines": "a", "file": SimpleUploadedFile("a.txt", b"x" * 100)})

    assert answer.status_code == 400


def test_a_file_is_taken_where_a_form_has_a_field_for_it(buyer, settings):
    settings.UPLOAD_PATHS = [r"/basket/add/$"]

    answer = buyer.post("/basket/add/", {"lines": "a", "file": SimpleUploadedFile("a.txt", b"x")})

    assert answer.status_code == 302


def test_a_static_file_that_is_not_there_shows_no_person(buyer, world):
    answer = buyer.get("/static/no-such.css")

    assert answer.status_code == 404
    assert answer.content == b"Not found\n"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["a" * 300, "a/" * 3000, "%ED%A0%80"])
def test_a_picture_of_an_impossible_name_is_404(buyer, path):
    assert buyer.get(f"/media/{path}").status_code == 404
