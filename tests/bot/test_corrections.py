"""The pure parts of corrections: which face is the same, whom to offer, which buttons there are."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts, views
from bot.edits import Edit, send_for
from bot.replies import Choice, Keyboard, Shown
from bot.usecases.correct import Called, Named, Person
from bot.usecases.naming import denials_of
from bot.usecases.offering import likeliest_first
from bot.usecases.seen import Recognition, SeenFace, overlap, same_face
from bot.usecases.why import percent
from bot.views.correcting import Page, Said, faces_of
from ml.protocol import Box, Tone
from storage.negatives import Denial

HERE, THERE = Box(0, 0, 10, 10), Box(50, 0, 60, 10)
ALICE, BOB, CAROL = Person(1, "Alice"), Person(2, "Bob"), Person(3, "Carol")
boxes = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    *[st.floats(0, 100), st.floats(0, 100), st.floats(1, 50), st.floats(1, 50)],
)


def face(tone: Tone = "unknown", person: Person | None = None, **more: object) -> SeenFace:
    about = {"person_id": person.id, "name": person.name} if person else {}
    return SeenFace(box=HERE, tone=tone, **about, **more)  # type: ignore[arg-type]


def said(*photos: tuple[SeenFace, ...]) -> Said:
    seen = [Recognition(labels=None, sure=False, faces=faces) for faces in photos]
    return Said(7, tuple(enumerate(seen, start=100)))


def labels(keyboard: Keyboard | None) -> list[list[str]]:
    assert keyboard is not None
    return [[choice.label for choice in row] for row in keyboard.rows]


def choice(keyboard: Keyboard, label: str) -> Choice:
    return next(choice for row in keyboard.rows for choice in row if choice.label == label)


@given(boxes, boxes)
def test_overlap_is_a_share_and_has_no_direction(one: Box, other: Box) -> None:
    assert 0 <= overlap(one, other) <= 1
    assert overlap(one, other) == pytest.approx(overlap(other, one))
    assert overlap(one, one) == pytest.approx(1)


def test_a_face_that_moved_a_little_is_the_same_and_its_neighbour_is_not() -> None:
    assert same_face(Box(1, 1, 11, 11), [THERE, HERE]) == 1
    assert same_face(Box(9, 0, 19, 10), [THERE, HERE]) is None


def test_a_denial_is_for_the_face_it_was_said_of_alone() -> None:
    denied = [Denial(1, (49, 0, 59, 10)), Denial(2, (200, 0, 210, 10))]
    assert denials_of([HERE, THERE], denied) == {(1, 1)}


def test_whom_a_face_resembles_is_offered_first_and_who_it_is_not_at_all() -> None:
    offered = likeliest_first([ALICE, BOB, CAROL], face("sure", BOB, nearest=(BOB.id, CAROL.id)))
    assert offered == [CAROL, ALICE]


def test_a_maybe_has_yes_no_and_someone_else_and_others_are_found_under_correct() -> None:
    keyboard = views.correcting.keyboard(said((face("maybe", ALICE), face("sure", BOB))))
    assert labels(keyboard) == [["1: Yes", "1: No", "1: Someone else"], ["Correct…", "Why?"]]


def test_a_lone_face_has_no_number() -> None:
    keyboard = views.correcting.keyboard(said((face("maybe", ALICE),)))
    assert labels(keyboard) == [["Yes", "No", "Someone else"], ["Why?"]]


def test_a_photo_without_faces_has_no_buttons() -> None:
    assert views.correcting.keyboard(said(())) is None


def test_anybody_in_the_chat_may_press() -> None:
    keyboard = views.correcting.keyboard(said((face(),)))
    assert keyboard is not None and keyboard.user_id is None


def test_faces_of_an_album_are_numbered_photo_by_photo() -> None:
    faces = faces_of(said((face(),), (face(), face(dismissed=True), face())))
    assert [one.label for one in faces] == ["1.1", "2.1", "2.3"]
    assert [one.data for one in faces][2] == {"answer": 101, "face": 2}


def test_whoever_wrote_a_word_alone_is_asked_whether_it_is_a_name() -> None:
    (one,) = faces_of(said((face(),)))
    question = views.correcting.is_it_a_name("<Carol>", one, 7)
    assert question.text == "Is this person called “&lt;Carol&gt;”?"
    assert labels(question.keyboard) == [["Yes", "No"]]
    assert question.keyboard is not None and question.keyboard.user_id == 7
    assert choice(question.keyboard, "Yes").data == {**one.data, "name": "<Carol>"}


def test_a_new_name_in_words_is_confirmed_with_what_that_attests_and_undo() -> None:
    reply = views.correcting.called(Called((Named("", CAROL, True),), record=5), 600)
    assert "That is Carol" in reply.text and "you confirm that Carol agreed" in reply.text
    assert labels(reply.keyboard) == [["Undo"]]
    assert reply.keyboard is not None and reply.keyboard.lasts_s == 600
    assert "confirm" not in views.correcting.called(Called((Named("", CAROL, False),), 5), 600).text


def test_several_names_in_words_are_listed_in_one_reply_with_one_undo() -> None:
    named = (Named("1", ALICE, False), Named("2", CAROL, True))
    reply = views.correcting.called(Called(named, record=5), 600)
    assert "1: Alice\n2: Carol\n" in reply.text and "confirm that Carol" in reply.text
    assert labels(reply.keyboard) == [["Undo"]]


def test_the_people_to_choose_from_are_turned_page_by_page() -> None:
    words = said((face("sure", ALICE),))
    (one,) = faces_of(words)
    menu = views.correcting.who_is_it(words, one, Page(((2, "Bob"), (3, "Carol")), 1, has_more=True))
    assert labels(menu.keyboard) == [
        ["Bob", "Carol"],
        ["◀", "▶"],
        ["New name…"],
        ["Not Alice"],
        ["Not a face, or nobody"],
        ["Back"],
    ]
    assert menu.keyboard is not None
    assert [choice(menu.keyboard, label).data["page"] for label in "◀▶"] == [0, 2]


@pytest.mark.parametrize(
    ("one", "asks"),
    [
        (face("maybe", ALICE), "Face 2 (Alice?): who is it?"),
        (face("sure", ALICE), "Face 2 (Alice): who is it?"),
        (face(), "Face 2: who is it?"),
    ],
)
def test_a_menu_says_which_of_several_faces_it_is_about(one: SeenFace, asks: str) -> None:
    words = said((face(), one))
    pointed = faces_of(words)[1]
    assert views.correcting.who_is_it(words, pointed, Page((), 0, has_more=False)).text == asks


def test_a_menu_about_an_albums_face_says_of_which_photo_and_of_a_lone_face_neither() -> None:
    album, alone = said((face(),), (face(), face("sure", BOB))), said((face("sure", BOB),))
    page = Page((), 0, has_more=False)
    last = views.correcting.who_is_it(album, faces_of(album)[-1], page)
    assert last.text == "Photo 2, face 2 (Bob): who is it?"
    assert views.correcting.who_is_it(alone, faces_of(alone)[0], page).text == "Who is it?"


def test_who_was_left_out_is_found_under_correct_and_can_come_back() -> None:
    words = said((face(), face(dismissed=True)))
    shown, left_out = faces_of(words, left_out=True)
    assert labels(views.correcting.which_to_correct(words, [shown, left_out]).keyboard) == [
        ["1", "2 (left out)"],
        ["Back"],
    ]
    menu = views.correcting.who_is_it(words, left_out, Page((), 0, has_more=False))
    assert ["It is a face"] in labels(menu.keyboard)


def test_where_everybody_was_left_out_there_is_correct_all_the_same() -> None:
    assert labels(views.correcting.keyboard(said((face(dismissed=True),)))) == [["Correct…"]]


def test_undo_is_offered_as_long_as_there_is_something_to_undo() -> None:
    words = msgspec.structs.replace(said((face(),)), undo=9)
    keyboard = views.correcting.keyboard(words)
    assert labels(keyboard) == [["Correct…", "Undo"]]
    assert keyboard is not None and choice(keyboard, "Undo").data == {"record": 9}


def test_a_telegram_user_is_mentioned_where_they_are_surely_named() -> None:
    seen = Recognition(labels=None, sure=False, faces=(face("sure", ALICE), face("maybe", BOB)))
    text = views.photos.words([seen], {ALICE.id: 77, BOB.id: 78})
    assert f'<a href="tg://user?id=77">Alice</a>, {texts.photos.maybe("Bob")}' in text
    assert "78" not in text


def test_who_is_nobody_is_not_spoken_of() -> None:
    seen = Recognition(labels=None, sure=False, faces=(face(dismissed=True), face("sure", ALICE)))
    assert views.photos.words([seen]) == "I see Alice."


@pytest.mark.parametrize(("similarity", "metric", "shown"), [(0.724, "cosine", 72), (-0.45, "euclidean", 55)])
def test_similarities_are_said_in_percent(similarity: float, metric: str, shown: int) -> None:
    assert percent(similarity, metric) == shown  # type: ignore[arg-type]


def test_an_edit_with_a_picture_brings_its_words_along(tmp_path: Path) -> None:
    edit = Edit(5, "words", is_caption=True, picture=Shown(path=tmp_path / "new.jpg"), answer_id=9)
    send = send_for(1, edit, {})
    assert send.method == "editMessageMedia" and send.answer_ids == (9,)
    assert send.payload["media"]["caption"] == "words" and list(send.files) == ["picture"]


@pytest.mark.parametrize(
    ("edit", "method"),
    [
        (Edit(5, "words"), "editMessageText"),
        (Edit(5, "words", is_caption=True), "editMessageCaption"),
        (Edit(5), "editMessageReplyMarkup"),
    ],
)
def test_an_edit_changes_what_it_was_given(edit: Edit, method: str) -> None:
    assert send_for(1, edit, {}).method == method
