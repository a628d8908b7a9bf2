"""Answers to photos."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import msgspec

from bot import texts
from bot.replies import Keyboard, Reply, Shown
from bot.usecases.recognise import Told
from bot.usecases.seen import OwnSeen, Recognition, SeenFace
from bot.views.common import bad_photo, lacking, links_of, shown
from ml.errors import BadPhoto
from ml.protocol import Label

# Below this a label is noise beside the others.
WORTH_SAYING = 0.05
# Of the chat's own labels, as many as say something beside the first.
MOST_OWN = 3
# Where nothing is likely, a list of unlikely things is only odd; beside a person it can be rude.
WORTH_GUESSING = 0.05
WORTH_GUESSING_BESIDE_PEOPLE = 0.30

# From here on, people who are not known are counted: "someone I don't know" six times over says no more.
MANY_STRANGERS = 3

# The Telegram users to mention, by the ids of the people who they are.
Mentions = Mapping[int, int]
NOBODY: Mentions = {}


def answer(told: Sequence[Told], mentions: Mentions = NOBODY, keyboard: Keyboard | None = None) -> Reply:
    """One reply to a photo, or to all photos of an album: what is in them, and who."""
    pictures = tuple(picture for one in told for picture in _picture(one))
    return Reply(words([one.recognition for one in told], mentions), keyboard, pictures)


def words(seen: Sequence[Recognition], mentions: Mentions = NOBODY, links: Sequence[str] = ()) -> str:
    """What is said about one photo, or about several photo by photo; `links`: the photos' addresses."""
    if len(seen) == 1:
        return "\n\n".join(_seen(seen[0], mentions))
    titles = [texts.photos.album_part(number) for number in range(1, len(seen) + 1)]
    if links:
        titles = [f'<a href="{link}">{title}</a>' for link, title in zip(links, titles, strict=True)]
    parts = [f"{title}\n" + "\n".join(_seen(one, mentions)) for title, one in zip(titles, seen, strict=True)]
    return "\n\n".join(parts)


def words_apart(seen: Sequence[Recognition], mentions: Mentions, links: Sequence[str]) -> str:
    """What is said, in reply to the first of them, about photos that did not come together."""
    said = words(seen, mentions, links)
    return said if links else f"{texts.photos.from_this_one_on()}\n\n{said}"


def links(chat_id: int, message_ids: Sequence[int]) -> list[str]:
    """The addresses of photos that did not come together, in a chat whose messages have addresses."""
    link_to = links_of(chat_id)
    return [] if link_to is None or len(set(message_ids)) == 1 else [link_to(one) for one in message_ids]


def unasked(told: Sequence[Told]) -> list[Told]:
    """What is told where nobody asked, with the pictures alone on which somebody is named.

    Of several, those that Telegram does not take as photos would each be a message of its own: they go too.
    """
    naming = [one for one in told if any(face.is_named for face in one.recognition.shown)]
    fitting = [one for one in naming if all(picture.fits_photo for picture in _picture(one))]
    kept = naming if len(naming) == 1 else fitting
    return [one if one in kept else in_words(one) for one in told]


def in_words(told: Told) -> Told:
    """What is told of a photo, without its picture."""
    return msgspec.structs.replace(told, drawn=None, file_id=None)


def has_picture(told: Told) -> bool:
    """Whether an answer comes with a picture."""
    return bool(_picture(told))


def _seen(seen: Recognition, mentions: Mentions) -> list[str]:
    if seen.refused is not None:
        refused = seen.refused
        return [bad_photo(BadPhoto(refused.reason, actual=refused.actual, limit=refused.limit))]
    parts = []
    if seen.shown:
        parts.append(_people(seen.shown, mentions))
    if seen.names_paused:
        parts.append(texts.photos.names_paused())
    if seen.own is not None:
        parts.append(_own(seen.own))
    if seen.labels is not None:
        parts.append(_labels(seen.labels, seen.sure, beside_people=bool(seen.shown)))
    parts += lacking(seen.missing, seen.troubles)
    return parts or [texts.photos.nothing_seen()]


def _people(faces: Sequence[SeenFace], mentions: Mentions) -> str:
    """Everybody in reading order; many strangers are counted instead, and their boxes have numbers."""
    known = [face for face in faces if face.is_named]
    strangers = len(faces) - len(known)
    if strangers < MANY_STRANGERS:
        return _in_order(faces, mentions)
    others = texts.photos.strangers(strangers)
    if not known:
        return texts.photos.i_see(others)
    if len(known) > 1:
        return texts.photos.left_to_right_and([_who(face, mentions) for face in known], others)
    if known[0].tone == "sure":
        return texts.photos.i_see_and(_who(known[0], mentions), others)
    return texts.photos.i_see_and_maybe(known[0].name or "", others)


def _in_order(faces: Sequence[SeenFace], mentions: Mentions) -> str:
    first = faces[0]
    if len(faces) > 1:
        return texts.photos.left_to_right([_who(face, mentions) for face in faces])
    if first.is_named and first.tone != "sure":
        return texts.photos.may_be(first.name or "")
    return texts.photos.i_see(_who(first, mentions))


def _who(face: SeenFace, mentions: Mentions) -> str:
    if face.name is None or not face.is_named:
        return texts.photos.someone()
    if face.tone != "sure":
        return texts.photos.maybe(face.name)
    # Only who is surely there: a maybe should not call anybody.
    user_id = mentions.get(face.person_id or 0)
    return texts.names.mention(user_id, face.name)


def _labels(labels: Sequence[Label], sure: bool, *, beside_people: bool) -> str:
    if sure:
        first, *others = labels
        return "\n".join([f"<b>{_label(first)}</b>", *_likely(others, WORTH_SAYING)])
    if not beside_people:
        first, *others = labels
        return "\n".join([texts.photos.not_sure(), _label(first), *_likely(others, WORTH_GUESSING)])
    lines = _likely(labels, WORTH_GUESSING_BESIDE_PEOPLE)
    return (
        "\n".join([texts.photos.not_sure_beside_people(), *lines])
        if lines
        else texts.photos.no_idea_beside_people()
    )


def _own(own: OwnSeen) -> str:
    """The chat's own labels, which come before everybody's."""
    if own.is_none:
        return texts.labels.none_of_yours()
    first, *others = own.guesses[:MOST_OWN]
    lines = [texts.labels.your_label(first.name, first.probability)]
    lines += [
        texts.labels.other_label(guess.name, guess.probability)
        for guess in others
        if guess.probability >= WORTH_SAYING
    ]
    return "\n".join(lines)


def _likely(labels: Sequence[Label], at_least: float) -> list[str]:
    return [_label(label) for label in labels if label.probability >= at_least]


def _label(label: Label) -> str:
    return f"{html.escape(label.name)} – {label.probability:.0%}"


def _picture(told: Told) -> tuple[Shown, ...]:
    if told.file_id is not None:
        return (Shown(file_id=told.file_id),)
    return (shown(told.drawn),) if told.drawn is not None else ()
