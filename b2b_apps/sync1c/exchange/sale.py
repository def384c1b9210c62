"""Modes of ``type=sale``: orders out, acknowledged, and what 1C says about them back."""

from pathlib import Path
from xml.sax.saxutils import escape

from django.http import HttpResponse

from b2b_apps.fulfilment.statuses import status_book
from b2b_apps.sync1c.exchange import catalog
from b2b_apps.sync1c.exchange.answers import success, xml
from b2b_apps.sync1c.exchange.call import Call, Mode
from b2b_apps.sync1c.exchange.sessions import session_folder, session_refresh
from b2b_apps.sync1c.exchange.uploads import looks_complete
from b2b_apps.sync1c.models import StatusMapping
from b2b_apps.sync1c.outgoing import orders_acknowledge, orders_offer


def query(call: Call) -> HttpResponse:
    """All orders that wait, as one file; offered again until 1C acknowledges them."""
    body = orders_offer(session=call.session)
    if not call.session.offered:
        # Some clients say no more when there is nothing.
        session_refresh(call.session)
    return xml(body, call.connection.encoding)


def acknowledge(call: Call) -> HttpResponse:
    """1C has what the session's last ``query`` gave out, and nothing else; the session ends."""
    orders_acknowledge(session=call.session)
    session_refresh(call.session)
    return success()


def file(call: Call) -> HttpResponse:
    """A chunk of a file; whole files are imported at once, for older clients never say import."""
    stored = catalog.store(call)
    if isinstance(stored, HttpResponse):
        return stored
    path = session_folder(call.session.pk) / stored.name
    if Path(stored.name).suffix.lower() == ".xml" and looks_complete(path):
        answer = catalog.imported(stored)
        # Still at it: the file is safe here, and the job will end it.
        return success() if answer.content.startswith(b"progress") else answer
    return success()


def info(call: Call) -> HttpResponse:
    """Statuses for the settings dialog of the Bitrix module; the tag begins with a Latin C."""
    book = status_book()
    rows = "".join(
        f"<Элемент><Ид>{value}</Ид><Название>{escape(book.shipment(value).name)}</Название></Элемент>"
        for value in StatusMapping.Meaning.values
        if value
    )
    text = (
        '<?xml version="1.0" encoding="windows-1251"?>\n'
        f"<Справочник><Cтатусы>{rows}</Cтатусы>"
        f"<ПлатежныеСистемы><Элемент><Ид>invoice</Ид><Название>Счёт</Название>"
        "</Элемент></ПлатежныеСистемы></Справочник>"
    )
    return xml(text.encode("cp1251", "xmlcharrefreplace"), "windows-1251")


MODES: dict[str, Mode] = {
    "checkauth": catalog.checkauth,
    "init": catalog.init,
    "query": query,
    "success": acknowledge,
    "file": file,
    "import": catalog.import_file,
    "info": info,
}
