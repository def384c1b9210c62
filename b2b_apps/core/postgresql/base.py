"""The backend that the settings name."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own; it asks ``SELECT 1`` of a kept connection at each request."""

    def is_usable(self) -> bool:
        """Whether the server still holds the connection. No query as a rule: a server that has
        gone, or has ended the connection, has said so, and then there is something to be read.
        """
        kept = self.connection
        if kept is None or kept.closed:
            return False
        waiting = select.poll()
        waiting.register(kept.fileno(), select.POLLIN)
        return bool(super().is_usable()) if waiting.poll(0) else True
