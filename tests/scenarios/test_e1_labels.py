"""E1 and E3: labels by caption, by reply, on an album, by asking; the list, the menu, and the way back."""

from __future__ import annotations

import pytest

from tests.scenarios.asking import labels as buttons_of
from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import SandboxClient, Upload


def examples_of(glance: Glance, person: Person) -> list[tuple[str, str]]:
    """Labels and photos (by sha256) of a chat."""
    return glance.rows(
        "SELECT labels.name, examples.photo FROM examples JOIN labels ON labels.id = examples.label_id "
        "WHERE examples.chat_id = ? AND labels.deleted_at IS NULL ORDER BY examples.id",
        person.chat_id,
    )


async def label(person: Person, name: str, *photos: Upload) -> None:
    """Give photos a label, in one album."""
    await person.shows_album(*photos, caption=f"/label {name}")
    await person.hears("Labelled", name)


async def test_a_photo_is_labelled_by_its_caption(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.cat(), "/label cat")
    answer = await ann.hears("Labelled cat", "1 photo")
    ((name, photo),) = examples_of(glance, ann)
    kept = glance.data_dir / "labelled" / photo[:2] / photo[2:4] / photo
    assert name == "cat" and kept.read_bytes().startswith(b"\xff\xd8")
    assert "1 more label" in text_of(answer) and "4 more photos of cat" in text_of(answer)


async def test_what_is_kept_has_nothing_but_pixels(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.lying_phone_portrait(), "/label portrait")
    await ann.hears("Labelled portrait")
    ((_, photo),) = examples_of(glance, ann)
    kept = (glance.data_dir / "labelled" / photo[:2] / photo[2:4] / photo).read_bytes()
    assert b"Exif" not in kept


async def test_a_photo_is_labelled_by_a_reply_to_it(ann: Person, glance: Glance) -> None:
    photo = await ann.shows(pictures.cat())
    await ann.hears("cat")
    await ann.says("/label Tom", reply_to=photo["message_id"])
    await ann.hears("Labelled Tom")
    assert [name for name, _ in examples_of(glance, ann)] == ["Tom"]


async def test_an_album_is_labelled_as_one(ann: Person, glance: Glance) -> None:
    await ann.shows_album(pictures.cat(), pictures.coffee(), pictures.rocket(), caption="/label things")
    await ann.hears("Labelled things", "3 photos")
    assert len(examples_of(glance, ann)) == 3


async def test_photos_are_labelled_until_done(ann: Person, glance: Glance) -> None:
    await ann.says("/label cat")
    await ann.hears("Send me photos of cat")
    await ann.shows(pictures.cat())
    await ann.hears("Labelled cat", "1 photo")
    await ann.shows(pictures.coffee())
    await ann.hears("Labelled cat", "2 photos")
    await ann.says("/done")
    await ann.hears("Done: cat with 2 photos")
    await ann.shows(pictures.rocket())
    await ann.hears("%")
    assert len(examples_of(glance, ann)) == 2


async def test_cancel_ends_the_gathering(ann: Person, glance: Glance) -> None:
    await ann.says("/label cat")
    await ann.hears("Send me photos of cat")
    await ann.says("/cancel")
    await ann.hears("Cancelled")
    await ann.shows(pictures.cat())
    await ann.hears("%")
    assert examples_of(glance, ann) == []


async def test_a_picture_labelled_twice_is_one_example(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.cat(), "/label cat")
    await ann.hears("Labelled cat")
    await ann.shows(pictures.cat(), "/label Cat")
    await ann.hears("Labelled cat", "1 photo", "counts once")
    assert len(examples_of(glance, ann)) == 1


async def test_another_label_moves_the_photo_and_undo_moves_it_back(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.cat(), "/label cat")
    await ann.hears("Labelled cat")
    await ann.shows(pictures.cat(), "/label dog")
    answer = await ann.hears("Labelled dog", "had another label before")
    await ann.presses(answer, "Undo")
    await ann.hears("Undone")
    assert [name for name, _ in examples_of(glance, ann)] == ["cat"]


async def test_undo_deletes_the_photo_and_a_label_that_was_new(ann: Person, glance: Glance) -> None:
    # No other chat of this bot has it: the same picture is one file, whoever labels it.
    await ann.shows(pictures.jpeg(pictures.photograph("chelsea").rotate(90)), "/label cat")
    answer = await ann.hears("Labelled cat")
    ((_, photo),) = examples_of(glance, ann)
    await ann.presses(answer, "Undo")
    await ann.hears("Undone")
    await ann.says("/labels")
    await ann.hears("no labels in this chat yet")
    assert not (glance.data_dir / "labelled" / photo[:2] / photo[2:4] / photo).exists()


