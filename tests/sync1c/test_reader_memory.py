"""A large file is read in little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sync1c.reading import END, HEAD, ROOT, file_of

MEASURE = """
import resource, sys
from pathlib import Path
from b2b_apps.sync1c.commerceml.reader import read
def rss():
    return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM"))
list(read(Path(sys.argv[1])))
before = rss()
number = sum(1 for _ in read(Path(sys.argv[2])))
print(number, rss() - before)
"""
ROWS = {
    "Товар": (
        "<Каталог><Товары>", "</Товары></Каталог>",
        "<Товар><Ид>{n}</Ид><Наименование>Кабель силовой {n}</Наименование><Описание>"
        + "О" * 400 + "</Описание></Товар>\n",
    ),
    "Группа": (
        "<Классификатор><Группы>", "</Группы></Классификатор>",
        "<Группа><Ид>{n}</Ид><Наименование>" + "Г" * 400 + "</Наименование></Группа>\n",
    ),
    "вложенная Группа": (
        "<Классификатор><Группы><Группа><Ид>г</Ид><Наименование>Все</Наименование><Группы>",
        "</Группы></Группа></Группы></Классификатор>",
        "<Группа><Ид>{n}</Ид><Наименование>" + "Г" * 400 + "</Наименование></Группа>\n",
    ),
    "Документ": (
        "", "", "<Документ><Ид>{n}</Ид><Номер>{n}</Номер><Комментарий>" + "К" * 400
        + "</Комментарий></Документ>\n",
    ),
    "чужое": (
        "<Неизвестное>", "</Неизвестное>",
        "<Строка><Ид>{n}</Ид>" + "Ч" * 400 + "</Строка>\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_sixty_megabytes_are_read_in_little_memory(kind, tmp_path):
    head, tail, row = ROWS[kind]
    small = file_of(tmp_path, head + row.format(n=0) + tail)
    large = tmp_path / "large.xml"
    size = len(row.encode())
    with large.open("w", encoding="utf-8") as file:
        file.write(f"{HEAD}{ROOT}{head}")
        for number in range(60 * 1024 * 1024 // size):
            file.write(row.format(n=number))
        file.write(f"{tail}{END}")

    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small), str(large)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    number, growth = map(int, run.stdout.split())
    assert growth < 60 * 1024
    assert kind == "чужое" or number > 60 * 1024 * 1024 // size
