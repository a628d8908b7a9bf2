"""Every file that was ever sent: bytes in a spool folder, addressed by file_unique_id and by file_id."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
import shutil
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import msgspec

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.pictures import NotAPictureError, Rendition, picture_size, renditions

Json = dict[str, Any]

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024  # https://core.telegram.org/bots/api#getfile
MAX_PHOTO_BYTES = 10 * 1024 * 1024  # https://core.telegram.org/bots/api#sendphoto
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PHOTO_SIDES_PX = 10_000
MAX_PHOTO_RATIO = 20
SPOOL_BYTES = 4 * 1024**3


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as Telegram knows it. `photo` names the photo whose sizes belong together."""

    unique_id: str
    kind: str
    path: str
    size: int
    name: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    photo: str = ""


class FileStore:
    """Keeps files until the sandbox stops, `SPOOL_BYTES` at most in all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, StoredFile] = {}
        self._bytes = 0
        # Recompressing holds a whole picture in memory.
        self._recompressing = asyncio.Semaphore(2)

    def restore(self, files: list[StoredFile]) -> None:
        """Take over files of an earlier run that are still in the folder."""
        self._files = {file.unique_id: file for file in files if (self._folder / file.path).is_file()}
        self._bytes = sum(file.size for file in self._files.values())

    def all(self) -> list[StoredFile]:
        return list(self._files.values())

    def location(self, file: StoredFile) -> Path:
        """Where the file's bytes are."""
        return self._folder / file.path

    async def add(self, source: BinaryIO, kind: str, name: str = "", mime: str = "") -> StoredFile:
        """Store a file as it is, streamed; ApiError where the spool is full or the file empty."""
        unique_id = _new_unique_id()
        path = f"{kind}s/file_{len(self._files)}_{unique_id}{_suffix(name)}"
        size = await asyncio.to_thread(_write, source, self._folder / path)
        return self._keep(
            StoredFile(unique_id=unique_id, kind=kind, path=path, size=size, name=name, mime=mime)
        )

    async def add_photo(self, source: BinaryIO) -> list[StoredFile]:
        """Recompress a picture to a photo's sizes, smallest first; NotAPictureError."""
        original = await self.add(source, "upload")
        try:
            async with self._recompressing:
                sizes = await asyncio.to_thread(renditions, self.location(original))
        finally:
            self._forget(original)
        photo = _new_unique_id()
        return [await self._add_size(size, photo) for size in sizes]

    async def add_bots_photo(self, source: BinaryIO) -> list[StoredFile]:
        """What sendPhoto takes; ApiError where size, sides or ratio are beyond its limits."""
        original = await self.add(source, "upload")
        try:
            _check_photo(original.size, await asyncio.to_thread(picture_size, self.location(original)))
            with self.location(original).open("rb") as stored:
                return await self.add_photo(stored)
        except NotAPictureError as error:
            raise bad_request("IMAGE_PROCESS_FAILED") from error
        finally:
            self._forget(original)

    def by_unique_id(self, unique_id: str) -> StoredFile | None:
        return self._files.get(unique_id)

    def by_file_id(self, file_id: str) -> StoredFile:
        """The file that a handle names; ApiError where it names none."""
        try:
            unique_id = base64.urlsafe_b64decode(file_id + "=" * (-len(file_id) % 4)).decode().split(":")[1]
        except (binascii.Error, UnicodeDecodeError, IndexError, ValueError) as error:
            raise wrong_file_id() from error
        if (file := self._files.get(unique_id)) is None:
            raise wrong_file_id()
        return file

    def by_path(self, path: str) -> StoredFile | None:
        return next((file for file in self._files.values() if file.path == path), None)

    def sizes(self, file: StoredFile) -> list[StoredFile]:
        """All sizes of the photo that a file is one of, smallest first."""
        sizes = [other for other in self._files.values() if other.photo == file.photo]
        return sorted(sizes, key=lambda size: size.width * size.height)

    async def _add_size(self, size: Rendition, photo: str) -> StoredFile:
        unique_id = _new_unique_id()
        path = f"photos/file_{len(self._files)}_{unique_id}.jpg"
        await asyncio.to_thread(_write_bytes, size.data, self._folder / path)
        return self._keep(
            StoredFile(
                unique_id=unique_id, kind="photo", path=path, size=len(size.data), mime="image/jpeg",
                width=size.width, height=size.height, photo=photo,
            )
        )  # fmt: skip

    def _keep(self, file: StoredFile) -> StoredFile:
        if file.size == 0 or self._bytes + file.size > SPOOL_BYTES:
            self.location(file).unlink()
            raise bad_request("file must be non-empty" if file.size == 0 else "the sandbox's disk is full")
        self._files[file.unique_id] = file
        self._bytes += file.size
        return file

    def _forget(self, file: StoredFile) -> None:
        if self._files.pop(file.unique_id, None):
            self._bytes -= file.size
            self.location(file).unlink(missing_ok=True)


def handle(file: StoredFile) -> str:
    """A fresh file_id: another one each time, all naming the same file."""
    plain = f"{file.kind}:{file.unique_id}:{secrets.token_hex(8)}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def identity(file: StoredFile) -> Json:
    """The fields that every file object of the Bot API has."""
    return {"file_id": handle(file), "file_unique_id": file.unique_id, "file_size": file.size}


def wrong_file_id() -> ApiError:
    return bad_request("wrong file identifier/HTTP URL specified")


def _check_photo(size: int, sides: tuple[int, int]) -> None:
    if size > MAX_PHOTO_BYTES:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    if sum(sides) > MAX_PHOTO_SIDES_PX or max(sides) > MAX_PHOTO_RATIO * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def _new_unique_id() -> str:
    return "AQAD" + secrets.token_urlsafe(8).replace("-", "x").replace("_", "y")


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 10 else ""


def _write(source: BinaryIO, target: Path) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, 1024 * 1024)
        return file.tell()


def _write_bytes(data: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
