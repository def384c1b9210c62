"""Every setting of the environment does what docs/deploy.md says of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "postgres://pakgauz:secret@db.example:5433/trade"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "b2b_apps.config.settings.production",
    "DATABASE_URL": DATABASE,
    "SECRET_KEY": "a-long-random-string-of-the-operator",
    "ALLOWED_HOSTS": "portal.example.ru,www.example.ru",
}


def run(code, tmp_path, **environment):
    """Run Python with nothing of our own environment but the path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(tmp_path / "data"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def settings_of(tmp_path, expression, **environment):
    """Return what ``expression`` gives in a process with such an environment."""
    code = (
        "import json, sys\nfrom django.conf import settings\nfrom pathlib import Path\n"
        f"print(json.dumps({expression}, default=str))"
    )
    found = run(code, tmp_path, **{**PRODUCTION, **environment})
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_what_the_operator_sets_is_honoured(tmp_path):
    found = settings_of(
        tmp_path,
        "{n: getattr(settings, n) for n in ('SECRET_KEY', 'ALLOWED_HOSTS', 'DATABASES', 'CACHES',"
        " 'CELERY_BROKER_URL', 'EMAIL_HOST', 'EMAIL_PORT', 'EMAIL_USE_TLS', 'EMAIL_HOST_USER',"
        " 'DEFAULT_FROM_EMAIL', 'SERVER_EMAIL', 'DATA_DIR', 'MEDIA_ROOT', 'TRUSTED_PROXIES',"
        " 'CSRF_TRUSTED_ORIGINS', 'EXCHANGE_FILE_LIMIT', 'SECRET_KEY_FALLBACKS')}",
        CACHE_URL="rediscache://cache.example:6380/2",
        CELERY_BROKER_URL="amqp://work:er@mq.example/trade",
        EMAIL_URL="smtp+tls://robot:pass@mail.example:587",
        MAIL_FROM="Портал <portal@example.ru>",
        TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8",
        CSRF_TRUSTED_ORIGINS="https://portal.example.ru",
        EXCHANGE_FILE_LIMIT="1048576",
        SECRET_KEY_FALLBACKS="older,oldest",
    )

    database = found["DATABASES"]["default"]
    assert database["ENGINE"] == "b2b_apps.core.postgresql"
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", 5433, "trade")
    assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (60, True)
    assert found["SECRET_KEY"] == PRODUCTION["SECRET_KEY"]
    assert found["ALLOWED_HOSTS"] == ["portal.example.ru", "www.example.ru"]
    assert found["CACHES"]["default"]["LOCATION"] == "redis://cache.example:6380/2"
    assert "redis" in found["CACHES"]["default"]["BACKEND"].lower()
    assert found["CELERY_BROKER_URL"] == "amqp://work:er@mq.example/trade"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_HOST_USER"]) == (True, "robot")
    assert found["DEFAULT_FROM_EMAIL"] == found["SERVER_EMAIL"] == "Портал <portal@example.ru>"
    assert found["DATA_DIR"] == str(tmp_path / "data")
    assert found["MEDIA_ROOT"] == str(tmp_path / "data" / "media")
    assert found["TRUSTED_PROXIES"] == ["127.0.0.1", "10.0.0.0/8"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://portal.example.ru"]
    assert found["EXCHANGE_FILE_LIMIT"] == 1048576
    assert found["SECRET_KEY_FALLBACKS"] == ["older", "oldest"]


def test_the_cache_that_is_named_can_be_loaded(tmp_path):
    assert (
        settings_of(
            tmp_path,
            "type(__import__('django.core.cache', fromlist=['caches']).caches['default']).__name__",
            CACHE_URL="rediscache://cache.example:6380/2",
        )
        == "RedisCache"
    )


@pytest.mark.parametrize(
    "url", ["redis://mq.example:6379/0", "amqp://work:er@mq.example:5672/trade"]
)
def test_celery_speaks_to_the_broker_that_is_named(tmp_path, url):
    code = (
        "import django; django.setup()\nfrom b2b_apps.config.celery import app\n"
        "connection = app.connection()\n"
        "print(connection.transport_cls, connection.hostname, *app.amqp.queues)"
    )
    found = run(code, tmp_path, **PRODUCTION, CELERY_BROKER_URL=url)

    scheme = url.partition(":")[0]
    assert found.stdout.split() == [scheme, "mq.example", "quick", "slow"], found.stderr


def test_the_url_of_the_database_may_say_more_of_its_connections(tmp_path):
    found = settings_of(
        tmp_path,
        "settings.DATABASES['default']",
        DATABASE_URL=f"{DATABASE}?sslmode=require&conn_max_age=7",
    )

    assert found["CONN_MAX_AGE"] == 7
    assert found["OPTIONS"]["sslmode"] == "require"


def test_behind_a_pooler_no_plans_are_kept(tmp_path):
    code = "settings.DATABASES['default']"
    kept = settings_of(tmp_path, code, DATABASE_URL=DATABASE)
    not_kept = settings_of(tmp_path, code, DATABASE_URL=DATABASE, DATABASE_KEEPS_PLANS="off")

    assert kept["OPTIONS"]["prepare_threshold"] == 2
    assert "OPTIONS" not in not_kept


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "on PostgreSQL only (postgres://…), not on “sq"),
        ({"DATABASE_URL": "mysql://a:b@c/d"}, "not on “mysql”"),
        ({"SECRET_KEY": ""}, "Set SECRET_KEY and ALLOWED_HOSTS."),
        ({"ALLOWED_HOSTS": ""}, "Set SECRET_KEY and ALLOWED_HOSTS."),
        ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES: “nginx” is no address"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_in_one_clear_line(tmp_path, changes, words):
    code = (
        "import sys, runpy; sys.argv = ['manage.py', 'migrate']\n"
        "runpy.run_path('manage.py', run_name='__main__')"
    )

    found = run(code, tmp_path, **{**PRODUCTION, **changes})

    assert found.returncode == 1
    (line,) = found.stderr.strip().splitlines()
    assert line.startswith("manage.py: ")
    assert words in line


def test_web_and_worker_begin_with_the_same_settings(tmp_path):
    environment = {k: v for k, v in PRODUCTION.items() if k != "DJANGO_SETTINGS_MODULE"}
    code = "import os, b2b_apps.config.{}; print(os.environ['DJANGO_SETTINGS_MODULE'])"

    found = [run(code.format(entry), tmp_path, **environment) for entry in ("wsgi", "celery")]

    expected = PRODUCTION["DJANGO_SETTINGS_MODULE"]
    assert [process.stdout.strip() for process in found] == [expected, expected]


def test_sentry_is_loaded_only_where_it_has_an_address(tmp_path):
    expression = "[name for name in sys.modules if name == 'sentry_sdk']"
    of_client = (
        "(lambda o: [o['dsn'], o['send_default_pii'], o['environment']])"
        "(__import__('sentry_sdk').get_client().options)"
    )
    dsn = "https://key@sentry.example/7"

    assert settings_of(tmp_path, f"(settings.DEBUG, {expression})[1]") == []
    on = {"SENTRY_DSN": dsn, "SENTRY_ENVIRONMENT": "test-stand"}
    assert settings_of(tmp_path, f"(settings.DEBUG, {of_client})[1]", **on) == [
        dsn,
        False,
        "test-stand",
    ]


def test_the_port_is_taken_from_the_environment(monkeypatch):
    from b2b_apps.core.management.commands.serve import Command

    monkeypatch.setenv("PORT", "9017")

    parser = Command().create_parser("manage.py", "serve")

    assert parser.parse_args([]).port == 9017


def test_every_variable_that_the_code_reads_is_in_the_guide():
    read = re.compile(r"""(?:env\.\w+\(|environ\.get\(|environ\[)\s*["']([A-Z][A-Z_]+)["']""")
    code = [*ROOT.glob("b2b_apps/**/*.py"), ROOT / "manage.py"]
    sources = [path for path in code if path.name != "test.py"]
    names = {name for path in sources for name in read.findall(path.read_text())}
    guide = (ROOT / "docs" / "deploy.md").read_text()

    assert {"DATABASE_URL", "SENTRY_DSN", "PORT"} <= names
    assert {name for name in names if f"`{name}`" not in guide} == set()
