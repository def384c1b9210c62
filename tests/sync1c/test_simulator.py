"""The simulated 1C on the wire: what it asks, in what order, and what it refuses."""

import base64
import os
import signal
import subprocess
import sys
import time
import zipfile
from io import BytesIO

import pytest

from b2b_apps.sync1c.commerceml.writer import write_orders
from b2b_apps.sync1c.simulator.__main__ import main
from tests.sync1c.infobase import infobase_folder, order_of
from tests.sync1c.site_for_1c import site_running

IMPORTS = ["10_import0_1.xml", "20_offers0_1.xml", "30_parties.xml"]


@pytest.fixture
def site():
    with site_running() as running:
        yield running


@pytest.fixture
def base(tmp_path):
    return infobase_folder(tmp_path)


def onec(site, base, command, *more):
    """Run a command as from the shell; its exit code."""
    given = ["--url", site.url, "--user", "1с", "--password", "секрет", "--base", str(base)]
    return main([command, *given, *more])


def test_standard_client_opens_a_session_per_file_and_sends_a_picture_once(site, base):
    code = onec(site, base, "push")

    start = ["catalog checkauth", "catalog init"]
    assert code == 0
    assert site.modes() == [
        *start, "catalog file", "catalog file", "catalog import",
        *start, "catalog file", "catalog import",
        *start, "catalog file", "catalog import",
    ]  # fmt: skip
    assert site.bodies("import_files/bolt.png") == [b"\x89PNG bolt"]


def test_picture_that_was_sent_is_left_out_until_a_full_exchange(site, base):
    onec(site, base, "push")

    onec(site, base, "push")
    sent_again = len(site.bodies("import_files/bolt.png"))
    onec(site, base, "push", "--full")

    assert sent_again == 1
    assert len(site.bodies("import_files/bolt.png")) == 2


