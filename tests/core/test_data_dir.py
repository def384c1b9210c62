"""Nobody else on the machine reads what the portal keeps; production is no demo."""

import os
import subprocess
import sys

import pytest

from b2b_apps.config.secret import own_secret
from b2b_apps.core.data_dir import data_dir_close


def mode(path):
    return oct(path.stat().st_mode & 0o777)


def test_a_folder_that_was_open_is_shut(tmp_path, monkeypatch):
    data = tmp_path / "data"
    (data / "private").mkdir(parents=True, mode=0o755)
    data.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: data.stat().st_uid or 0)

    data_dir_close(data)

    assert {mode(data / name) for name in ("private", "exchange", "media", "1c")} == {"0o700"}
    assert mode(data) == ("0o700" if os.geteuid() else "0o755")


def test_a_new_folder_is_shut(tmp_path):
    data_dir_close(tmp_path / "new" / "data")

    assert mode(tmp_path / "new" / "data") == "0o700"


def test_the_key_is_made_once_and_for_the_owner_only(tmp_path):
    first = own_secret(tmp_path)

    assert own_secret(tmp_path) == first
    assert len(first) > 40
    assert mode(tmp_path / "secret.key") == "0o600"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize(("demo", "text"), [("1", "PAKGAUZ_DEMO"), ("0", "")])
def test_production_refuses_to_be_a_demo(tmp_path, demo, text):
    run = subprocess.run(
        [sys.executable, "-c", "import b2b_apps.config.settings.production"],
        env={
            **os.environ, "PAKGAUZ_DEMO": demo, "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "a",
            "DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody@localhost/none",
            "DJANGO_SETTINGS_MODULE": "b2b_apps.config.settings.production",
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (run.returncode == 0) is (demo == "0"), run.stderr
    assert text in run.stderr
