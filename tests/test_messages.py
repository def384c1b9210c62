"""Every text has its Russian."""

from scripts.messages import PO, Message, gathered, in_template, read_po


def test_every_text_of_code_and_templates_has_a_russian_translation():
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="ru")

    missing = [
        f"{message.msgid} in {sorted(places)}"
        for message, places in gathered().items()
        if not (known := catalogue.get(message.msgid, message.context))
        or not (all(known.string) if isinstance(known.string, tuple) else known.string)
    ]

    assert missing == []


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
