"""What 1C gets to read, request by request."""

import io
import zipfile

import pytest
from django.contrib.auth.hashers import make_password

from b2b_apps.sync1c.exchange import credentials
from b2b_apps.sync1c.exchange.uploads import UploadError, chunk_store, looks_complete
from b2b_apps.sync1c.models import ExchangeConnection, ExchangeFile, ExchangeSession
from tests.sync1c.client_1c import USER, Client1C

CATALOGUE = """<?xml version="1.0" encoding="UTF-8"?>
<КоммерческаяИнформация ВерсияСхемы="2.07" ДатаФормирования="2026-11-24T10:00:00">
<Каталог СодержитТолькоИзменения="false"><Ид>cat</Ид><ИдКлассификатора>c</ИдКлассификатора>
<Наименование>Основной каталог</Наименование><Товары>
<Товар><Ид>11111111-1111-1111-1111-111111111111</Ид><Артикул>A-1</Артикул>
<Наименование>Автомат ВА47-29</Наименование><БазоваяЕдиница Код="796">шт</БазоваяЕдиница></Товар>
</Товары></Каталог></КоммерческаяИнформация>""".encode()


def test_checkauth_gives_a_fresh_cookie_and_init_exactly_two_lines(client_1c_a, settings):
    client = client_1c_a
    settings.EXCHANGE_FILE_LIMIT = 204800

    answer = client.begin()
    first = client.cookie
    client.begin()

    assert answer == "zip=no\nfile_limit=204800"
    assert client.cookie != first
    assert len(first.partition("=")[2]) >= 40


def test_a_client_that_tells_its_version_gets_four_lines(client_1c_a):
    lines = client_1c_a.begin(version="3.1").split("\n")

    assert [line.partition("=")[0] for line in lines] == ["zip", "file_limit", "sessid", "version"]
    assert lines[3] == "version=3.1"


@pytest.mark.parametrize("url", ["/exchange/1c/", "/exchange/1c", "/bitrix/admin/1c_exchange.php"])
def test_every_address_answers_itself_and_never_redirects(client_1c_a, url):
    client_1c_a.url = url

    assert client_1c_a.call("catalog", "checkauth").startswith("success\n")


def test_answers_are_plain_text(client_1c_a):
    response = client_1c_a.raw("catalog", "checkauth")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert b"\r" not in response.content


def test_a_password_in_windows_1251_is_understood(client_1c_a):
    client_1c_a.encoding = "cp1251"

    assert client_1c_a.call("catalog", "checkauth").startswith("success\n")


@pytest.mark.parametrize(
    "changes", [{"password": "wrong"}, {"user": "nobody"}, {"more": {"HTTP_AUTHORIZATION": "x"}}]
)
def test_a_wrong_name_or_password_is_a_failure_and_opens_nothing(connection, changes):
    client = Client1C(**changes)

    answer = client.call("catalog", "checkauth")

    assert answer.startswith("failure\n")
    assert ExchangeSession.objects.count() == 0


def test_a_cookie_alone_lets_nobody_in(client_1c_a):
    client_1c_a.begin()
    thief = Client1C(password="wrong", cookie=client_1c_a.cookie)

    answer = thief.call("catalog", "file", b"x", filename="import.xml")

    assert answer.startswith("failure\n")
    assert ExchangeFile.objects.count() == 0


def test_guesses_stop_at_the_hasher_but_the_right_password_passes(client_1c_a, monkeypatch):
    hashed = []
    real = credentials.check_password
    monkeypatch.setattr(credentials, "check_password", lambda *a: hashed.append(a) or real(*a))
    client_1c_a.begin()
    hashed.clear()

    for number in range(50):
        guess = Client1C(password=f"guess-{number}", address=f"198.51.100.{number}")
        guess.more["HTTP_X_FORWARDED_FOR"] = f"10.0.0.{number}"
        assert guess.call("catalog", "checkauth").startswith("failure\n")

    assert len(hashed) == 10
    assert client_1c_a.call("catalog", "checkauth").startswith("success\n")


