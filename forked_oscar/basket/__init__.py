"""Fork of ``oscar.apps.basket``."""
