"""The desk's URLs × method × person × company: nobody but staff, who leak and change nothing
foreign.
"""

import pytest

from tests.isolation.declared import STAFF, URLS
from tests.isolation.matrix import faults

DESK = sorted(name for name, declared in URLS.items() if declared.audience == STAFF)


@pytest.mark.parametrize("name", DESK)
def test_nobody_but_staff_reaches_it(town, name):
    assert faults(town, name) == []
