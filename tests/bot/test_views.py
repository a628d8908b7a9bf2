"""Results into replies."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from bot import texts, views
from bot.languages import speaking
from bot.replies import Shown
from bot.usecases.enrol import Enrolled, NotStored
from bot.usecases.people import Page
from bot.usecases.ports import Picture
from bot.usecases.progress import Progress
from bot.usecases.recognise import Told
from bot.usecases.seen import Recognition, SeenFace
from bot.usecases.why import Reasons
from ml.errors import MissingWeights
from ml.protocol import Box, Drawn, IdentityThresholds, Label, QualityProblem, Refused, Tone
from storage.cards import PersonCard

PHOTO = Picture("file", "unique")
BOX = Box(0, 0, 10, 10)
MARKUP = "<b>Eve</b> & Co"
LABELS = (Label(index=1, name="tabby cat", probability=0.6), Label(index=2, name="<lynx>", probability=0.004))

CROP = Shown(path=Path("crop.jpg"), width=80, height=90, bytes=2000)


def face(name: str | None, tone: Tone) -> SeenFace:
    return SeenFace(box=BOX, tone=tone, name=name, person_id=1 if name else None)


def said(*faces: SeenFace, sure: bool = True, labels: tuple[Label, ...] = LABELS, **more: object) -> str:
    seen = Recognition(labels=labels, sure=sure, faces=faces, **more)  # type: ignore[arg-type]
    return views.photos.answer([Told(PHOTO, seen)]).text


def test_a_sure_label_stands_out_and_noise_is_left_out() -> None:
    assert said() == "<b>tabby cat – 60%</b>"


def test_an_unsure_label_is_said_to_be_unsure() -> None:
    assert said(sure=False).startswith(texts.photos.not_sure())


def test_the_first_label_is_said_however_small_and_in_safe_html() -> None:
    assert said(labels=LABELS[1:]) == "<b>&lt;lynx&gt; – 0%</b>"


def test_faces_are_named_from_left_to_right() -> None:
    text = said(face("Alice", "sure"), face("Bob", "maybe"), face(None, "unknown"))
    assert text.startswith("Left to right: Alice, maybe Bob, someone I don't know.")


ALICE, MAYBE_BOB, NOBODY = face("Alice", "sure"), face("Bob", "maybe"), face(None, "unknown")


@pytest.mark.parametrize(
    ("faces", "words"),
    [
        ([ALICE], "I see Alice."),
        ([MAYBE_BOB], "This may be Bob."),
        ([NOBODY], "I see someone I don't know."),
        ([NOBODY, ALICE, NOBODY], "Left to right: someone I don't know, Alice, someone I don't know."),
        ([NOBODY] * 3, "I see three people I don't know."),
        ([NOBODY] * 13, "I see 13 people I don't know."),
        ([NOBODY, ALICE, NOBODY, NOBODY], "I see Alice and three people I don't know."),
        ([NOBODY, MAYBE_BOB, NOBODY, NOBODY], "I see three people I don't know, and maybe Bob."),
        ([ALICE, *[NOBODY] * 6, MAYBE_BOB], "Left to right: Alice, maybe Bob, and six people I don't know."),
    ],
)
def test_people_are_said_in_order_and_many_strangers_counted(faces: list[SeenFace], words: str) -> None:
    assert said(*faces).startswith(words + "\n")


def test_strangers_are_counted_in_german_too() -> None:
    with speaking("de"):
        text = said(ALICE, NOBODY, MAYBE_BOB, NOBODY, NOBODY)
    assert text.startswith("Von links nach rechts: Alice, vielleicht Bob und drei mir unbekannte Personen.")


@pytest.mark.parametrize(
    ("tone", "similarity", "lines"),
    [
        ("sure", 0.62, ["Most like Alice: 62% alike. From 55% on I say the name, from 45% on only maybe."]),
        ("maybe", 0.5, ["Most like Alice: 50% alike. From 55% on I say the name, from 45% on only maybe."]),
        (
            "maybe",
            0.58,
            [
                "Most like Alice: 58% alike. From 55% on I say the name, from 45% on only maybe.",
                "But somebody else here looks much the same, so I only said maybe.",
            ],
        ),
        ("sure", None, ["Somebody here told me that this is Alice."]),
    ],
)
def test_the_reasons_for_a_name_are_plain_words(
    tone: Tone, similarity: float | None, lines: list[str]
) -> None:
    thresholds = IdentityThresholds(sure=0.55, maybe=0.45, margin=0.05, copy=0.9)
    drawn = Drawn(path="why.jpg", width=10, height=10, bytes=100)
    found = Reasons(drawn, "cosine", similarity, thresholds, gallery_version=1)
    assert views.explaining.reasons(face("Alice", tone), found).text.split("\n") == lines


def test_a_name_is_never_markup() -> None:
    assert "&lt;b&gt;Eve&lt;/b&gt; &amp; Co" in said(face(MARKUP, "sure"))


def test_missing_weights_are_part_of_the_answer() -> None:
    weights = MissingWeights("resnet50", "resnet50.pth", "0123abcd", "weights", "pull it")
    assert all(
        word in said(missing=(weights,)) for word in ("resnet50.pth", "0123abcd", "weights", "pull it")
    )


def test_a_photo_of_nothing_gets_an_answer_too() -> None:
    seen = Recognition(labels=None, sure=False, faces=())
    assert views.photos.answer([Told(PHOTO, seen)]).text == texts.photos.nothing_seen()


def test_a_picture_that_telegram_has_is_not_sent_anew() -> None:
    drawn = Drawn(path="drawn.jpg", width=10, height=10, bytes=100)
    seen = Recognition(labels=LABELS, sure=True, faces=(face(None, "unknown"),))
    (again,) = views.photos.answer([Told(PHOTO, seen, drawn, file_id="known")]).pictures
    (new,) = views.photos.answer([Told(PHOTO, seen, drawn)]).pictures
    assert (again.file_id, new.path) == ("known", Path("drawn.jpg"))


def test_where_nobody_asked_only_known_faces_are_shown_and_nothing_but_photos_beside_each_other() -> None:
    def told(name: str, *faces: SeenFace, width: int = 9) -> Told:
        drawn = Drawn(path=f"{name}.jpg", width=width, height=9, bytes=1)
        return Told(Picture(name, name), Recognition(labels=None, sure=False, faces=faces), drawn)

    strip = told("strip", face("Alice", "sure"), width=9999)
    unknown, maybe = told("unknown", face(None, "unknown")), told("maybe", face("Alice", "maybe"))
    shown = [[one.drawn is not None for one in views.photos.unasked(album)] for album in (
        [strip, unknown, maybe], [strip, unknown], [unknown]
    )]  # fmt: skip
    assert shown == [[False, False, True], [True, False], [False]]


def test_an_albums_unreadable_photo_is_told_among_the_others() -> None:
    told = Told(PHOTO, Recognition(labels=LABELS, sure=True, faces=()))
    unread = Recognition(labels=None, sure=False, faces=None, refused=Refused(reason="damaged"))
    text = views.photos.answer([told, Told(PHOTO, unread)]).text
    assert "tabby cat" in text and texts.files.bad_photo("damaged") in text.split("Photo 2")[1]


def test_an_album_is_answered_photo_by_photo_in_one_reply() -> None:
    told = Told(PHOTO, Recognition(labels=LABELS, sure=True, faces=()))
    text = views.photos.answer([told, told, told]).text
    assert [text.count(f"Photo {number}") for number in (1, 2, 3, 4)] == [1, 1, 1, 0]


ENROLLED = Enrolled(person_id=1, name="Alice", photos=1, face_id=8, crop="c", crop_size=(80, 90))


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(2, "from_the_side"), "2 more photos would help, one of them from the side"),
        (Progress(1, "other_light"), "1 more photo would help, in another light"),
        (Progress(1, "another_day"), "another day"),
        (Progress(), "enough"),
    ],
)
def test_what_would_help_is_said_until_it_is_enough(progress: Progress, words: str) -> None:
    assert words in views.enrolling.enrolled([ENROLLED], progress, CROP, by=7, undo_s=60).text


def test_undo_is_for_whoever_enrolled() -> None:
    keyboard = views.enrolling.enrolled([ENROLLED], Progress(), CROP, by=7, undo_s=60).keyboard
    assert keyboard is not None and (keyboard.user_id, keyboard.lasts_s) == (7, 60)


def test_an_enrolled_album_says_what_was_not_stored_and_undoes_the_rest() -> None:
    second = msgspec.structs.replace(ENROLLED, photos=2, face_id=9)
    outcomes: list[Enrolled | NotStored] = [ENROLLED, NotStored("Alice", "blurred"), second]
    reply = views.enrolling.enrolled(outcomes, Progress(), None, by=7, undo_s=60)
    assert "2 new, 2 photos" in reply.text and "Photo 2" in reply.text and "blurred" in reply.text
    assert reply.keyboard and reply.keyboard.rows[0][0].data["faces"] == [8, 9]


def test_enrolling_somebody_new_says_what_that_confirms() -> None:
    new = msgspec.structs.replace(ENROLLED, is_new=True)
    said = [views.enrolling.enrolled([one], Progress(), CROP, 7, 60).text for one in (ENROLLED, new)]
    assert ["Alice agreed" in text for text in said] == [False, True]


@pytest.mark.parametrize("reason", get_args(QualityProblem))
def test_every_problem_of_a_face_has_its_reason_and_what_to_do(reason: QualityProblem) -> None:
    said = views.enrolling.not_stored(NotStored("Alice", reason))
    assert said.count(".") == 2 and "Send" in said


def test_people_are_listed_in_safe_html() -> None:
    card = PersonCard(1, MARKUP, faces=2, denials=0, created_by=7, user_id=None, allowed=False)
    assert "&lt;b&gt;Eve" in views.people.people(Page((card,), 0, 1, 1), by=7).text
    assert views.people.people(Page((), 0, 1, 0), by=7).text == texts.people.nobody_yet()


SENTENCES_WITH_NAMES = [
    texts.enrolling.send_photos_of(MARKUP),
    texts.enrolling.which_face(MARKUP),
    texts.enrolling.stored(MARKUP, 1),
    texts.enrolling.attested(MARKUP),
    texts.group_enrolling.for_group(MARKUP),
    texts.group_enrolling.send_in_group(MARKUP),
    texts.group_enrolling.or_in_private(MARKUP),
    texts.group_enrolling.send_privately(MARKUP, MARKUP),
    texts.group_enrolling.not_a_member(MARKUP),
    texts.enrolling.looks_like(MARKUP, MARKUP, 1),
    texts.enrolling.decided(MARKUP),
    texts.enrolling.done(MARKUP, 0),
    texts.enrolling.done(MARKUP, 1),
    texts.people.renamed(MARKUP, MARKUP),
    texts.people.merged(MARKUP, MARKUP, 2),
    texts.people.forgotten(MARKUP, 10),
    texts.people.restored(MARKUP),
    texts.enrolling.picked(MARKUP, 1),
    texts.photos.maybe(MARKUP),
    texts.people.name_taken(MARKUP),
    texts.people.nobody_called(MARKUP),
    texts.enrolling.summary(MARKUP, 1, 2),
    texts.people.person_line(MARKUP, 1),
]


@pytest.mark.parametrize("sentence", SENTENCES_WITH_NAMES)
def test_every_sentence_with_a_name_escapes_it(sentence: str) -> None:
    assert "<b>Eve" not in sentence
    assert "&lt;b&gt;Eve&lt;/b&gt; &amp; Co" in sentence


def test_beside_people_only_likely_things_are_guessed() -> None:
    unlikely = (Label(index=1, name="neck brace", probability=0.09),)
    assert "neck brace" not in said(face("Alice", "sure"), sure=False, labels=unlikely)
    assert "tabby cat" in said(face("Alice", "sure"), sure=False)
