"""Mail through the outbox: written with what caused it, sent by a worker, once."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from b2b_apps.core.outbox import outbox_handler, outbox_put

TOPIC = "mail"


def mail_put(
    *, key: str, to: str, template: str, context: Mapping[str, Any], language: str = ""
) -> None:
    """Write a mail into the outbox of the current transaction; the same key is the same mail.

    ``template`` is a text under ``templates/emails/``: the first line is the subject. It is in
    ``language``, else the portal's, and rendered now, so the mail tells what was so when it was
    decided. Nobody to write to: nothing is written. One query.
    """
    if not to:
        return
    with translation.override(language or settings.LANGUAGE_CODE):
        subject, _newline, body = render_to_string(f"emails/{template}", dict(context)).partition(
            "\n"
        )
    # A name that a person typed may hold a line break of its own; no subject is sent with one.
    subject = " ".join(subject.split())
    payload = {"key": key, "to": to, "subject": subject, "body": body.strip() + "\n"}
    outbox_put(topic=TOPIC, key=_short(f"{TOPIC}:{key}:{to}"), payload=payload)


@outbox_handler(TOPIC)
def mail_send(payload: dict[str, Any]) -> None:
    """Send one mail. Should it be sent twice, both have one Message-ID and count as one."""
    name = hashlib.blake2b(f"{payload['key']}:{payload['to']}".encode(), digest_size=16)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    EmailMessage(
        payload["subject"],
        payload["body"],
        to=[payload["to"]],
        headers={"Message-ID": f"<{name.hexdigest()}@{domain}>"},
    ).send()


def _short(key: str) -> str:
    """A key of the outbox's length: a long one ends in its hash."""
    if len(key) <= 128:
        return key
    return f"{key[:90]}:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"
