"""What a person's reply to an answer of ours says: who is who, or nothing of the kind. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from bot.usecases.names import NAME_LIMIT

# "2 is Carol", "2: Carol", "Nr. 2 ist Carol", photo 2, number 1: Carol as "2.1 is Carol"; and, where the
# number may count something else ("5 Euro", "1 - 0"), "2 Carol", "2. Carol", "2) Carol" and "2 - Carol".
_NUMBER = (
    r"(?:(?:number|no|nr|nummer|face|gesicht)\.?\s*|#)?"
    r"(?:(?P<photo>\d{1,2})\s*[./]\s*)?(?P<number>\d{1,2})"
)
_IS = r"(?P<explicit>\s+(?:is|ist)\s+|\s*(?:->|[:：=→])\s*)"
_BESIDE = r"\s*[–—-]\s*|[.)]\s+|\s+"
_BEGIN = rf"{_NUMBER}(?:{_IS}|{_BESIDE})(?=[^\s\d:：=→–—>-])"
_NUMBERED = re.compile(rf"{_BEGIN}(?P<name>.+)", re.IGNORECASE)
# What is between two of several: "1 is Ann, 2 is Bob", "1 is Ann and 2 is Bob", a line each. A full stop as
# well, but not that of "no. 2" or "3.2".
_MARK = (
    r"\s*[,;،，、；\n]\s*(?:(?:and|und)\s+|&\s*)?|\s+(?:and|und|&|\+)\s+"
    r"|(?<!\bno)(?<!\bnr)(?<!\d)\.\s+"
)
_MARKED = re.compile(rf"(?:{_MARK})(?={_BEGIN})", re.IGNORECASE)
_UNMARKED = re.compile(rf"\s+(?={_BEGIN})", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?:no,?\s+|nein,?\s+)?(?:this|that|it|he|she|das|es|er|sie)(?:\s+(?:is|ist)|['’]s)\s+(?P<name>\S.*)",
    re.IGNORECASE,
)
# A name on its own has few words; what is longer is talk.
MOST_WORDS = 4
# "Sammy Davis, Jr." has a comma, and is a name all the same.
_SUFFIX = re.compile(r",\s*(?:jr|sr|jun|sen|ii|iii|iv|ph\.?d|m\.?d)\.?$", re.IGNORECASE)
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

    `is_explicit`: that number was said to be that name; other words may be talk that we do not know.
    """

    name: str
    number: int | None = None
    photo: int | None = None
    is_explicit: bool = False


class Circumstances(msgspec.Struct, frozen=True):
    """Where a name was given, how many faces it may mean (`meant`), and whether the chat knows who it is."""

    is_private: bool
    meant: int
    is_known: bool


# Correct the answer; ask whether it is a name; ask whose it is; say that there is no such face; leave it.
Verdict = Literal["call", "ask", "which", "no_such_number", "talk"]


def names_in(text: str) -> tuple[NameGiven, ...]:
    """The names that a reply gives, each to another face; none where it is talk, or ambiguous.

    Several are "1 is Ann, 2 is Bob" and the like. Where nothing but a space is between them, all have to be
    written alike, and none that is only beside its number ("1 Ann 2 Bob") may have digits of its own.
    """
    text = text.strip()
    for between in (_MARKED, _UNMARKED):
        several = _several(_split(text, between), is_marked=between is _MARKED)
        if several is not None:
            return several
    given = name_in(text)
    return (given,) if given is not None else ()


def _split(text: str, between: re.Pattern[str]) -> list[str]:
    edges = [0, *(edge for found in between.finditer(text) for edge in found.span()), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _several(parts: Sequence[str], *, is_marked: bool) -> tuple[NameGiven, ...] | None:
    """The names in the parts of a reply; none where they are ambiguous, None where it is one name at most."""
    if len(parts) < 2 or not _NUMBERED.fullmatch(parts[0]):
        return None
    given = [one for one in map(name_in, parts) if one is not None and one.number is not None]
    forms = {one.is_explicit for one in given}
    if not is_marked and len(forms) > 1:
        return None
    has_digits = any(map(str.isdigit, "".join(one.name for one in given)))
    is_ambiguous = not is_marked and forms == {False} and has_digits
    is_twofold = len({(one.photo, one.number) for one in given}) < len(parts)
    return () if is_ambiguous or is_twofold else tuple(given)


def name_in(text: str) -> NameGiven | None:
    """The name that a reply gives to a face; None where it is talk."""
    text = text.strip()
    if match := _NUMBERED.fullmatch(text):
        photo = int(match["photo"]) if match["photo"] else None
        name = match["name"].removesuffix(".")
        return _unless_talk(NameGiven(name, int(match["number"]), photo, match["explicit"] is not None))
    if match := _INTRODUCED.fullmatch(text):
        return _unless_talk(NameGiven(match["name"].removesuffix(".")))
    return _unless_talk(NameGiven(text))


def answer_in(text: str) -> str:
    """The name in the answer to "what is the name of number 2?": all of it but "2 is" and the like."""
    given = name_in(text)
    is_sentence = given is not None and (given.is_explicit or given.number is None)
    return given.name if given is not None and is_sentence else text


def _unless_talk(given: NameGiven) -> NameGiven | None:
    words = given.name.split()
    if not words or len(words) > MOST_WORDS or len(given.name) > NAME_LIMIT or given.name[0] in "/@":
        return None
    is_answer = words[0].casefold() in _TALK and (len(words) == 1 or not given.is_explicit)
    return None if is_answer or _PUNCTUATION.search(_SUFFIX.sub("", given.name)) else given


def verdict(given: NameGiven, at: Circumstances) -> Verdict:
    """What follows from a reply with a name.

    A group's talk makes nobody a person: whom it does not know is asked about, unless a number is said to be
    them, and what does not even look like a name is none of our business.
    """
    is_beside = given.number is not None and not given.is_explicit
    if not (at.is_known or looks_like_a_name(given.name) or (given.is_explicit and at.meant)):
        return "talk"
    if is_beside and not (at.meant and (at.is_known or at.is_private)):
        return "talk"
    if at.meant != 1:
        return "which" if at.meant else "no_such_number"
    return "call" if at.is_known or given.is_explicit or at.is_private else "ask"


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """What follows from a reply with several names: all of it is done, or nothing."""
    return next(what for what in ("talk", "no_such_number", "which", "ask", "call") if what in verdicts)


def looks_like_a_name(text: str) -> bool:
    """Whether somebody new may be called so: each word begins with no small letter, but "von" and such."""
    words = [word for word in text.split() if word.casefold() not in _PARTICLES]
    return bool(words) and all(not word[0].islower() for word in words) and any(map(str.isalpha, text))
