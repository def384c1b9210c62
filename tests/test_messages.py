"""Every text has its Russian."""

from scripts.messages import Message, gathered, in_template, untranslated, wordlists


def test_every_text_of_code_and_templates_has_a_russian_translation():
    assert untranslated() == []


def test_a_text_has_one_russian_whichever_wordlist_names_it():
    known: dict = {}
    for entry in wordlists():
        known.setdefault(entry.msgid, {})[entry.string] = entry.file

    assert {text: files for text, files in known.items() if len(files) > 1} == {}


def test_a_text_with_a_context_is_not_used_for_the_wordlists_know_none():
    assert [message for message in gathered() if message.context] == []


def test_the_gatherer_sees_each_form_of_a_text_in_a_template():
    source = (
        "{% load i18n %}{% translate 'One' %}{% blocktranslate with a=b %}Two {{ a }}"
        "{% endblocktranslate %}<i title=\"{% translate 'Three' %}\">{{ _('Four') }}"
        "{% blocktranslate count n=x %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )

    assert set(in_template(source)) == {
        Message("One", None),
        Message("Two %(a)s", None),
        Message("Three", None),
        Message("Four", None),
        Message(("%(n)s row", "%(n)s rows"), None),
    }
