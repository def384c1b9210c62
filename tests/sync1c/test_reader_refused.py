"""Files that are refused as a whole, each with its reason."""

import contextlib
import time
from pathlib import Path

import pytest

from b2b_apps.sync1c.commerceml import errors
from b2b_apps.sync1c.commerceml.messages import TEXTS, message, message_of
from b2b_apps.sync1c.commerceml.records import (
    DocumentRecord,
)
from tests.sync1c.reading import END, HEAD, ROOT, file_of, goods, read_into, records_of

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = {
    "plain": f"{HEAD}<!DOCTYPE x>{ROOT}{END}",
    "external": f'{HEAD}<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">{ROOT}{END}',
    "file": f'{HEAD}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{ROOT}&e;{END}',
    "parameter": f'{HEAD}<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]>{ROOT}{END}',
    "laughs": f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>{ROOT}&l9;{END}',
    "in an attribute": f'{HEAD}<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
    f'<КоммерческаяИнформация Ид="&l9;">{END}',
    "quadratic": f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>{ROOT}{"&a;" * 5000}{END}',
    "after a comment": f"{HEAD}<!-- {'x' * 100_000} --><!DOCTYPE x>{ROOT}{END}",
}


def refused(path: Path) -> errors.CommerceMLError:
    started = time.monotonic()
    with pytest.raises(errors.CommerceMLError) as caught:
        records_of(path)
    assert time.monotonic() - started < 2
    assert message_of(caught.value).endswith(".")
    return caught.value


@pytest.mark.parametrize("name", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_wherever_it_stands(name, encoding, tmp_path):
    path = tmp_path / "file.xml"
    text = DOCTYPES[name].replace('encoding="utf-8"', f'encoding="{encoding}"')
    path.write_bytes(text.encode(encoding))

    assert refused(path).code == "doctype_forbidden"


def test_a_doctype_in_utf_7_is_refused_one_way_or_another(tmp_path):
    path = tmp_path / "file.xml"
    body = DOCTYPES["file"].replace(HEAD, "").encode("utf-7")
    path.write_bytes(b'<?xml version="1.0" encoding="utf-7"?>' + body)

    assert refused(path).code in {"doctype_forbidden", "wrong_encoding", "broken_xml"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty_file"),
        (b" \n ", "empty_file"),
        ("<html><body>Вход</body></html>".encode(), "not_commerceml"),
        (b"PK\x03\x04", "broken_xml"),
        (b'{"orders": []}', "broken_xml"),
        (f"{HEAD}{ROOT}<Каталог><Товары>".encode(), "broken_xml"),
        (f"{HEAD}{ROOT}&неизвестно;{END}".encode(), "broken_xml"),
        (f"{HEAD}{ROOT}{END}{ROOT}{END}".encode(), "broken_xml"),
        (f"{HEAD}{ROOT}<Каталог/><!DOCTYPE x>{END}".encode(), "doctype_forbidden"),
        (f"{HEAD}{ROOT}<Ид>Ёлка</Ид>{END}".encode("cp1251"), "wrong_encoding"),
        (f"{HEAD.replace('utf-8', 'klingon')}{ROOT}{END}".encode(), "wrong_encoding"),
        (f'{HEAD}<КоммерческаяИнформация ВерсияСхемы="1.05"/>'.encode(), "version_1"),
        (
            f'{HEAD}{ROOT}<Каталог Идентификатор="1" Наименование="К">'
            f'<Товар Идентификатор="2" Наименование="Т"/></Каталог>{END}'.encode(),
            "version_1",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_reason(body, code, tmp_path):
    path = tmp_path / "file.xml"
    path.write_bytes(body)

    assert refused(path).code == code


def test_what_stands_before_a_break_is_kept_and_the_break_has_a_line(tmp_path):
    path = file_of(
        tmp_path,
        "<Документ><Номер>1</Номер></Документ>\n<Документ><Номер>2</Номер></Документ>\n"
        "<not valid xml!!!\n<Документ><Номер>3</Номер></Документ>",
    )
    found = []

    with pytest.raises(errors.BrokenXmlError) as caught:
        read_into(found, path)

    assert [r.number for r in found if isinstance(r, DocumentRecord)] == ["1", "2"]
    assert caught.value.data["line"] == 5
    assert "строке 5" in message_of(caught.value)


def test_an_entity_that_nobody_declared_is_a_break_with_its_line(tmp_path):
    path = file_of(
        tmp_path,
        "<Документ><Номер>1</Номер></Документ>\n"
        "<Документ><Комментарий>10&nbsp;кг</Комментарий></Документ>",
    )
    found = []

    with pytest.raises(errors.BrokenXmlError) as caught:
        read_into(found, path)

    assert [r.number for r in found if isinstance(r, DocumentRecord)] == ["1"]
    assert caught.value.data["line"] == 4


@pytest.mark.parametrize("depth", [150, 100_000])
def test_groups_nested_without_end_are_refused(depth, tmp_path):
    opening = "".join(
        f"<Группы><Группа><Ид>{n}</Ид><Наименование>Г</Наименование>" for n in range(depth)
    )
    path = file_of(
        tmp_path, f"<Классификатор>{opening}{'</Группа></Группы>' * depth}</Классификатор>"
    )

    assert refused(path).code == "too_deep"


def test_elements_nested_in_a_good_without_end_are_refused(tmp_path):
    path = file_of(tmp_path, goods(f"<Товар>{'<x>' * 100_000}{'</x>' * 100_000}</Товар>"))

    assert refused(path).code == "too_deep"


def test_a_text_of_a_hundred_megabytes_is_refused(tmp_path):
    path = tmp_path / "file.xml"
    with path.open("wb") as file:
        file.write(f"{HEAD}{ROOT}<Каталог><Товары><Товар><Ид>a</Ид><Описание>".encode())
        for _ in range(100):
            file.write(b"x" * 1024 * 1024)
        file.write(f"</Описание></Товар></Товары></Каталог>{END}".encode())

    assert refused(path).code == "too_large"


def test_a_million_attributes_end_soon(tmp_path):
    path = tmp_path / "file.xml"
    many = " ".join(f'a{n}="1"' for n in range(1_000_000))
    path.write_text(f"{HEAD}<КоммерческаяИнформация {many}/>")
    started = time.monotonic()

    with contextlib.suppress(errors.CommerceMLError):
        records_of(path)

    assert time.monotonic() - started < 5


def test_every_error_has_a_text_for_the_user_of_1c():
    codes = {kind.code for kind in errors.CommerceMLError.__subclasses__()}

    assert codes <= TEXTS.keys()
    for code in TEXTS:
        assert message(code, {})
