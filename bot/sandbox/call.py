"""A Bot API request read from HTTP: its method, parameters and uploaded files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.sandbox.errors import bad_request

Json = dict[str, Any]

MAX_FIELD_BYTES = 4 * 1024 * 1024
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
TRUE_WORDS = frozenset({"true", "1", "yes"})

T = TypeVar("T")


class Parameters:
    """Named values as clients send them: text in forms, any JSON in JSON bodies."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A text; empty where there is none."""
        value = self._values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; ApiError where it is none."""
        if name not in self:
            return default
        try:
            return int(self._values[name])
        except (TypeError, ValueError) as error:
            raise bad_request(f"parameter {name} must be an integer") from error

    def seconds(self, name: str, at_most: float) -> float:
        """A duration, 0 where there is none; ApiError where it is no number."""
        try:
            return min(max(float(self.text(name) or 0), 0.0), at_most)
        except ValueError as error:
            raise bad_request(f"parameter {name} must be a number") from error

    def flag(self, name: str) -> bool:
        """Whether something is switched on."""
        return str(self._values.get(name, "")).lower() in TRUE_WORDS

    def structure(self, name: str, kind: type[T]) -> T | None:
        """A list or an object, given as such or as JSON text; None where there is none; ApiError."""
        value = self._values.get(name)
        try:
            if isinstance(value, str):
                return msgspec.json.decode(value, type=kind) if value.strip() else None
            return None if value is None else msgspec.convert(value, kind)
        except msgspec.MsgspecError as error:
            raise bad_request(f"can't parse {name} JSON object") from error


class Call(Parameters):
    """One call of a Bot API method."""

    def __init__(self, method: str, values: Mapping[str, Any], files: Mapping[str, UploadFile]) -> None:
        super().__init__(values)
        self.method = method
        self.files = files

    @property
    def chat_id(self) -> int | None:
        """The chat that the call is about, where it names one by its id."""
        return whole_number(self.text("chat_id"))

    def summary(self) -> Json:
        """The parameters for the traffic log: files by name and size, never their bytes."""
        files = {name: {"file": file.filename, "bytes": file.size} for name, file in self.files.items()}
        return {**self._values, **files}


async def read_call(request: Request, method: str) -> Call:
    """The call in a request: query, form, multipart or JSON, as Telegram takes them; ApiError."""
    values: Json = dict(request.query_params)
    content_type = request.headers.get("content-type", "").partition(";")[0]
    if content_type == "application/json":
        values |= await _json_object(request)
        return Call(method, values, {})
    if content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return Call(method, values, {})
    form = await request.form(max_files=64, max_part_size=MAX_FIELD_BYTES)
    files = {name: part for name, part in form.multi_items() if isinstance(part, UploadFile)}
    values |= {name: part for name, part in form.multi_items() if isinstance(part, str)}
    return Call(method, values, files)


async def _json_object(request: Request) -> Json:
    try:
        return msgspec.json.decode(await request.body() or b"{}", type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise bad_request("can't parse request JSON object") from error


def whole_number(text: str) -> int | None:
    """The number that a text is; None where it is none."""
    return int(text) if WHOLE_NUMBER.fullmatch(text) else None
