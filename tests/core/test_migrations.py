"""The migrations begin with whole tables, and stand for those that they replace."""

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState, StateApps

from b2b_apps.core.at_once import AtOnce

HUB = migrations.CreateModel(
    "Hub",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("spoke", models.ForeignKey("core.Spoke", models.CASCADE, null=True)),
    ],
)
SPOKE = migrations.CreateModel(
    "Spoke",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("hub", models.ForeignKey("core.Hub", models.CASCADE)),
        ("code", models.CharField(max_length=8)),
    ],
    options={"constraints": [models.UniqueConstraint(fields=["code"], name="spoke_code_is_one")]},
)
BOTH = AtOnce([HUB, SPOKE])


@pytest.fixture
def applied(monkeypatch):
    """What the database says is applied; tests take from it."""
    found = MigrationRecorder(connection).applied_migrations()
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: dict(found))
    return found


def run(way, before, after):
    with connection.schema_editor() as editor:
        getattr(BOTH, f"database_{way}")("core", editor, before, after)


def tables():
    return {"core_hub", "core_spoke"} & set(connection.introspection.table_names())


@pytest.mark.django_db(transaction=True)
def test_models_that_refer_to_each_other_are_made_at_once_and_taken_back():
    empty, full = ProjectState(), ProjectState()
    BOTH.state_forwards("core", full)

    run("forwards", empty, full)

    try:
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, "core_spoke")
            assert connection.introspection.get_relations(cursor, "core_hub") == {
                "spoke_id": ("id", "core_spoke")
            }
        assert found["spoke_code_is_one"]["unique"]
        assert [c["foreign_key"] for c in found.values() if c["foreign_key"]] == [
            ("core_hub", "id")
        ]
    finally:
        run("backwards", full, empty)
    assert tables() == set()


def test_the_classes_are_made_once_for_all(monkeypatch):
    rendered = []
    real = StateApps.render_multiple
    monkeypatch.setattr(
        StateApps,
        "render_multiple",
        lambda self, states: (rendered.append(sorted(s.name for s in states)), real(self, states)),
    )
    state = ProjectState()
    assert state.apps.get_models() == []
    del rendered[:]

    BOTH.state_forwards("core", state)

    assert rendered == []
    assert {model.__name__ for model in state.apps.get_models()} == {"Hub", "Spoke"}
    assert rendered == [["Hub", "Spoke"]]


def test_a_database_of_all_that_was_replaced_has_nothing_to_do(db, applied):
    replacing = MigrationExecutor(connection).loader.replacements
    old = {name for migration in replacing.values() for name in migration.replaces}
    assert len(old) > 60
    assert old <= set(applied)
    for key in set(replacing) - old:
        del applied[key]

    executor = MigrationExecutor(connection)

    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert {node for node in executor.loader.graph.nodes if node[0] == "contracts"} == {
        ("contracts", "0001_initial"),
        ("contracts", "0002_trade_choice"),
    }
    assert checks.run_checks(tags=["database"], databases=["default"]) == []


def test_a_database_that_stopped_amid_them_is_refused(db, applied):
    """Django would say that nothing waits: it leaves out what it can't apply."""
    del applied["fulfilment", "0009_own_statuses"]
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []

    with pytest.raises(SystemCheckError, match=r"lacks fulfilment\.0009_own_statuses"):
        call_command("migrate", verbosity=0, skip_checks=False)
