"""Files that mean harm: memory stays small, the disk has a limit, nothing tells of the server."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from b2b_apps.sync1c.commerceml import errors, reader
from b2b_apps.sync1c.commerceml.records import BadRecord, GroupRecord, ProductRecord
from b2b_apps.sync1c.exchange import archives, uploads
from b2b_apps.sync1c.models import ExchangeFile

HEAD = '<?xml version="1.0" encoding="UTF-8"?><КоммерческаяИнформация>'
END = "</КоммерческаяИнформация>"
PRODUCT = "<Каталог><Товары><Товар><Ид>a</Ид><Наименование>x</Наименование>"
# What is repeated, and what stands around it.
HOSTILE = {
    "empty ids": ("", "<Ид/>", ""),
    "elements of one product": (PRODUCT, "<a/>", "</Товар></Товары></Каталог>"),
    "pictures of one product": (
        PRODUCT, "<Картинка>a.jpg</Картинка>", "</Товар></Товары></Каталог>",
    ),
}  # fmt: skip
MEASURE = """
import sys
from pathlib import Path
from b2b_apps.sync1c.commerceml.reader import read
print(sum(1 for _ in read(Path(sys.argv[1]))))
print(next(l.split()[1] for l in open("/proc/self/status") if l.startswith("VmHWM")))
"""


def written(path: Path, before: str, repeated: str, after: str, times: int) -> Path:
    path.write_text(f"{HEAD}{before}{repeated * times}{after}{END}", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_read_in_less_than_200_megabytes(kind, tmp_path):
    path = written(tmp_path / "file.xml", *HOSTILE[kind], times=600_000)

    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert int(run.stdout.split()[1]) < 90 * 1024


def test_an_object_of_too_many_elements_is_a_row_and_the_next_one_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_ELEMENTS", 50)
    product = "<Товар><Ид>{}</Ид><Наименование>x</Наименование>{}</Товар>"
    rows = [product.format(1, "<a/>" * 40), product.format(2, "<a/>" * 60), product.format(3, "")]
    path = written(
        tmp_path / "file.xml", "<Каталог><Товары>", "".join(rows), "</Товары></Каталог>", 1
    )

    found = list(reader.read(path))

    assert [r.external_id for r in found if isinstance(r, ProductRecord)] == ["1", "3"]
    (bad,) = [r for r in found if isinstance(r, BadRecord)]
    assert (bad.kind, bad.code, bad.params) == ("product", "too_many", {"limit": 50})


def test_a_tag_of_endless_attributes_is_refused(tmp_path):
    attributes = " ".join(f'a{n}=""' for n in range(400_000))
    path = written(tmp_path / "file.xml", "", f"<x {attributes}/>", "", 1)

    with pytest.raises(errors.TooLargeError):
        list(reader.read(path))


def test_many_groups_are_no_large_object_but_one_stuffed_group_is(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_ELEMENTS", 50)
    group = "<Группа><Ид>{0}</Ид><Наименование>{0}</Наименование></Группа>"
    before = "<Классификатор><Группы><Группа><Ид>0</Ид><Наименование>0</Наименование><Группы>"
    after = "</Группы></Группа></Группы></Классификатор>"
    many = "".join(group.format(n) for n in range(1, 101))

    found = list(reader.read(written(tmp_path / "many.xml", before, many, after, 1)))
    assert len([r for r in found if isinstance(r, GroupRecord)]) == 101

    with pytest.raises(errors.TooLargeError):
        list(reader.read(written(tmp_path / "stuffed.xml", before, "<a/>", after, 100)))


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("_", "."), body)
    return target.getvalue()


def test_a_bad_archive_is_marked_and_not_unpacked_again(client_1c_a, monkeypatch):
    tries = []
    plain = archives.unpack
    monkeypatch.setattr(archives, "unpack", lambda *a, **k: tries.append(1) or plain(*a, **k))
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", zipped(a_xml=b"x" * 1000)[:60], filename="a.zip")

    answers = [client_1c_a.call("catalog", "import", filename="a.xml") for _ in range(3)]

    assert all(answer.startswith("failure") for answer in answers)
    assert len(tries) == 1
    file = ExchangeFile.objects.get()
    assert file.state == ExchangeFile.State.FAILED
    assert file.message


def test_a_bad_archive_that_is_sent_again_whole_is_unpacked(client_1c_a):
    whole = zipped(a_xml=f"{HEAD}{END}".encode())
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", whole[:60], filename="a.zip")
    assert client_1c_a.call("catalog", "import", filename="a.xml").startswith("failure")

    client_1c_a.call("catalog", "file", whole, filename="a.zip")

    assert client_1c_a.call("catalog", "import", filename="a.xml").startswith("success")


def test_a_session_writes_no_more_than_its_limit(client_1c_a, settings, tmp_path):
    settings.EXCHANGE_SESSION_LIMIT = 3000
    client_1c_a.begin()

    answers = [
        client_1c_a.call("catalog", "file", b"x" * 1000, filename=f"{n}.xml") for n in range(5)
    ]

    assert [answer.split("\n")[0] for answer in answers] == ["success"] * 3 + ["failure"] * 2
    assert "Начните обмен заново" in answers[3]
    written_bytes = sum(p.stat().st_size for p in settings.EXCHANGE_ROOT.rglob("*.xml"))
    assert written_bytes == 3000


def test_what_an_archive_unpacks_to_counts_too(client_1c_a, settings):
    settings.EXCHANGE_SESSION_LIMIT = 100_000
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", zipped(a_xml=b"x" * 150_000), filename="a.zip")

    assert client_1c_a.call("catalog", "import", filename="a.xml").startswith("failure")
    assert ExchangeFile.objects.filter(name="a.xml").count() == 0


@pytest.mark.parametrize("where", ["upload", "archive"])
def test_a_fault_of_the_disk_names_no_folder_of_the_server(client_1c_a, monkeypatch, where):
    def broken(*args, **kwargs):
        raise PermissionError(13, "Permission denied", "/srv/secret/folder/a.xml")

    client_1c_a.begin()
    if where == "upload":
        monkeypatch.setattr(uploads, "_copy", broken)
        answer = client_1c_a.call("catalog", "file", b"x", filename="a.xml")
    else:
        client_1c_a.call("catalog", "file", zipped(a_xml=b"x"), filename="a.zip")
        monkeypatch.setattr(archives, "_write", broken)
        answer = client_1c_a.call("catalog", "import", filename="a.xml")

    assert answer.startswith("failure")
    assert "secret" not in answer
    assert "/" not in answer


@pytest.mark.parametrize("version", ["A" * 100, "3.1; drop", "²", "-1", " 3"])
def test_a_version_that_is_none_is_left_out(client_1c_a, version):
    assert len(client_1c_a.begin(version=version).split("\n")) == 2
    assert client_1c_a.session().version == ""


@pytest.mark.parametrize("name", ["", "x" * 65, "é" * 20, "a" * 15, "a" * 16 + ";"])
def test_what_is_no_name_of_a_session_finds_none(client_1c_a, name):
    client_1c_a.begin()
    newest = client_1c_a.session()
    client_1c_a.cookie = f"pakgauz_1c={name}"

    answer = client_1c_a.call("catalog", "init", sessid=name)

    # A client that keeps neither gets its newest session.
    assert answer.startswith("zip=")
    assert client_1c_a.session() == newest
