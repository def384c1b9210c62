"""What 1C's buttons do: send the catalogue, take orders, send them back, send stock and debts."""

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from b2b_apps.sync1c.simulator.base import CONFIRMED, Infobase, goods_of
from b2b_apps.sync1c.simulator.checks import RefusedError
from b2b_apps.sync1c.simulator.client import Client, File, SiteError
from b2b_apps.sync1c.simulator.debts import debts_file, with_debts
from b2b_apps.sync1c.simulator.life import advance, documents_back
from b2b_apps.sync1c.simulator.stock import stock_file


def push(base: Infobase, client: Client, *, full: bool = False) -> None:
    """Send the catalogue: client a in a session for each file, client b all in one.

    Pictures go with the first file that refers to them, and once; ``full`` sends them all again
    and lets client b end its exchange with deactivate and complete.
    """
    files = base.catalogue()
    if not files:
        raise SiteError(f"Нечего выгружать: в {base.folder / 'catalogue'} нет файлов")
    if full:
        base.sent_pictures.clear()
    broken = files[-1] if "break-xml" in client.node.faults else None
    if client.node.client == "a":
        for file in files:
            _send(base, client, [file], broken)
    else:
        _send(base, client, files, broken)
        if full:
            client.finish()
    # The files hold stock before anybody reserved it.
    base.stale |= goods_of(
        o for o in base.orders.values() if o.step >= CONFIRMED and not o.is_cancelled
    )
    base.save()


def _send(base: Infobase, client: Client, files: list[Path], broken: Path | None) -> None:
    """One session with these files and the pictures they need."""
    names: dict[str, None] = {}
    sent: list[File] = []
    for file in files:
        data = with_debts(base, file, local_now())
        sent.append((file.name, data[: len(data) // 2] if file == broken else data))
        names |= dict.fromkeys(base.pictures_of(file))
    sent += [(name, (base.folder / name).read_bytes()) for name in names]
    client.session("catalog", sent, [file.name for file in files])
    base.sent_pictures |= set(names)
    base.save()


def take_orders(base: Infobase, client: Client) -> None:
    """Take the site's orders and acknowledge them.

    1C writes the good ones, but does not acknowledge anything if one of them is bad.
    """
    try:
        taken = base.take(client.orders(), client=client.node.client)
    except RefusedError as error:
        raise SiteError(str(error)) from error
    for number in taken.new:
        client.say(f"заказ {number} загружен")
    for number in taken.updated:
        client.say(f"заказ {number} получен снова")
    if taken.errors:
        raise SiteError("Загружены не все заказы\n" + "\n".join(taken.errors))
    client.acknowledge()


def give_back(base: Infobase, client: Client, now: datetime, *, encoding: str = "utf-8") -> None:
    """Move orders a step on and send them back."""
    orders = advance(base, now)
    base.save()
    if not orders:
        return
    body = documents_back(orders, client=client.node.client, now=now, encoding=encoding)
    name = f"{'documents_' if client.node.client == 'b' else 'orders-'}{uuid4()}_1.xml"
    client.session("sale", [(name, body)], [name])
    for order in orders:
        order.is_told = True
        client.say(f"заказ {order.number}: шаг {order.step} из 4")
    base.save()


def send_stock(base: Infobase, client: Client, now: datetime) -> None:
    """Send the stock of goods whose reserves changed since the last time."""
    body = stock_file(base, now)
    if body is not None:
        client.session("catalog", [("offers0_1.xml", body)], ["offers0_1.xml"])
    base.stale.clear()
    base.save()


def send_debts(base: Infobase, client: Client, now: datetime) -> None:
    """Send the debts that moved since the last time, and all of them once a day."""
    body = debts_file(base, now)
    if body is not None:
        client.session("catalog", [("contragents.xml", body)], ["contragents.xml"])
        base.save()


def local_now() -> datetime:
    """Return the time on 1C's clock, which knows no time zones."""
    return datetime.now()  # noqa: DTZ005
