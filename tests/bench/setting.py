"""Django for the benchmarks: test settings, data of their own in var/bench."""

import os
from pathlib import Path

import django


def set_up() -> None:
    """Call before anything of Django is imported."""
    root = Path(__file__).resolve().parents[2]
    os.environ.setdefault("DATA_DIR", str(root / "var" / "bench"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b2b_apps.config.settings.test")
    django.setup()