@pytest.mark.parametrize("user", [USER, "nobody"])
def test_guesses_from_one_address_lock_no_other_connection_out(client_1c_a, user):
    """Two bases behind one address: the password of the second was never proven yet."""
    ExchangeConnection.objects.create(
        name="1С 2", username="second", password=make_password("second-password-1"), source="b-2"
    )
    for number in range(30):
        Client1C(user=user, password=f"guess-{number}").call("catalog", "checkauth")

    second = Client1C(user="second", password="second-password-1")
    answer = second.call("catalog", "checkauth")

    assert answer.startswith("success\n")


def test_a_new_password_passes_from_where_the_old_one_did_while_it_is_guessed_at(
    client_1c_a, connection
):
    client_1c_a.begin()
    for number in range(30):
        guess = Client1C(password=f"guess-{number}", address=f"198.51.100.{number}")
        guess.call("catalog", "checkauth")
    connection.refresh_from_db()
    connection.password = make_password("another-password-1")
    connection.save()

    fresh = Client1C(password="another-password-1")

    assert fresh.call("catalog", "checkauth").startswith("success\n")


def test_a_changed_password_shuts_the_old_one_out(client_1c_a, connection):
    client_1c_a.begin()
    connection.refresh_from_db()
    connection.password = make_password("another-password-1")
    connection.save()

    assert client_1c_a.call("catalog", "checkauth").startswith("failure\n")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("catalog", "explode"),
        ("catalog", ""),
        ("sale", "deactivate"),
        ("reference", "query"),
        ("get_catalog", "checkauth"),
        ("listen", "checkauth"),
        ("x", "init"),
    ],
)
def test_an_unknown_type_or_mode_is_a_failure_with_a_text(client_1c_a, kind, mode):
    answer = client_1c_a.call(kind, mode)

    first, _line, text = answer.partition("\n")
    assert first == "failure"
    assert "не поддерживается" in text


def test_a_request_without_a_type_is_told_what_it_lacks(client_1c_a):
    assert "type=catalog" in client_1c_a.call("", "")


def test_directories_come_as_goods_do(client_1c_a):
    client_1c_a.begin("reference")
    client_1c_a.call("reference", "file", CATALOGUE, filename="references_1.xml")

    answer = client_1c_a.call("reference", "import", filename="references_1.xml")

    assert answer.startswith("success\n")
    assert client_1c_a.session().kind == "reference"


def test_a_directory_that_we_do_not_keep_is_accepted_and_left(client_1c_a):
    client_1c_a.begin("reference")
    body = "<Справочник><Ид>цвета</Ид><Элементы/></Справочник>".encode()
    client_1c_a.call("reference", "file", body, filename="references_1.xml")

    answer = client_1c_a.call("reference", "import", filename="references_1.xml")

    assert answer.startswith("success\n")
    assert "порталу не нужен" in answer
    assert client_1c_a.session().state == "done"


def test_a_foreign_file_among_goods_is_a_failure(client_1c_a):
    answer = client_1c_a.send("import.xml", "<Справочник><Ид>1</Ид></Справочник>".encode())

    assert answer.startswith("failure\n")


def test_without_checkauth_there_is_no_session(client_1c_a):
    assert client_1c_a.call("catalog", "init").startswith("failure\n")


def test_a_client_without_cookies_falls_back_to_its_newest_session(client_1c_a):
    client_1c_a.begin()
    client_1c_a.cookie = ""

    answer = client_1c_a.call("catalog", "file", CATALOGUE, filename="import.xml")

    assert answer == "success"
    assert client_1c_a.session().files.get().name == "import.xml"


