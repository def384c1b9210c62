"""Renders hostile documents in a process of its own and reports what Python opened meanwhile.

An audit hook cannot be taken off again, therefore the process. Reads {"kind", "content"} from
stdin; writes {"opened", "connected", "pdf"} to stdout. Kinds: ``text`` puts the content into
every field of an invoice, ``html`` renders it as the page itself, ``unguarded`` does the same
with WeasyPrint's own fetcher, to show that the attack is one.
"""

import base64
import json
import sys
from pathlib import Path

import django
import weasyprint
from django.conf import settings

PROJECT = Path(__file__).resolve().parents[2]
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request")


def main() -> None:
    settings.configure(
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [PROJECT / "templates"],
            }
        ]
    )
    django.setup()
    from b2b_apps.documents.invoice import invoice_pdf
    from b2b_apps.documents.pdf import html_to_pdf
    from tests.documents.invoices import invoice_of, with_text_everywhere

    task = json.load(sys.stdin)
    render = {
        "text": lambda content: invoice_pdf(with_text_everywhere(content)),
        "html": html_to_pdf,
        "unguarded": lambda content: weasyprint.HTML(string=content).write_pdf(),
    }[task["kind"]]
    # Modules, templates and our own files are read now, so that what follows is the attack's.
    invoice_pdf(invoice_of())
    opened: list[str] = []
    connected: list[str] = []

    def watch(event: str, arguments: tuple) -> None:
        if event == "open":
            opened.append(str(arguments[0]))
        elif event in NETWORK:
            connected.append(f"{event} {arguments[-1]}")

    sys.addaudithook(watch)
    pdf = render(task["content"])
    report = {"opened": list(opened), "connected": list(connected)}
    json.dump({**report, "pdf": base64.b64encode(pdf).decode()}, sys.stdout)


if __name__ == "__main__":
    main()
