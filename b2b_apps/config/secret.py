"""A secret key of this installation's own, made once and kept beside its data."""

import secrets
from pathlib import Path


def own_secret(data_dir: Path) -> str:
    """Return the key in ``data_dir/secret.key``; make it, readable by the owner only, if absent."""
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text().strip()
