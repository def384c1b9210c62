"""The folder of everything the portal keeps: nobody else on the machine looks into it."""

import os
from pathlib import Path

PRIVATE = ("private", "exchange", "media", "1c", "search")


def data_dir_close(data_dir: Path) -> None:
    """Make the folder and shut it to other users of the machine.

    The embedded database of a portal that runs as root is served by a user of its own, who must
    pass through; then the folders inside are shut instead.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() != data_dir.stat().st_uid:
        return
    if os.geteuid():
        data_dir.chmod(0o700)
    for name in PRIVATE:
        folder = data_dir / name
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
