"""Fork of ``oscar.apps.partner``."""
