"""What is always the same in a template of Jinja is written out when it is compiled."""

import pytest
from django.utils.safestring import SafeString
from django.utils.translation import override
from jinja2 import ChainableUndefined, DictLoader, Environment
from markupsafe import Markup

from b2b_apps.storefront.cells import environment
from b2b_apps.storefront.folding import FoldingEnvironment, text


def made(source, language="ru", **constant):
    found = FoldingEnvironment(loader=DictLoader({"a": source}), autoescape=True)
    found.constant, found.language = {"_": text, **constant}, language
    return found


def counted(log):
    def icon(name, size=""):
        log.append(name)
        return Markup(f"<svg {name}{size}>")

    return icon


def test_a_text_is_looked_up_once_in_the_language_of_the_environment():
    with override("en"):
        template = made('{{ _("Close") }}').get_template("a")

    with override("en"):
        assert template.render() == "Закрыть"
    assert made('{{ _("Close") }}', "en").get_template("a").render() == "Close"


def test_constants_are_made_once_and_values_each_time():
    log = []
    source = "{% for n in row %}{{ icon('x') }}{{ icon('y', '14') }}{{ icon(n) }}{% endfor %}"
    environment_ = made(source, icon=counted(log))
    environment_.globals["icon"] = counted(log)

    shown = environment_.get_template("a").render(row=["a", "<b>"])

    assert shown == "<svg x><svg y14><svg a><svg x><svg y14><svg <b>>"
    assert sorted(log) == ["<b>", "a", "x", "y"]


def test_an_address_is_escaped_and_a_text_with_signs_is_not():
    environment_ = made("{{ url('a') }} {{ _('<b>100%%</b>') }}", url=lambda name: f"/{name}?x&y")

    assert environment_.get_template("a").render() == "/a?x&amp;y <b>100%</b>"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_of_two_languages_do_not_mix(language):
    with override("en" if language == "ru" else "ru"):
        template = environment(language).get_template("b2b/storefront/shell/overlays.jinja")

    assert ("Нет" if language == "ru" else "No") in template.render()


def test_macros_parts_and_values_are_written_as_jinja_itself_writes_them():
    source = (
        "{% macro cell(text, size=1) %}<b>{{ text }}</b>{{ size }}{% endmacro %}"
        "{{ cell('<i>' ~ name, size=2) }}{{ safe }}{{ django }}{{ name }}"
        "{{ none }}{{ 1.5 }}{{ gone }}"
        "{% call(n) wrapped() %}{{ n }}{% endcall %}{{ shout(*[name]) }}{{ ngettext('x', 'y', 2) }}"
    )
    values = {"name": "A&B", "safe": Markup("<u>&amp;</u>"), "django": SafeString("<s>")}
    shown = []
    for kind in (FoldingEnvironment, Environment):
        environment_ = kind(
            autoescape=True, undefined=ChainableUndefined, extensions=["jinja2.ext.i18n"]
        )
        environment_.install_null_translations(newstyle=True)
        environment_.globals.update(shout=str.lower, wrapped=lambda caller: caller("<n>"))
        shown.append(environment_.from_string(source).render(values))

    assert shown[0] == shown[1]
    assert "<b>&lt;i&gt;A&amp;B</b>2<u>&amp;</u><s>A&amp;B" in shown[0]


def test_an_included_template_has_the_values_around_it_and_is_escaped():
    sources = {
        "a": "{% macro m() %}{% set n = 3 %}{% include 'row' %}{% endmacro %}"
        "{% set b = '<' %}{% for n in rows %}{% include 'row' %}{% endfor %}{{ m() }}",
        "row": "[{{ n }}{{ b }}{{ given }}]",
    }
    lean = FoldingEnvironment(loader=DictLoader(sources), autoescape=True)
    plain = Environment(loader=DictLoader(sources), autoescape=True)

    found = lean.get_template("a").render(rows=[1, 2], given="&")

    assert found == plain.get_template("a").render(rows=[1, 2], given="&")
    assert found.startswith("[1&lt;&amp;][2&lt;&amp;]")
