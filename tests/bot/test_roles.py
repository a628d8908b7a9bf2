"""Who may do what, and for how long an admin is taken for one."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import ChatMember

from bot.handlers.roles import role_in
from bot.usecases.roles import REMEMBERED_S, KnownRoles, Role, manages, may_remove

ANN, BEN, CHAT = 1, 2, -42
RIGHTS = (
    "can_change_info", "can_invite_users", "can_pin_messages", "can_send_messages", "can_send_polls",
    "can_send_other_messages", "can_add_web_page_previews", "can_manage_topics", "can_send_audios",
    "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
    "can_send_voice_notes", "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


def member(status: str, **fields: Any) -> ChatMember:
    """A member as Telegram describes them."""
    ann = {"id": ANN, "is_bot": False, "first_name": "Ann"}
    return ChatMember.de_json({"user": ann, "status": status, **fields}, None)


@pytest.mark.parametrize(("is_member", "role"), [(True, "member"), (False, "none")])
def test_who_is_restricted_may_have_left(is_member: bool, role: Role) -> None:
    rights = dict.fromkeys(RIGHTS, False)
    assert role_in(member("restricted", is_member=is_member, until_date=0, **rights)) == role


@pytest.mark.parametrize(("status", "role"), [("member", "member"), ("left", "none")])
def test_everybody_else_is_what_their_status_says(status: str, role: Role) -> None:
    assert role_in(member(status)) == role


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("admin", True), ("member", False), ("none", False)]
)
def test_admins_manage_and_nobody_else(role: Role, may: bool) -> None:
    assert manages(role) is may


def test_an_admin_may_have_anybody_forgotten() -> None:
    assert may_remove("admin", ANN, enrolled_by=BEN, linked_to=None)


def test_a_member_may_have_those_forgotten_whom_they_enrolled_or_who_they_are() -> None:
    assert may_remove("member", ANN, enrolled_by=ANN, linked_to=None)
    assert may_remove("member", ANN, enrolled_by=BEN, linked_to=ANN)
    assert not may_remove("member", ANN, enrolled_by=BEN, linked_to=None)


def test_who_left_the_chat_may_have_nobody_forgotten() -> None:
    assert not may_remove("none", ANN, enrolled_by=ANN, linked_to=ANN)


def test_an_admin_is_remembered_for_a_moment_and_a_member_is_not() -> None:
    now = 100.0
    known = KnownRoles(clock=lambda: now)
    known.note(CHAT, ANN, "admin")
    known.note(CHAT, BEN, "member")
    assert (known.get(CHAT, ANN), known.get(CHAT, BEN)) == ("admin", None)
    now += REMEMBERED_S
    assert known.get(CHAT, ANN) is None


def test_an_admin_of_one_chat_is_none_of_another() -> None:
    known = KnownRoles(clock=lambda: 100.0)
    known.note(CHAT, ANN, "owner")
    assert known.get(CHAT - 1, ANN) is None
