"""Settings of the server that pages are measured on: the races', with the index of the run."""

import os
from pathlib import Path

from tests.races.settings import *  # noqa: F403 - settings

SEARCH_ROOT = Path(os.environ["BENCH_SEARCH_ROOT"])
