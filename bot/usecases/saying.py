"""What a person's reply to an answer of ours says: who is who, or nothing of the kind. Pure."""

from __future__ import annotations

import re

import msgspec

from bot.usecases.names import NAME_LIMIT

# "2 is Carol", "2: Carol", "Nr. 2 ist Carol", "photo 2, number 1: Carol" as "2.1 Carol".
_NUMBERED = re.compile(
    r"(?:(?:number|no|nr|nummer|face|gesicht)\.?\s*|#)?(?:(?P<photo>\d{1,2})\s*[./]\s*)?(?P<number>\d{1,2})"
    r"(?:\s+(?:is|ist)\s+|\s*(?:->|[:=→–—-])\s*|\s+)(?P<name>\D.*)",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?:no,?\s+|nein,?\s+)?(?:this|that|it|he|she|das|es|er|sie)(?:\s+(?:is|ist)|['’]s)\s+(?P<name>\S.*)",
    re.IGNORECASE,
)
# A name on its own has few words; what is longer is talk.
MOST_WORDS = 4
_PUNCTUATION = re.compile(r"[?!;:,\n]|\.\s*$|\.{2,}|https?://|www\.")
# What people answer a bot with that is nobody's name: English, and German.
_TALK = frozenset((
    "thanks", "thank", "thx", "ok", "okay", "yes", "yeah", "yep", "no", "nope", "wow", "lol", "haha", "hi",
    "hello", "hey", "cool", "nice", "great", "good", "super", "wrong", "right", "correct", "why", "who",
    "what", "where", "when", "how", "danke", "ja", "nein", "genau", "toll", "prima", "hallo", "falsch",
    "richtig", "stimmt", "warum", "wer", "was", "wo", "wann", "wie",
))  # fmt: skip
_PARTICLES = frozenset((
    "von", "van", "de", "der", "den", "del", "della", "di", "da", "la", "le", "el", "al", "bin", "ibn", "ter",
    "zu",
))  # fmt: skip


class NameGiven(msgspec.Struct, frozen=True):
    """A name, and which face it is for: its number, and that of its photo in an album, where they were said.

    `is_sure`: the words leave no doubt that a name was meant; a lone word may be talk that we do not know.
    """

    name: str
    number: int | None = None
    photo: int | None = None
    is_sure: bool = True


def name_in(text: str) -> NameGiven | None:
    """The name that a reply gives to a face; None where it is talk."""
    text = text.strip()
    if match := _NUMBERED.fullmatch(text):
        photo = int(match["photo"]) if match["photo"] else None
        return _given(match["name"], number=int(match["number"]), photo=photo)
    if match := _INTRODUCED.fullmatch(text):
        return _given(match["name"])
    return _given(text, is_sure=False)


def _given(
    text: str, *, number: int | None = None, photo: int | None = None, is_sure: bool = True
) -> NameGiven | None:
    name = text.strip().removesuffix(".") if is_sure else text.strip()
    words = name.split()
    if not words or len(words) > MOST_WORDS or len(name) > NAME_LIMIT or name.startswith(("/", "@")):
        return None
    if _PUNCTUATION.search(name) or (not is_sure and words[0].casefold() in _TALK):
        return None
    return NameGiven(name, number, photo, is_sure)


def looks_like_a_name(text: str) -> bool:
    """Whether somebody new may be called so: each word begins with no small letter, but "von" and such."""
    words = [word for word in text.split() if word.casefold() not in _PARTICLES]
    return bool(words) and all(not word[0].islower() for word in words) and any(map(str.isalpha, text))
