"""Settings by environment: ``base`` for all, then ``dev``, ``test`` or ``production``."""
