"""Theme and density: cookies, and nothing but known values."""

from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from b2b_apps.storefront import urls as shell

urlpatterns = [path("", include(shell))]
ONLY_THE_SHELL = override_settings(
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
)


@ONLY_THE_SHELL
def test_a_choice_is_kept_in_a_cookie_and_the_person_returns_where_he_was():
    answer = Client().post("/appearance/", {"theme": "dark", "next": "/catalogue/?page=2"})

    assert answer.status_code == 302
    assert answer["Location"] == "/catalogue/?page=2"
    assert answer.cookies["theme"].value == "dark"
    assert answer.cookies["theme"]["httponly"] is True
    assert answer.cookies["theme"]["samesite"] == "Lax"


@ONLY_THE_SHELL
def test_a_strange_value_or_address_changes_nothing():
    answer = Client().post("/appearance/", {"theme": "pink", "next": "https://evil.example/"})

    assert answer["Location"] == "/"
    assert not answer.cookies


@ONLY_THE_SHELL
def test_a_script_gets_no_page():
    answer = Client().post(
        "/appearance/", {"density": "compact"}, headers={"X-Requested-With": "fetch"}
    )

    assert answer.status_code == 204
    assert answer.cookies["density"].value == "compact"


@ONLY_THE_SHELL
def test_the_address_cannot_be_visited_or_forged():
    assert Client().get("/appearance/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/appearance/").status_code == 403


def test_html_carries_the_known_cookies_only():
    request = RequestFactory().get("/")
    request.COOKIES = {"theme": "dark", "density": '"><b>', "side": "narrow", "other": "x"}

    html = Template("{% load ledger %}{% appearance_attrs %}").render(Context({"request": request}))

    assert html == 'data-density="normal" data-side="narrow" data-theme="dark"'