async def test_a_photo_that_cannot_be_read_does_not_lose_its_album(ann: Person, glance: Glance) -> None:
    broken = pictures.truncated()
    await ann.says("/label cat")
    await ann.hears("Send me photos")
    await ann.sends_file(broken)
    await ann.hears("cannot")
    await ann.sends_file(pictures.cat())
    await ann.hears("Labelled cat", "1 photo")


REFUSED = {
    "": "Which label",
    "cat, dog": "one label",
    "x" * 300: "too long",
    "@cat": "cannot begin with @",
    "a\u202eb": "cannot be seen",
}


@pytest.mark.parametrize(("name", "words"), REFUSED.items(), ids=REFUSED.values())
async def test_a_label_that_cannot_be_used_gets_a_sentence(ann: Person, name: str, words: str) -> None:
    photo = await ann.shows(pictures.cat(), f"/label {name}")
    ((answer,),) = await ann.answers_to(photo)
    assert words in answer


async def test_labels_counts_the_photos_and_says_what_is_missing(ann: Person) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ann.shows(pictures.rocket(), "/label <b>dog")
    await ann.hears("Labelled")
    await ann.says("/labels")
    listed = text_of(await ann.hears("2 labels, 3 photos"))
    assert "cat – 2 photos" in listed and "<b>dog – 1 photo" in listed
    assert "3 more photos of cat" in listed and "4 more photos of <b>dog" in listed
    assert "<b>dog has the fewest" in listed


async def test_a_label_is_renamed_by_the_menu_and_undo_takes_it_back(ann: Person) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ann.says("/labels")
    menu = await ann.hears("1 label")
    await ann.presses(menu, "Change…")
    await ann.presses(await ann.hears("Which label"), "cat")
    await ann.presses(await ann.hears("cat – 2 photos"), "Rename…")
    await ann.hears("What shall cat be called")
    await ann.says("Tom")
    await ann.presses(await ann.hears("cat is Tom now"), "Undo")
    await ann.hears("Undone")
    await ann.says("/labels")
    await ann.hears("cat – 2 photos")


async def test_two_labels_are_put_together_and_apart_again(ann: Person, glance: Glance) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ann.shows(pictures.rocket(), "/label kitty")
    await ann.hears("Labelled kitty")
    await ann.says("/labels")
    await ann.presses(await ann.hears("2 labels"), "Change…")
    await ann.presses(await ann.hears("Which label"), "kitty")
    await ann.presses(await ann.hears("kitty – 1 photo"), "Is the same as…")
    await ann.presses(await ann.hears("same as kitty"), "cat")
    merged = await ann.hears("kitty is cat now", "3 photos")
    assert {name for name, _ in examples_of(glance, ann)} == {"cat"}
    await ann.presses(merged, "Undo")
    await ann.hears("kitty is back", "1 photo")


async def test_a_deleted_label_comes_back_with_its_photos(ann: Person, glance: Glance) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ann.says("/labels")
    await ann.presses(await ann.hears("1 label"), "Change…")
    await ann.presses(await ann.hears("Which label"), "cat")
    await ann.presses(await ann.hears("cat – 2 photos"), "Delete")
    gone = await ann.hears("cat and its 2 photos are gone")
    assert examples_of(glance, ann) == []
    await ann.presses(gone, "Undo")
    await ann.hears("cat is back", "2 photos")
    assert len(examples_of(glance, ann)) == 2


async def test_the_photos_of_a_label_are_shown(ann: Person) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ann.says("/labels")
    await ann.presses(await ann.hears("1 label"), "Change…")
    await ann.presses(await ann.hears("Which label"), "cat")
    await ann.presses(await ann.hears("cat – 2 photos"), "Show photos")
    shown = await ann.hears("Photos of cat")
    assert "photo" in shown


async def test_only_admins_change_labels_in_a_group(ann: Person, ben: Person) -> None:
    _, member = await gather("Club", ann, ben)
    await member.shows(pictures.cat(), "/label cat")
    await member.hears("Labelled cat")
    await member.says("/labels")
    await member.presses(await member.hears("1 label"), "Change…")
    await member.presses(await member.hears("Which label"), "cat")
    menu = await member.hears("cat – 1 photo")
    assert "admins" in await member.presses(menu, "Delete")


async def test_labels_stay_in_their_chat(ann: Person, ben: Person) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ben.says("/labels")
    await ben.hears("no labels in this chat yet")


async def test_train_says_exactly_what_is_missing(ann: Person) -> None:
    await label(ann, "cat", pictures.cat(), pictures.coffee())
    await ann.says("/train")
    answer = text_of(await ann.hears("cannot train"))
    assert "1 more label is missing" in answer and "3 more photos of cat" in answer


async def test_a_german_reads_german(everybodys_sandbox: SandboxClient, glance: Glance) -> None:
    anna = await meet(everybodys_sandbox, "Anna", "de")
    await anna.shows(pictures.cat(), "/label Katze")
    answer = await anna.hears("Label Katze gegeben")
    assert "Rückgängig" in "".join(buttons_of(answer))