def test_chunks_of_exactly_the_limit_are_appended_in_order(client_1c_a, settings, tmp_path):
    client = client_1c_a
    client.begin()
    size = len(CATALOGUE) // 4
    chunks = [CATALOGUE[i : i + size] for i in range(0, len(CATALOGUE), size)]

    for chunk in chunks:
        assert client.call("catalog", "file", chunk, filename="import0_1.xml") == "success"

    stored = settings.EXCHANGE_ROOT / str(client.session().pk) / "import0_1.xml"
    assert stored.read_bytes() == CATALOGUE
    assert client.call("catalog", "import", filename="import0_1.xml").startswith("success")


def test_a_chunk_repeated_in_a_new_session_starts_the_file_afresh(client_1c_a, settings):
    client = client_1c_a
    client.begin()
    client.call("catalog", "file", CATALOGUE[:100], filename="import.xml")

    client.begin()
    client.call("catalog", "file", CATALOGUE[:100], filename="import.xml")
    client.call("catalog", "file", CATALOGUE[100:], filename="import.xml")

    stored = settings.EXCHANGE_ROOT / str(client.session().pk) / "import.xml"
    assert stored.read_bytes() == CATALOGUE


def test_init_again_in_one_session_forgets_half_a_file(client_1c_a, settings):
    client = client_1c_a
    client.begin()
    client.call("catalog", "file", CATALOGUE[:100], filename="import.xml")

    client.call("catalog", "init")
    client.call("catalog", "file", CATALOGUE, filename="import.xml")

    stored = settings.EXCHANGE_ROOT / str(client.session().pk) / "import.xml"
    assert stored.read_bytes() == CATALOGUE


def test_a_chunk_that_breaks_off_is_cut_off_again(client_1c_a, settings):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", b"first,", filename="import.xml")
    session = client_1c_a.session()

    with pytest.raises(UploadError):
        chunk_store(session=session, name="import.xml", body=io.BytesIO(b"sec"), length=6)
    chunk_store(session=session, name="import.xml", body=io.BytesIO(b"second"), length=6)

    stored = settings.EXCHANGE_ROOT / str(session.pk) / "import.xml"
    assert stored.read_bytes() == b"first,second"


@pytest.mark.parametrize("name", ["../../etc/x.xml", "a/../../x.xml", "shell.php", "", "CON.xml"])
def test_a_path_in_the_name_is_refused_and_writes_nothing(client_1c_a, settings, tmp_path, name):
    client_1c_a.begin()
    before = set(tmp_path.rglob("*"))

    answer = client_1c_a.call("catalog", "file", b"x", filename=name)

    assert answer.startswith("failure\n")
    assert set(tmp_path.rglob("*")) == before


def test_import_of_a_file_that_never_came_is_a_failure(client_1c_a):
    client_1c_a.begin()

    assert client_1c_a.call("catalog", "import", filename="import.xml").startswith("failure\n")


def test_import_of_a_picture_is_a_success(client_1c_a):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", b"\xff\xd8", filename="import_files/9d/9d_0e.jpg")

    answer = client_1c_a.call("catalog", "import", filename="import_files/9d/9d_0e.jpg")

    assert answer == "success"


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in members.items():
            target.writestr(name.replace("__", "/"), body)
    return buffer.getvalue()


def test_an_archive_in_parts_is_unpacked_when_a_member_is_imported(client_1c_a, settings):
    client = client_1c_a
    body = archive(**{"import0_1.xml": CATALOGUE, "import_files__9d__a.jpg": b"x"})
    client.begin()
    client.call("catalog", "file", body[:100], filename="v8_1A_01.zip")
    client.call("catalog", "file", body[100:], filename="v8_1A_01.zip")

    answer = client.call("catalog", "import", filename="import0_1.xml")

    assert answer.startswith("success")
    folder = settings.EXCHANGE_ROOT / str(client.session().pk)
    assert (folder / "import_files" / "9d" / "a.jpg").read_bytes() == b"x"


