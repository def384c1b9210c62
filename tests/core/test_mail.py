"""Mail goes through the outbox: the same key is the same mail."""

import pytest
from django.core import mail
from django.db import transaction

from b2b_apps.core.mail import mail_put, mail_send
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver

pytestmark = pytest.mark.django_db
TEXT = {"order": {"number": "26-1", "counterparty": {"name": "ООО «A & B»"}}, "holds": []}


def put(key="k", to="a@example.ru"):
    mail_put(key=key, to=to, template="order_lost_stock_manager.txt", context=TEXT)


def test_the_same_key_is_sent_once_and_another_person_gets_his_own():
    put()
    put()
    put(to="b@example.ru")

    outbox_deliver()

    assert [message.to for message in mail.outbox] == [["a@example.ru"], ["b@example.ru"]]


def test_the_first_line_is_the_subject_and_nothing_is_escaped():
    put()
    outbox_deliver()

    (message,) = mail.outbox
    assert "26-1" in message.subject
    assert "ООО «A & B»" in message.subject
    assert "\n" not in message.subject
    assert message.subject not in message.body


def test_a_line_break_that_somebody_typed_makes_no_header():
    name = "ООО «A»\rBcc: thief@example.ru"
    order = {"number": "26-1", "counterparty": {"name": name}}
    template = "order_lost_stock_manager.txt"
    mail_put(key="k", to="a@example.ru", template=template, context={"order": order, "holds": []})

    outbox_deliver()

    (message,) = mail.outbox
    assert "ООО «A» Bcc: thief@example.ru" in message.subject
    assert message.recipients() == ["a@example.ru"]


def test_a_mail_sent_twice_has_one_message_id():
    put()
    payload = OutboxMessage.objects.get().payload

    mail_send(payload)
    mail_send(payload)

    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


def test_nobody_to_write_to_is_no_mail():
    put(to="")

    assert not OutboxMessage.objects.exists()


def test_what_was_rolled_back_is_not_sent():
    with transaction.atomic():
        put()
        transaction.set_rollback(True)

    assert outbox_deliver() == 0


def test_a_long_key_still_fits_and_still_tells_mails_apart():
    put(key="x" * 200)
    put(key="x" * 200)
    put(key="x" * 201)

    assert OutboxMessage.objects.count() == 2
