"""Jobs: one at a time, taken up again after a crash, done without a worker, bounded in memory."""

import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import OperationalError
from django.db import connection as database
from django.utils import timezone
from psycopg.errors import DeadlockDetected

from b2b_apps.contracts.models import Contract
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.inventory.models import StockHold
from b2b_apps.sync1c.commerceml import records as r
from b2b_apps.sync1c.importing import runner
from b2b_apps.sync1c.importing.run import ImportRun
from b2b_apps.sync1c.jobs import connection_lock, import_again, imports_run
from b2b_apps.sync1c.models import ExchangeFile, ExchangeProblem, ExchangeSession
from b2b_apps.sync1c.tasks import watchdog
from tests.sync1c.files import file_of, good, goods, offer, package
from tests.sync1c.orders import name_in_1c, place
from tests.sync1c.real_files import FILES
from tests.sync1c.test_import_counterparties import REFERENCES, company


def products():
    return apps.get_model("catalogue", "Product").objects


@pytest.fixture
def no_wait(settings):
    """The web process neither waits nor imports: a worker is meant to."""
    settings.EXCHANGE_HOLD_SECONDS = 0.01


def test_import_answers_progress_until_the_worker_has_done_it(client_1c_a, no_wait, monkeypatch):
    monkeypatch.setattr("b2b_apps.sync1c.exchange.catalog.imports_start", lambda pk: None)

    first = client_1c_a.send("import.xml", file_of(goods(good(1))))
    delivered = outbox_deliver()
    second = client_1c_a.call("catalog", "import", filename="import.xml")

    assert first.startswith("progress\n")
    assert delivered == 1
    assert second.startswith("success\n")
    assert products().count() == 1
    assert OutboxMessage.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_without_a_worker_the_web_process_imports(client_1c_a, settings, monkeypatch):
    settings.EXCHANGE_HOLD_SECONDS = 20
    monkeypatch.setattr("b2b_apps.sync1c.exchange.catalog.PICKUP_SECONDS", 0.1)
    client_1c_a.send("references.xml", file_of(REFERENCES))

    answer = client_1c_a.send("contragents.xml", file_of(company()))

    assert answer.startswith("success\n")
    assert Contract.objects.get().number == "142/24"


@pytest.mark.django_db(transaction=True)
def test_a_busy_connection_answers_progress_and_imports_once(client_1c_a, no_wait):
    taken, leave = threading.Event(), threading.Event()

    def hold():
        with connection_lock(client_1c_a.session().connection_id):
            taken.set()
            leave.wait(30)
        database.close()

    client_1c_a.begin()
    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait(30)
    answer = client_1c_a.send("import.xml", file_of(goods(good(1))))
    num_imported = imports_run(client_1c_a.session().connection_id)
    leave.set()
    thread.join()

    assert answer.startswith("progress\n")
    assert num_imported == 0
    assert imports_run(client_1c_a.session().connection_id) == 1


def test_a_file_left_running_by_a_dead_process_is_imported_again(client_1c_a, no_wait, monkeypatch):
    monkeypatch.setattr("b2b_apps.sync1c.exchange.catalog.imports_start", lambda pk: None)
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    ExchangeFile.objects.update(state="running", attempts=1)

    watchdog()

    assert ExchangeFile.objects.get().state == "done"
    assert products().count() == 1


@pytest.mark.parametrize("num_batches", [1, 2, 3])
def test_an_import_killed_between_its_batches_ends_as_if_it_had_not_been(
    client_1c_a, monkeypatch, num_batches
):
    commits = []
    real = ImportRun.commit

    def commit(run):
        real(run)
        commits.append(run)
        if len(commits) == num_batches:
            raise SystemExit

    monkeypatch.setattr(ImportRun, "commit", commit)
    body = file_of(goods(*(good(number) for number in range(1, 1201))))
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", body, filename="import.xml")

    with pytest.raises(SystemExit):
        client_1c_a.call("catalog", "import", filename="import.xml")
    watchdog()

    assert products().count() == products().filter(is_public=True).count() == 1200
    assert client_1c_a.session().state == "done"
    counts = ExchangeFile.objects.get().counts["product"]
    assert counts["unchanged"] == min(1200, 500 * num_batches)


def test_a_file_that_kills_its_process_each_time_is_given_up(client_1c_a, no_wait, monkeypatch):
    monkeypatch.setattr("b2b_apps.sync1c.exchange.catalog.imports_start", lambda pk: None)
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    ExchangeFile.objects.update(state="running", attempts=3)

    watchdog()

    answer = client_1c_a.call("catalog", "import", filename="import.xml")
    assert answer.startswith("failure\n")


