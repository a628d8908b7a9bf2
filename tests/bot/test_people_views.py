"""The list of people, one person's menu and the settings, as they are shown."""

from __future__ import annotations

from msgspec.structs import replace

from bot import texts, views
from bot.replies import Reply
from bot.settings import DAY_S, Settings
from bot.usecases import chat_settings
from bot.usecases.chat_settings import ChatSettings
from bot.usecases.find import Found
from bot.usecases.people import PAGE_PEOPLE, Page
from bot.usecases.unknown import groups
from storage.appearances import Appearance
from storage.cards import PersonCard
from storage.strangers import StrangerRow

ALICE = PersonCard(1, "Alice", faces=3, denials=0, created_by=7, user_id=None, allowed=False)
SETTINGS = ChatSettings("normal", False, False, 30, None, is_group=True)
PHOTO = Appearance(1, 10, "sure", 0.0)
FACE = StrangerRow(
    id=1,
    answer_id=1,
    face=0,
    crop="crop",
    box=(),
    landmarks=(),
    quality={"score": 0.5},
    source="photo",
    model="m",
    vector=b"",
)
WEEK_S = 7 * DAY_S


def labels(reply: Reply) -> list[list[str]]:
    assert reply.keyboard is not None
    return [[choice.label for choice in row] for row in reply.keyboard.rows]


def test_a_few_people_are_a_plain_list_with_one_button() -> None:
    people = tuple(replace(ALICE, id=number, name=f"P{number}") for number in range(5))
    reply = views.people.people(Page(people, 0, 1, 5), by=7)
    assert reply.text.splitlines()[:2] == ["<b>5 people</b>", "P0 – 3 photos ✓"]
    assert labels(reply) == [["Change…"]]


def test_only_marks_that_are_used_are_explained() -> None:
    bare = views.people.people(Page((replace(ALICE, faces=1),), 0, 1, 1), by=7)
    assert bare.text.splitlines() == ["<b>1 person</b>", "Alice – 1 photo"]
    linked = views.people.people(Page((replace(ALICE, user_id=9, allowed=True),), 0, 1, 1), by=7)
    assert [mark in linked.text for mark in ("✓ I know", "🔗 is a", "🤝 agreed")] == [True, True, True]


def test_a_page_in_the_middle_turns_both_ways() -> None:
    reply = views.people.people(Page((ALICE,) * PAGE_PEOPLE, 1, 3, 50), by=7)
    assert labels(reply)[0] == ["◀", "▶"]
    assert "Page 2 of 3" in reply.text


def test_a_person_is_never_the_same_as_themselves() -> None:
    bob = replace(ALICE, id=2, name="Bob")
    assert labels(views.people.same_as(ALICE, Page((ALICE, bob), 0, 1, 2), 0, by=7)) == [["Bob"], ["Back"]]


def test_the_menu_offers_to_forget_the_nos_only_where_there_are_some() -> None:
    without = views.people.person(ALICE, 0, 7, is_theirs=True)
    some = views.people.person(replace(ALICE, denials=2), 0, 7, is_theirs=True)
    assert texts.people.button_forget_all_denials() not in str(labels(without))
    assert texts.people.button_forget_all_denials() in str(labels(some))
    assert "Of 2 faces I was told" in some.text


def test_found_photos_are_numbered_across_pages_and_a_maybe_is_said() -> None:
    found = Found(1, "<Alice>", (PHOTO, replace(PHOTO, tone="maybe")), page=10, page_size=2, has_more=True)
    reply = views.finding.links(found, lambda message_id: f"https://t.me/c/1/{message_id}", by=7)
    assert "&lt;Alice&gt;" in reply.text
    first, second = '<a href="https://t.me/c/1/10">21</a>', '<a href="https://t.me/c/1/10">22</a> (maybe)'
    assert reply.text.endswith(f"\n1970-01-01: {first}, {second}")
    assert labels(reply) == [["◀", "▶"]]


def test_found_photos_are_listed_by_day() -> None:
    later = replace(PHOTO, created_at=PHOTO.created_at + 2 * DAY_S)
    found = Found(1, "Alice", (later, PHOTO, PHOTO), page=0, page_size=9, has_more=False)
    reply = views.finding.numbers(found, by=7)
    assert reply.text.split("\n")[1:3] == ["1970-01-03: 1", "1970-01-01: 2, 3"]
    assert labels(reply) == [["1", "2", "3"]]


def test_a_private_chat_has_no_tagging() -> None:
    assert texts.settings.setting("tagging") in views.settings.overview(SETTINGS, by=7).text
    private = views.settings.overview(replace(SETTINGS, is_group=False), by=7)
    assert texts.settings.setting("tagging") not in private.text


def test_answers_are_never_offered_to_be_kept_for_longer_than_the_installation_does() -> None:
    assert chat_settings.choices("keep", Settings(stranger_s=WEEK_S)) == [1, 7]


def test_groups_are_of_several_photos_and_the_one_of_most_comes_first() -> None:
    def face(number: int, photo: str, score: float = 0.5) -> StrangerRow:
        return replace(FACE, id=number, source=photo, quality={"score": score})

    rows = [
        face(1, "a"),
        face(2, "a"),
        face(3, "a"),
        face(4, "b", 0.9),
        face(5, "a"),
        face(6, "b"),
        face(7, "c"),
    ]
    found = groups(rows, [0, 0, 1, 1, 2, 2, 2])
    assert [(group.faces, group.photos) for group in found] == [((5, 6, 7), 3), ((4, 3), 2)]
    assert groups(rows[:2], [-1, -1]) == []
