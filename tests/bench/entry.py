"""Fast entry: a thousand pasted articles checked, a file of twenty thousand rows."""

import gc
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from b2b_apps.contracts.models import Contract
from b2b_apps.entry.files import services as files
from b2b_apps.entry.models import EntryList, EntryRow
from search import current, lookup
from tests.bench.search_world import SearchWorld, search_world
from tests.bench.table import Row
from tests.bench.world import BenchWorld

PASTED, FILE_ROWS, ROUNDS = 1_000, 20_000, 7
PASTE_MS, FILE_SECONDS, CHILD_MEGABYTES = 500, 10, 300


def entry(world: BenchWorld) -> Iterable[Row]:
    """All rows; what they write is rolled back."""
    settings.ALLOWED_HOSTS = ["testserver"]
    found = search_world(world)
    with ExitStack() as stack:
        for module in (current, lookup):
            stack.enter_context(mock.patch.object(module, "live_index", return_value=found.index))
        stack.enter_context(transaction.atomic())
        contract = world.contract()
        yield _paste(found, contract)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        yield from _file(found, contract, Path(folder))
        transaction.set_rollback(True)


def _paste(found: SearchWorld, contract: Contract) -> Row:
    """Server time of the POST and of the page that it leads to."""
    context = found.world.context(contract)
    client = Client()
    client.force_login(get_user_model().objects.get(pk=context.user_id))
    client.post(reverse("storefront:contract_switch"), {"contract": contract.pk, "next": "/"})
    texts = [_text(found, seed) for seed in range(ROUNDS + 1)]
    gc.collect()
    gc.freeze()
    times = [_pasted(client, text) for text in texts][1:]
    took, cpu = zip(*times, strict=True)
    known = EntryRow.objects.exclude(state=EntryRow.State.UNKNOWN).count()
    return Row(
        "entry-paste-1000",
        f"{PASTED:,} pasted articles checked, and the page of them ({known:,} known, CPU "
        f"{statistics.median(cpu):.0f} ms) / {PASTE_MS} ms",
        statistics.median(took), PASTE_MS, "ms", 1,
    )  # fmt: skip


def _pasted(client: Client, text: str) -> tuple[float, float]:
    cache.clear()
    start, cpu = time.perf_counter(), time.process_time()
    answer: Any = client.post(reverse("entry:check"), {"text": text})
    page = client.get(answer["Location"])
    took, used = time.perf_counter() - start, time.process_time() - cpu
    if page.status_code != 200:
        raise RuntimeError(str(page.status_code))
    return took * 1000, used * 1000


def _goods(found: SearchWorld, number: int) -> list[tuple[str, str]]:
    rows = apps.get_model("catalogue", "Product").objects.filter(pk__in=found.world.ids(number))
    return list(rows.values_list("article", "barcode"))


def _text(found: SearchWorld, seed: int) -> str:
    """Articles and barcodes in the forms that people paste, one in fifty of them mistyped."""
    chance = random.Random(seed)
    forms = ("{0}\t{1}", "{0} {1}", "{0}; {1} шт", "{1} шт {0}", "{0} — {1}", "{0}, {1}")
    rows = []
    for place, (article, barcode) in enumerate(_goods(found, PASTED)):
        code = barcode if barcode and place % 5 == 0 else article
        code = code.lower() if place % 7 == 0 else code
        code = f"{code}Q" if place % 50 == 0 else code
        rows.append(chance.choice(forms).format(code, chance.randint(1, 90)))
    chance.shuffle(rows)
    return "\n".join(rows)


def _file(found: SearchWorld, contract: Contract, folder: Path) -> Iterable[Row]:
    context = found.world.context(contract)
    path = folder / "list.xlsx"
    _xlsx(path, _goods(found, FILE_ROWS))
    entry_list, _new = EntryList.objects.get_or_create(
        user_id=context.user_id, contract_id=contract.pk
    )
    EntryRow.objects.all().delete()
    entry_list.state = EntryList.State.READING
    entry_list.file.save("list.xlsx", ContentFile(path.read_bytes()), save=True)
    payload = {
        "list_id": entry_list.pk, "region_id": context.region_id,
        "project_id": context.project_id, "file": entry_list.file.name,
    }  # fmt: skip
    start, cpu = time.perf_counter(), time.process_time()
    files.file_read(payload=payload)
    files.file_check(payload=payload)
    took, used = time.perf_counter() - start, time.process_time() - cpu
    num = EntryRow.objects.filter(entry_list=entry_list).count()
    known = EntryRow.objects.exclude(state=EntryRow.State.UNKNOWN).count()
    if num != FILE_ROWS:
        entry_list.refresh_from_db()
        raise RuntimeError(f"{num} rows, {entry_list.state} {entry_list.reason}")
    yield Row(
        "entry-xlsx-20000",
        f"XLSX of {FILE_ROWS:,} rows looked at, read and checked ({known:,} known, CPU "
        f"{used:.1f} s) / {FILE_SECONDS} s",
        took, FILE_SECONDS, "s", 1,
    )  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Row(
        "entry-xlsx-child", f"memory of the child that reads it / {CHILD_MEGABYTES} MB",
        peak, CHILD_MEGABYTES, "MB", 1,
    )  # fmt: skip


def _xlsx(path: Path, goods: list[tuple[str, str]]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Артикул", "Наименование", "Количество", "Единица", "Комментарий"])
    for at in range(FILE_ROWS):
        article, _barcode = goods[at % len(goods)]
        sheet.write_row(at + 1, 0, [article, f"Товар {at}", at % 90 + 1, "шт", f"лист {at % 7}"])
    book.close()
