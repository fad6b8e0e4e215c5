"""Data in files: FOLDER/<store>/<first two digits>/<digest>, never executable."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lrs.errors import Unavailable
from lrs.storage.attachments.content import CHUNK, Content, Held


class Folder:
    """A file a content. A file that is there is complete: it got its name after its data."""

    name = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, store: int, sha2: bytes) -> Path:
        name = sha2.hex()
        return self._root / str(store) / name[:2] / name

    def write(self, store: int, content: Content) -> None:
        path = self.path(store, content.sha2)
        try:
            self._make(path.parent)
            if not path.exists():
                _write(path, content)
            _flush(path.parent)  # also for one whose writer died before it got here
        except OSError as error:
            raise Unavailable("The folder of attachments cannot be written; try again.") from error

    def holds(self, store: int, sha2: bytes) -> bool:
        return self.path(store, sha2).exists()

    def read(self, held: Held) -> Iterator[bytes]:
        try:
            file = self.path(held.store, held.sha2).open("rb")
        except OSError as error:
            raise LookupError(f"attachment {held.sha2.hex()} is not in its folder") from error
        with file:
            while chunk := file.read(CHUNK):
                yield chunk

    def remove(self, store: int, sha2: bytes) -> None:
        """Delete a content that no row names any more."""
        path = self.path(store, sha2)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            _flush(path.parent)

    def old(self, store: int, before: float) -> Iterator[Path]:
        """Files of a store, also unfinished ones, that nobody wrote to since a POSIX time."""
        for path in (self._root / str(store)).glob("*/*"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    yield path

    def _make(self, folder: Path) -> None:
        """The folder, durable in each of those above it."""
        missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
        for one in reversed(missing):
            one.mkdir(mode=0o700, exist_ok=True)
            _flush(one.parent)


def _write(path: Path, content: Content) -> None:
    """Write under another name, make it durable, then rename: whoever sees it sees all of it."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _flush(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
