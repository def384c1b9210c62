"""Fork of ``oscar.apps.dashboard``: models unchanged."""

from oscar.apps.dashboard.models import *
