"""Frames: what is written is read again, and nothing else is let in."""

from __future__ import annotations

import asyncio
import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml import wire
from ml.protocol import Analyse, Answer, Ask, Description, Draw, FromBot, FromWorker, Ready, Refused, Started

FROM_BOT: list[FromBot] = [
    Ask(id=1, request=Analyse(photo="a.jpg", crops=True)),
    Ask(id=2, request=Draw(photo="a.jpg", marks=(), target="b.jpg"), alone=True),
]
FROM_WORKER: list[FromWorker] = [
    Ready(description=Description(device="cpu", classifier=None, embedder=None)),
    Started(ids=(1, 2)),
    Answer(id=1, outcome=Refused(reason="too_large", actual=30, limit=20)),
]


def stream_of(data: bytes) -> asyncio.StreamReader:
    stream = asyncio.StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    return stream


def test_the_worker_reads_what_the_bot_wrote() -> None:
    stream = io.BytesIO(b"".join(map(wire.frame, FROM_BOT)))
    assert [wire.read(stream, wire.FROM_BOT) for _ in FROM_BOT] == FROM_BOT
    assert wire.read(stream, wire.FROM_BOT) is None


async def test_the_bot_receives_what_the_worker_wrote() -> None:
    buffer = io.BytesIO()
    for message in FROM_WORKER:
        wire.write(buffer, message)
    stream = stream_of(buffer.getvalue())
    for message in FROM_WORKER:
        assert await wire.receive(stream, wire.FROM_WORKER) == message
    assert await wire.receive(stream, wire.FROM_WORKER) is None


@pytest.mark.parametrize("kept", [1, 3, 4, 10])
async def test_a_stream_that_ends_inside_a_frame_is_an_error_on_both_ends(kept: int) -> None:
    data = wire.frame(FROM_BOT[0])[:kept]
    with pytest.raises(wire.WireError, match="inside a frame"):
        wire.read(io.BytesIO(data), wire.FROM_BOT)
    with pytest.raises(wire.WireError, match="inside a frame"):
        await wire.receive(stream_of(data), wire.FROM_BOT)


async def test_a_frame_that_claims_too_much_is_refused_before_it_is_read() -> None:
    head = struct.pack(">I", wire.MAX_FRAME_BYTES + 1)
    with pytest.raises(wire.WireError, match="allowed"):
        wire.read(io.BytesIO(head), wire.FROM_BOT)
    with pytest.raises(wire.WireError, match="allowed"):
        await wire.receive(stream_of(head), wire.FROM_WORKER)


def test_a_message_longer_than_a_frame_is_not_written() -> None:
    with pytest.raises(wire.WireError, match="allowed"):
        wire.frame(Ask(id=1, request=Analyse(photo="x" * wire.MAX_FRAME_BYTES)))


def test_a_message_for_the_other_end_is_an_error() -> None:
    with pytest.raises(wire.WireError, match="not a message"):
        wire.read(io.BytesIO(wire.frame(FROM_WORKER[0])), wire.FROM_BOT)


@given(st.binary(max_size=200))
def test_any_payload_is_a_message_or_a_wire_error(payload: bytes) -> None:
    stream = io.BytesIO(struct.pack(">I", len(payload)) + payload)
    try:
        message = wire.read(stream, wire.FROM_BOT)
    except wire.WireError:
        return
    assert isinstance(message, Ask)