def failing(monkeypatch, times: int, failure) -> None:
    """Let the import of goods fail so many times, at its second batch."""
    real, calls = runner.IMPORTERS[r.ProductRecord], []

    def importer(run, batch):
        calls.append(len(batch))
        if len(batch) == 1 and len([n for n in calls if n == 1]) <= times:
            failure()
        real[1](run, batch)

    monkeypatch.setitem(runner.IMPORTERS, r.ProductRecord, (real[0], importer))


def deadlock() -> None:
    raise OperationalError("deadlock detected") from DeadlockDetected()


MANY = file_of(goods(*(good(number) for number in range(1, 502))))


def test_after_a_deadlock_the_file_is_imported_anew_and_no_object_is_lost(client_1c_a, monkeypatch):
    failing(monkeypatch, 2, deadlock)

    answer = client_1c_a.send("import.xml", MANY)

    assert answer.startswith("success\n")
    assert products().count() == 501
    assert not ExchangeProblem.objects.exists()
    file = ExchangeFile.objects.get()
    assert (file.attempts, file.counts["product"]["failed"]) == (3, 0)


def test_deadlocks_without_end_are_a_failure_and_1c_sends_the_file_again(client_1c_a, monkeypatch):
    failing(monkeypatch, 99, deadlock)

    answer = client_1c_a.send("import.xml", MANY)

    assert answer.startswith("failure\n")
    assert ExchangeFile.objects.get().state == "failed"
    assert not ExchangeProblem.objects.filter(code="object_failed").exists()


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_to_the_database_leaves_the_file_to_the_next_who_looks(
    client_1c_a, monkeypatch
):
    def lose():
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    failing(monkeypatch, 1, lose)

    client_1c_a.send("import.xml", MANY)
    state = ExchangeFile.objects.get().state
    second = client_1c_a.call("catalog", "import", filename="import.xml")

    assert state == "running"
    assert second.startswith("success\n")
    assert products().count() == 501
    assert not ExchangeProblem.objects.exists()


def silent() -> None:
    ExchangeSession.objects.update(last_seen_at=timezone.now() - timedelta(minutes=6))


def test_files_of_a_client_that_never_says_import_are_imported(client_1c_a):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", file_of(goods(good(1))), filename="import.xml")
    silent()

    watchdog()

    assert products().count() == 1
    assert client_1c_a.session().state == "done"


def test_half_a_file_of_a_silent_client_is_not_applied(client_1c_a):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", file_of(goods(good(1)))[:-40], filename="import.xml")
    silent()

    watchdog()

    assert products().count() == 0
    assert client_1c_a.session().state == "failed"


def full_exchange(client, *numbers: int) -> str:
    """The package exchange: one session, all goods, then deactivate."""
    client.cookie = ""
    lines = client.call("catalog", "checkauth").split("\n")
    client.cookie = f"{lines[1]}={lines[2]}"
    client.call("catalog", "init", version="3.1")
    body = file_of(goods(*(good(number) for number in numbers), partial=True))
    client.call("catalog", "file", body, filename="goods.xml")
    assert client.call("catalog", "import", filename="goods.xml").startswith("success")
    since = lines[4].partition("=")[2]
    answer = client.call("catalog", "deactivate", timestamp=since)
    assert client.call("catalog", "complete") == "success"
    return answer


def test_goods_that_a_whole_exchange_does_not_name_are_hidden_and_come_back(client_1c_a):
    full_exchange(client_1c_a, *range(1, 11))
    assert products().filter(is_public=True).count() == 10

    answer = full_exchange(client_1c_a, *range(1, 10))

    assert answer.startswith("success")
    assert products().filter(is_public=True).count() == 9
    full_exchange(client_1c_a, *range(1, 11))
    assert products().filter(is_public=True).count() == 10


def test_hiding_more_than_a_fifth_is_refused_with_advice(client_1c_a):
    full_exchange(client_1c_a, *range(1, 11))

    answer = full_exchange(client_1c_a, *range(1, 8))

    assert answer.startswith("failure\n")
    assert "полную выгрузку" in answer
    assert products().filter(is_public=True).count() == 10
    assert ExchangeProblem.objects.get().code == "deactivate_refused"


