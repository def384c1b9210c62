"""Folders of generations: what is where, and which one is live."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import tantivy

from search.engines.base import EngineAwayError, EngineRefusedError
from search.engines.documents import checked_name
from search.engines.embedded_schema import fingerprint, schema, without_terms


class Folder:
    """``<generation>/index`` with tantivy's files and ``about.json`` beside; ``live`` names one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._pointer = root / "live"

    def index(self, generation: str) -> Path:
        """Return the folder of tantivy's files; it need not be there."""
        return self._root / checked_name(generation) / "index"

    def create(self, generation: str) -> None:
        """Make an empty index. Raises EngineRefusedError if it is there."""
        path = self.index(generation)
        try:
            path.mkdir(parents=True)
        except FileExistsError as error:
            raise EngineRefusedError(f"the generation {generation} is there") from error
        tantivy.Index(schema(), path=str(path), reuse=False)
        meta = path / "meta.json"
        _replace(meta, json.dumps(without_terms(json.loads(meta.read_text()))))
        about = {"made_with": fingerprint(), "tantivy": tantivy.__version__}
        _replace(path.parent / "about.json", json.dumps(about))

    def open(self, generation: str) -> tantivy.Index:
        """Open an index. Raises EngineAwayError: it is not there, or of another version."""
        path = self.index(generation)
        try:
            about = json.loads((path.parent / "about.json").read_text())
        except FileNotFoundError as error:
            raise _gone(generation) from error
        if about.get("made_with") != fingerprint():
            raise EngineAwayError(
                f"the search index {generation} was made by another version of the portal"
                " or of tantivy; make it anew: manage.py search_rebuild"
            )
        try:
            index = tantivy.Index.open(str(path))
            index.config_reader("manual")
        except (ValueError, OSError) as error:
            raise EngineAwayError(
                f"the search index {generation} can't be read: {error}"
            ) from error
        return index

    def stamp(self, generation: str) -> tuple[int, int]:
        """Return what changes with every commit. Raises EngineAwayError."""
        try:
            found = (self.index(generation) / "meta.json").stat()
        except FileNotFoundError as error:
            raise _gone(generation) from error
        return found.st_ino, found.st_mtime_ns

    def segments(self, generation: str) -> Mapping[str, int]:
        """Return tantivy's segments, in its order, and how many documents each was made of."""
        meta = json.loads((self.index(generation) / "meta.json").read_text())
        return {one["segment_id"]: one["max_doc"] for one in meta["segments"]}

    def live_stamp(self) -> tuple[int, int] | None:
        """Return what changes when another generation goes live, None if there is none."""
        try:
            found = self._pointer.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns

    def live(self) -> str | None:
        """Return the name of the live generation."""
        try:
            return self._pointer.read_text().strip() or None
        except FileNotFoundError:
            return None

    def go_live(self, generation: str) -> None:
        """Point to a generation, in one step. Raises EngineAwayError if it is not there."""
        self.stamp(generation)
        _replace(self._pointer, generation)

    def generations(self) -> Sequence[str]:
        """Return the names of all, in order."""
        return sorted(path.parent.name for path in self._root.glob("*/about.json"))

    def drop(self, generation: str) -> None:
        """Take a generation away; if it is the live one, there is none then."""
        path = self.index(generation).parent
        if self.live() == generation:
            self._pointer.unlink(missing_ok=True)
        # First the name: what is half deleted is no generation.
        (path / "about.json").unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _gone(generation: str) -> EngineAwayError:
    return EngineAwayError(f"there is no search index {generation}; manage.py search_rebuild")
