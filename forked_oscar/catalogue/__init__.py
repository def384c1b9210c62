"""Fork of ``oscar.apps.catalogue``."""
