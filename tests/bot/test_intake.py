"""Updates on their way in: whose they are, and which belong together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Delivery, by_album, payload_of, whose
from storage.inbox import Claimed

CHAT, USER = {"chat": {"id": -5}}, {"from": {"id": 7}}


@pytest.mark.parametrize(
    ("update", "owners"),
    [
        ({"message": CHAT | USER}, (-5, 7)),
        ({"callback_query": USER | {"message": CHAT}}, (-5, 7)),
        ({"my_chat_member": CHAT | USER}, (-5, 7)),
        ({"message": CHAT}, (-5, 0)),
        ({"callback_query": USER}, (0, 7)),
        ({"something": "new"}, (0, 0)),
        ({}, (0, 0)),
    ],
)
def test_an_update_belongs_to_a_chat_and_a_user(update: dict[str, Any], owners: tuple[int, int]) -> None:
    assert whose({"update_id": 1, **update}) == owners


def row(update_id: int, album: str | None = None, chat_id: int = 1, attempts: int = 1) -> Claimed:
    return Claimed(update_id, chat_id, 7, "read", b"{}", attempts, album, 0.0)


def test_an_albums_photos_are_one_job_and_other_updates_are_one_each() -> None:
    rows = [row(1, "a"), row(2), row(3, "a"), row(4, "b"), row(5, "a", chat_id=2)]
    assert [[r.update_id for r in job] for job in by_album(rows)] == [[1, 3], [2], [4], [5]]


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1, 2]))))
def test_no_update_is_lost_or_doubled(kinds: list[tuple[str | None, int]]) -> None:
    rows = [row(number, album, chat_id) for number, (album, chat_id) in enumerate(kinds)]
    assert sorted(r.update_id for job in by_album(rows) for r in job) == list(range(len(rows)))


def test_the_photo_with_the_caption_speaks_for_its_album() -> None:
    raw = [{"update_id": 1, "message": {}}, {"update_id": 2, "message": {"caption": "/enroll Alice"}}]
    delivery = Delivery([row(1, "a"), row(2, "a", attempts=3)], raw)
    assert (delivery.lead["update_id"], delivery.attempts, delivery.update_ids) == (2, 3, [1, 2])


def stored(chat_id: int, update: dict[str, Any]) -> Claimed:
    """A claimed row of a chat."""
    return Claimed(1, chat_id, 7, "read", json.dumps(update).encode(), 1, None, 0.0)


@pytest.mark.parametrize("kind", ["message", "callback_query"])
def test_what_waited_while_its_group_became_a_supergroup_is_of_the_supergroup(kind: str) -> None:
    body = CHAT if kind == "message" else {"message": CHAT}
    raw = payload_of(stored(-1005, {"update_id": 1, kind: body}))
    assert whose(raw) == (-1005, 0)


def test_what_is_stored_comes_back_as_it_was() -> None:
    for update in ({"message": CHAT | USER}, {"message": {"chat": {"id": 7}}}, {"something": "new"}, {}):
        assert payload_of(stored(-5, update)) == update
