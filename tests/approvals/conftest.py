"""The office of the own company."""

import pytest

from tests.approvals.office import Office


@pytest.fixture
def office(world):
    return Office(world)
