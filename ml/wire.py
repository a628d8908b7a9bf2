"""Frames between the bot and a child: four bytes of length (big-endian), then one msgpack message.

Each end decodes into the types it expects (`ml.protocol`, `ml.training`), so that a frame is either a valid
value or a WireError. The bot reads and writes on asyncio streams, a child on plain files that block.
"""

from __future__ import annotations

import asyncio
import struct
from typing import BinaryIO, TypeVar

import msgspec

from ml.errors import MLError
from ml.protocol import FromBot, FromWorker
from ml.training import Event

# An answer holds vectors and boxes, never pixels: a photo with 60 faces makes 130 KB.
MAX_FRAME_BYTES = 16 * 1024 * 1024

FROM_BOT: msgspec.msgpack.Decoder[FromBot] = msgspec.msgpack.Decoder(FromBot)
FROM_WORKER: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)
FROM_TRAINER: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)

_ENCODER = msgspec.msgpack.Encoder()
_LENGTH = struct.Struct(">I")

Message = TypeVar("Message")


class WireError(MLError):
    """A frame that is too long, cut short, or holds no message that the reading end knows."""


def frame(message: FromBot | FromWorker | Event) -> bytes:
    """A message as it goes over the pipe; WireError where it is longer than a frame may be."""
    payload = _ENCODER.encode(message)
    return _LENGTH.pack(_checked(len(payload))) + payload


def write(stream: BinaryIO, message: FromBot | FromWorker | Event) -> None:
    """Writes one frame and flushes it."""
    stream.write(frame(message))
    stream.flush()


def read(stream: BinaryIO, decoder: msgspec.msgpack.Decoder[Message]) -> Message | None:
    """The next message, or None where the stream ends between two frames."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    length = _length(head)
    payload = stream.read(length)
    if len(payload) < length:
        raise WireError("the stream ended inside a frame")
    return _decode(payload, decoder)


async def receive(stream: asyncio.StreamReader, decoder: msgspec.msgpack.Decoder[Message]) -> Message | None:
    """The next message, or None where the stream ends between two frames."""
    try:
        payload = await stream.readexactly(_length(await stream.readexactly(_LENGTH.size)))
    except asyncio.IncompleteReadError as error:
        if not error.partial and error.expected == _LENGTH.size:
            return None
        raise WireError("the stream ended inside a frame") from error
    return _decode(payload, decoder)


def _length(head: bytes) -> int:
    if len(head) < _LENGTH.size:
        raise WireError("the stream ended inside a frame")
    (length,) = _LENGTH.unpack(head)
    return _checked(length)


def _checked(length: int) -> int:
    if length > MAX_FRAME_BYTES:
        raise WireError(f"a frame of {length} bytes; {MAX_FRAME_BYTES} are allowed")
    return length


def _decode(payload: bytes, decoder: msgspec.msgpack.Decoder[Message]) -> Message:
    try:
        return decoder.decode(payload)
    except msgspec.DecodeError as error:
        raise WireError(f"not a message this end knows: {error}") from error
