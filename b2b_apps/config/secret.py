"""A secret key of this installation's own, made once and kept beside its data."""

import contextlib
import os
import secrets
from pathlib import Path


def own_secret(data_dir: Path) -> str:
    """Return the key in ``data_dir/secret.key``; make it, readable by the owner only, if absent."""
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Several processes start at once: whose link comes first, his key is everybody's.
        own = data_dir / f"secret.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(own, path)
        own.unlink()
    return path.read_text().strip()