@pytest.mark.parametrize(
    "members",
    [
        {"..__evil.xml": b"x"},
        {"a__..__..__evil.xml": b"x"},
        {"/abs.xml": b"x"},
        {"inner.zip": b"PK"},
        {"A.xml": b"x", "a.xml": b"y"},
        {"bomb.xml": b"\0" * 50_000_000},
    ],
)
def test_a_hostile_archive_is_refused(client_1c_a, tmp_path, members):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", archive(**members), filename="v8.zip")

    answer = client_1c_a.call("catalog", "import", filename="import.xml")

    assert answer.startswith("failure\n")
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_chunk_for_a_file_that_is_being_imported_is_refused_and_changes_nothing(
    client_1c_a, settings, state
):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", CATALOGUE, filename="import.xml")
    ExchangeFile.objects.update(state=state)

    answer = client_1c_a.call("catalog", "file", b"<other/>", filename="import.xml")

    stored = settings.EXCHANGE_ROOT / str(client_1c_a.session().pk) / "import.xml"
    assert answer.startswith("failure\n")
    assert "import.xml ещё загружается" in answer
    assert stored.read_bytes() == CATALOGUE
    assert ExchangeFile.objects.get().state == state


def test_an_archive_does_not_write_over_a_file_that_is_being_imported(client_1c_a, settings):
    client_1c_a.begin()
    client_1c_a.call("catalog", "file", CATALOGUE, filename="import.xml")
    ExchangeFile.objects.update(state="running")
    packed = archive(**{"import.xml": b"<other/>"})
    client_1c_a.call("catalog", "file", packed, filename="v8.zip")

    answer = client_1c_a.call("catalog", "import", filename="import.xml")

    stored = settings.EXCHANGE_ROOT / str(client_1c_a.session().pk) / "import.xml"
    assert answer.startswith("failure\n")
    assert stored.read_bytes() == CATALOGUE


def test_a_file_sent_again_after_its_import_is_imported_again(client_1c_a, settings):
    client_1c_a.send("import.xml", CATALOGUE)
    again = CATALOGUE.replace("Автомат".encode(), "Рубильник".encode())

    for chunk in (again[:500], again[500:]):
        assert client_1c_a.call("catalog", "file", chunk, filename="import.xml") == "success"
    answer = client_1c_a.call("catalog", "import", filename="import.xml")

    assert answer.startswith("success\n")
    assert ExchangeFile.objects.get().counts["product"]["changed"] == 1


def test_a_first_chunk_that_breaks_off_leaves_nothing_to_import(client_1c_a):
    client_1c_a.send("import.xml", CATALOGUE)
    session = client_1c_a.session()
    with pytest.raises(UploadError):
        chunk_store(session=session, name="import.xml", body=io.BytesIO(b"x"), length=60)

    answer = client_1c_a.call("catalog", "import", filename="import.xml")

    assert answer.startswith("failure\n")
    assert "Файл пуст" in answer


# R stands for the root.
WHOLE = {
    "<R><Товары><Товар/></Товары></R>": True,
    "<R><Товары><Товар/>": False,
    "<R><Товары><Товар/></Товары>": False,
    "<R/>": True,
    '<R ВерсияСхемы="2.07" ДатаФормирования="2026-11-24"/>': True,
    "<R></R>\n": True,
    "<R></R >": True,
    "<RR><R></R>": False,
    "<R><R2></R2>": False,
    '<x:R xmlns:x="u"><x:Т/></x:R>': True,
    '<x:R xmlns:x="u"><x:Т/>': False,
    "<!-- <Классификатор> --><R></R>": True,
    "<!-- <Классификатор> --><R><Т/>": False,
    "<Классификатор><Ид/></Классификатор>": True,
    "<R><Классификатор><Ид/></Классификатор>": False,
    "": False,
    "текст": False,
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.items())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
def test_a_file_is_whole_when_its_root_is_closed(tmp_path, text, expected, encoding):
    path = tmp_path / "orders.xml"
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n'
    path.write_bytes((declared + text.replace("R", "КоммерческаяИнформация")).encode(encoding))

    assert looks_complete(path) is expected