def test_file_goes_in_parts_of_the_limit_under_one_name(site, base):
    site.init = "zip=no\nfile_limit=100"

    onec(site, base, "push")

    whole = (base / "catalogue" / IMPORTS[0]).read_bytes()
    parts = site.bodies(IMPORTS[0])
    assert b"".join(parts) == whole
    assert [len(part) for part in parts[:-1]] == [100] * (len(whole) // 100)


def test_cookie_is_lines_two_and_three_and_sessid_is_line_four(site, base):
    site.checkauth = "success\nexchange\nabc123\nsessid=token7\ntimestamp=1700000000"

    onec(site, base, "push")

    pair = base64.b64encode("1с:секрет".encode()).decode()
    later = [asked for asked in site.asked if asked.query["mode"] != "checkauth"]
    assert {asked.cookie for asked in later} == {"exchange=abc123"}
    assert {asked.query.get("sessid") for asked in later} == {"token7"}
    assert {asked.authorization for asked in site.asked} == {f"Basic {pair}"}
    assert {a.cookie for a in site.asked if a.query["mode"] == "checkauth"} == {""}


def test_progress_is_asked_again_until_success(site, base):
    site.answers["import"] = ["progress\n1 of 2", "progress\n2 of 2"]

    code = onec(site, base, "push")

    asked = [a.query["filename"] for a in site.asked if a.query["mode"] == "import"]
    assert code == 0
    assert asked == [IMPORTS[0]] * 3 + IMPORTS[1:]


def test_failure_stops_the_exchange_with_the_sites_text(site, base, capsys):
    site.answers["import"] = ["success", "failure\nФайл повреждён"]

    code = onec(site, base, "push")

    assert code == 1
    assert capsys.readouterr().err == "1C: Файл повреждён\n"
    assert site.modes().count("catalog import") == 2


@pytest.mark.parametrize("answer", ["zip=no\nfile_limit=0\n", "zip=no\nfile_limit=0\nsessid=1"])
def test_standard_client_refuses_a_third_line_of_init(site, base, capsys, answer):
    site.init = answer

    code = onec(site, base, "push")

    assert code == 1
    assert capsys.readouterr().err == "1C: Параметры обмена не получены\n"
    assert site.modes() == ["catalog checkauth", "catalog init"]


def test_empty_answer_is_an_error(site, base, capsys):
    site.answers["checkauth"] = [""]

    code = onec(site, base, "push")

    assert code == 1
    assert capsys.readouterr().err == "1C: Получен пустой ответ сервера\n"


def test_package_client_keeps_one_session_and_ends_a_full_exchange(site, base):
    site.init = "zip=no\nfile_limit=0\nsessid=1\nversion=3.1"
    site.checkauth = "success\nexchange\nabc123\nsessid=1\ntimestamp=1700000000"

    code = onec(site, base, "push", "--client", "b", "--full")

    assert code == 0
    assert site.modes() == [
        "catalog checkauth", "catalog init", *["catalog file"] * 4, *["catalog import"] * 3,
        "catalog deactivate", "catalog complete",
    ]  # fmt: skip
    assert site.asked[1].query["version"] == "3.1"
    assert site.asked[-2].query["timestamp"] == "1700000000"


def test_archive_holds_the_file_with_its_pictures_and_import_names_the_file(site, base):
    site.init = "zip=yes\nfile_limit=0"

    onec(site, base, "push")

    name = site.asked[2].query["filename"]
    with zipfile.ZipFile(BytesIO(site.asked[2].body)) as packed:
        assert packed.namelist() == [IMPORTS[0], "import_files/bolt.png"]
    assert name.startswith("v8_")
    assert name.endswith(".zip")
    assert site.asked[3].query["filename"] == IMPORTS[0]


def test_option_packs_though_the_site_did_not_ask(site, base):
    onec(site, base, "push", "--zip")

    assert site.asked[2].query["filename"].endswith(".zip")


def test_misbehaviour_repeats_breaks_and_leaves_out(site, base):
    onec(site, base, "push", "--misbehave", "repeat-file,break-xml,skip-init,no-import,slow")

    last = (base / "catalogue" / IMPORTS[2]).read_bytes()
    assert set(site.modes()) == {"catalog checkauth", "catalog file"}
    assert site.bodies(IMPORTS[0]) == [(base / "catalogue" / IMPORTS[0]).read_bytes()] * 2
    assert site.bodies(IMPORTS[2]) == [last[: len(last) // 2]] * 2


def test_slow_client_sends_tiny_parts(site, base):
    (base / "import_files" / "bolt.png").write_bytes(b"x" * 10_000)

    onec(site, base, "push", "--misbehave", "slow")

    assert [len(part) for part in site.bodies("import_files/bolt.png")] == [4096, 4096, 1808]


def test_orders_are_asked_without_init_and_acknowledged(site, base):
    site.orders = write_orders([order_of()])

    code = onec(site, base, "orders")

    assert code == 0
    assert site.modes() == ["sale checkauth", "sale query", "sale success"]


def test_dropped_acknowledgement_keeps_the_order_in_the_base(site, base):
    site.orders = write_orders([order_of()])

    onec(site, base, "orders", "--misbehave", "drop-ack")

    assert site.modes() == ["sale checkauth", "sale query"]
    assert '"26-000001 2026-03-02"' in (base / "journal.json").read_text()


def test_bad_order_withholds_the_acknowledgement_but_the_good_one_is_written(site, base, capsys):
    site.orders = write_orders([order_of(party_id="nobody", inn=""), order_of("26-000002")])

    code = onec(site, base, "orders")

    journal = (base / "journal.json").read_text()
    assert code == 1
    assert "26-000001: Контрагент «Ромашка» не найден." in capsys.readouterr().err
    assert site.modes() == ["sale checkauth", "sale query"]
    assert "26-000002 2026-03-02" in journal
    assert "26-000001" not in journal


def test_refusal_of_query_is_shown(site, base, capsys):
    site.answers["query"] = ["failure\nНет доступа"]

    code = onec(site, base, "orders")

    assert code == 1
    assert capsys.readouterr().err == "1C: Нет доступа\n"


def test_confirmed_order_goes_back_and_its_stock_follows(site, base):
    site.orders = write_orders([order_of()])
    onec(site, base, "orders")

    onec(site, base, "advance")
    onec(site, base, "stock")
    onec(site, base, "stock")

    back = [asked for asked in site.asked if asked.body]
    assert [asked.mode for asked in back] == ["sale file", "catalog file"]
    assert back[0].query["filename"].startswith("orders-")
    assert 'ИдСклада="store-1" КоличествоНаСкладе="88"' in back[1].body.decode()


def test_step_the_site_did_not_hear_of_is_told_again(site, base):
    site.orders = write_orders([order_of()])
    onec(site, base, "orders")
    site.answers["import"] = ["failure\nПозже"]

    codes = [onec(site, base, "advance"), onec(site, base, "advance")]

    bodies = [a.body.decode() for a in site.asked if a.mode == "sale file"]
    assert codes == [1, 0]
    assert ["Подтвержден" in body for body in bodies] == [True, True]


def test_loop_outlives_a_site_that_is_down_and_stops_quietly(base):
    given = ["--url", "http://127.0.0.1:9/", "--user", "u", "--password", "p", "--base", str(base)]
    command = [sys.executable, "-m", "b2b_apps.sync1c.simulator", "run", *given]
    process = subprocess.Popen(
        [*command, "--interval", "0.05"], stderr=subprocess.PIPE, text=True, env={**os.environ}
    )

    lines = [process.stderr.readline() for _ in range(2)]
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=10)[1]

    assert lines == ["1C: Сайт не отвечает: ConnectionError\n"] * 2
    assert process.returncode == 0
    assert "Traceback" not in rest