def test_stock_that_comes_after_an_order_was_acknowledged_frees_its_hold(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])
    cable = world.products["cable"]
    name_in_1c("warehouse", world.warehouses["rostov"])
    warehouse = int(world.warehouses["rostov"].pk)
    client_1c_a.begin("sale")
    client_1c_a.raw("sale", "query")
    client_1c_a.call("sale", "success")
    row = offer(
        name_in_1c("product", cable),
        inside=f'<Склад ИдСклада="00000000-0000-4000-8000-{warehouse:012d}" '
        'КоличествоНаСкладе="4118"/>',
    )

    client_1c_a.send("rests.xml", file_of(package(row)))

    record = cable.stockrecords.get(partner=warehouse)
    assert (record.num_in_stock, record.num_allocated) == (4118, 0)
    assert StockHold.objects.get().released_at is not None


def test_stock_of_a_snapshot_begun_before_the_acknowledgement_keeps_the_hold(client_1c_a, world):
    place(world, "26-000123", [("cable", "rostov", "2")])
    cable = world.products["cable"]
    name_in_1c("warehouse", world.warehouses["rostov"])
    warehouse = int(world.warehouses["rostov"].pk)
    client_1c_a.begin()
    snapshot = client_1c_a.cookie
    client_1c_a.begin("sale")
    client_1c_a.raw("sale", "query")
    client_1c_a.call("sale", "success")
    client_1c_a.cookie = snapshot
    row = offer(
        name_in_1c("product", cable),
        inside=f'<Склад ИдСклада="00000000-0000-4000-8000-{warehouse:012d}" '
        'КоличествоНаСкладе="4120"/>',
    )

    client_1c_a.call("catalog", "file", file_of(package(row)), filename="rests.xml")
    client_1c_a.call("catalog", "import", filename="rests.xml")

    record = cable.stockrecords.get(partner=warehouse)
    assert (record.num_in_stock, record.num_allocated) == (4120, 2)


IMPORT_IN_A_PROCESS = """
import sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EXCHANGE_ROOT = sys.argv[3]
from django_scopes import scopes_disabled
from b2b_apps.sync1c.importing.runner import file_import
with scopes_disabled():
    file_import(int(sys.argv[2]))
# ru_maxrss would tell of the process that forked this one, too.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.skipif(not FILES, reason="the collection of real files is not here")
@pytest.mark.django_db(transaction=True)
def test_the_largest_real_file_is_imported_in_bounded_memory(
    client_1c_a, no_wait, monkeypatch, settings
):
    monkeypatch.setattr("b2b_apps.sync1c.exchange.catalog.imports_start", lambda pk: None)
    largest = max(FILES, key=lambda path: path.stat().st_size)
    client_1c_a.send("import0_1.xml", largest.read_bytes())
    file = ExchangeFile.objects.get()

    arguments = [database.settings_dict["NAME"], str(file.pk), str(settings.EXCHANGE_ROOT)]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_IN_A_PROCESS, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    megabytes = int(done.stdout.split()[-1])
    print(f"{largest.name}: {megabytes} MB")
    assert megabytes <= 200


@pytest.fixture
def bad_good(monkeypatch):
    """The database refuses goods of this name until the list is emptied."""
    from b2b_apps.sync1c.importing import goods as module

    real, names = module._fill, ["Плохой"]

    def fill(run, row, record):
        real(run, row, record)
        if record.name in names:
            row.order_multiple = -1

    monkeypatch.setattr(module, "_fill", fill)
    return names


def test_a_file_that_lost_objects_is_imported_again_and_undoes_nothing(client_1c_a, bad_good):
    client_1c_a.send("import.xml", file_of(goods(good(1, "Плохой"), good(2, "Старое имя"))))
    file = ExchangeFile.objects.get()
    client_1c_a.send("import.xml", file_of(goods(good(2, "Новое имя"))))
    bad_good.clear()

    is_queued = import_again(file_id=file.pk)
    imports_run(client_1c_a.session().connection_id)

    file.refresh_from_db()
    assert is_queued
    assert sorted(product.title for product in products().all()) == ["Новое имя", "Плохой"]
    assert (file.state, file.num_failed, file.problems.count()) == ("done", 0, 0)
    assert not import_again(file_id=file.pk)


def test_files_with_lost_objects_are_kept_for_a_month_and_others_for_a_week(
    client_1c_a, bad_good, settings
):
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    client_1c_a.send("import.xml", file_of(goods(good(2, "Плохой"))))
    whole, lost = ExchangeSession.objects.order_by("pk")

    def left(days):
        ExchangeSession.objects.update(finished_at=timezone.now() - timedelta(days=days))
        watchdog()
        return {int(folder.name) for folder in settings.EXCHANGE_ROOT.iterdir()}

    assert left(6) == {whole.pk, lost.pk}
    assert left(8) == {lost.pk}
    assert left(31) == set()
