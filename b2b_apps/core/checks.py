"""System checks: the forks are really loaded, no database stopped amid a history that is gone."""

import ast
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from inspect import getmembers, isclass
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import AppRegistryNotReady
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from oscar.core.loading import get_class, get_model

FORKS = "forked_oscar"
HINT = "Is the fork's AppConfig listed in INSTALLED_APPS?"
# Not loaded by name: Django and Oscar take them from INSTALLED_APPS itself.
NO_SEAMS = frozenset({"apps", "migrations"})


class Seam(NamedTuple):
    """A class of a fork that Oscar looks up by ``label``, ``module`` and ``name``."""

    label: str
    module: str
    name: str
    ours: Any


@register
def forked_classes_are_loaded(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report each class of a fork in whose place Oscar would load its own.

    What is overridden is read off the forks: every class of ``forked_oscar/<app>/<module>.py``
    that has the name of one in Oscar's module of the same name, every model of Oscar's.
    """
    found: list[CheckMessage] = []
    for label in forks():
        try:
            seams = list(seams_of(label))
        except (RuntimeError, ImportError, AppRegistryNotReady) as error:
            found.append(Error(f"{FORKS}.{label} is not loaded: {error}", hint=HINT, id="b2b.E002"))
            continue
        found += [
            Error(f"{seam.label}.{seam.module}.{seam.name} is Oscar's", hint=HINT, id="b2b.E001")
            for seam in seams
            if loaded(seam) is not seam.ours
        ]
    return found


@register(Tags.database)
def replaced_migrations_are_all_applied(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report a database that has some of the migrations that one of ours replaces, and not all.

    Their files are gone. Django would leave the replacing one out as well, and say nothing.
    """
    found: list[CheckMessage] = []
    for alias in databases or ():
        applied = MigrationRecorder(connections[alias]).applied_migrations()
        for key, migration in MigrationLoader(connections[alias]).replacements.items():
            missing = [name for name in migration.replaces if name not in applied]
            if missing and len(missing) < len(migration.replaces):
                names = ", ".join(".".join(name) for name in missing)
                found.append(
                    Error(
                        f"{'.'.join(key)} replaces migrations of which this database lacks {names}",
                        hint="Run migrate of the version that had them, or begin anew: for a demo,"
                        " make demo-reset.",
                        id="b2b.E003",
                    )
                )
    return found


def forks() -> list[str]:
    """Return the names of the forked apps, from the folder."""
    return [found.name for found in iter_modules(import_module(FORKS).__path__) if found.ispkg]


def seams_of(label: str) -> Iterator[Seam]:
    """Yield the classes of a fork that override one of Oscar's."""
    for found in iter_modules(import_module(f"{FORKS}.{label}").__path__):
        if found.name in NO_SEAMS:
            continue
        ours = import_module(f"{FORKS}.{label}.{found.name}")
        theirs = classes_of_oscar(label, found.name)
        for name, cls in getmembers(ours, isclass):
            if cls.__module__ == ours.__name__ and name in theirs:
                yield Seam(label, found.name, name, cls)


def classes_of_oscar(label: str, module: str) -> frozenset[str]:
    """Return the names of the classes in Oscar's module, read without importing it.

    Oscar defines its models only where nobody else has, so they stand inside conditions; some
    classes it only hands on: ``FacetedSearchView = get_class(…)``.
    """
    try:
        spec = find_spec(f"oscar.apps.{label}.{module}")
    except ModuleNotFoundError:
        return frozenset()
    if spec is None or not spec.origin:
        return frozenset()
    tree = ast.parse(Path(spec.origin).read_text())
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    handed_on = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return frozenset(defined | handed_on)


def loaded(seam: Seam) -> Any:
    """Return what Oscar gets when it asks for this class."""
    if seam.module == "models":
        config = apps.get_app_config(seam.label)
        return get_model(config.label, seam.name)
    return get_class(f"{seam.label}.{seam.module}", seam.name)
