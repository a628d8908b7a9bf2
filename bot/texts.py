"""Every sentence the bot says. HTML: whatever a person wrote goes through `name()`."""

from __future__ import annotations

import html
import unicodedata

from bot.usecases.names import NAME_LIMIT


def name(text: str) -> str:
    """A name as a person wrote it, safe in HTML; one from right to left is kept apart from its sentence."""
    escaped = html.escape(text, quote=False)
    is_right_to_left = any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)
    return f"\u2068{escaped}\u2069" if is_right_to_left else escaped


WELCOME = (
    "Hello! Send me a photo and I will tell you what is in it, and who.\n\n"
    "Teach me a face: send a photo with the caption <code>/enroll Alice</code>. "
    "/help lists everything I can do."
)
WELCOME_GROUP = (
    "Hello! Reply to a photo with /who and I will tell you what is in it, and who. "
    "Teach me a face by replying to a photo with <code>/enroll Alice</code>."
)
HELP = (
    "<b>Photos</b>\n"
    "Send a photo, or a picture as a file: I name what is in it and the people I know.\n"
    "/who – the same, as a reply to a photo (in groups)\n\n"
    "<b>People</b>\n"
    "/enroll Alice – as a caption, as a reply to a photo, or alone, then send her photos and /done\n"
    "/people – who I know in this chat\n"
    "/rename Alice Alicia – or <code>/rename Alice Smith -&gt; Alice Jones</code>\n"
    "/merge Ali Alice – give Ali's photos to Alice\n"
    "/forget Alice – delete her, with a while to undo it\n"
    "/cancel – stop what we were doing\n\n"
    "/status – how I am doing\n\n"
    "People I learn in this chat are known in this chat alone."
)
OWNER_HELP = (
    "\n\n<b>Owners</b>\n"
    "/invite – a link that lets one more person or group in\n"
    "/reembed – move the galleries to the face model in use"
)

COMMANDS = {
    "start": "Say hello",
    "help": "What I can do",
    "who": "Who is in this photo (as a reply)",
    "enroll": "Teach me a person's face",
    "done": "Finish sending photos",
    "cancel": "Stop what we were doing",
    "people": "Who I know in this chat",
    "rename": "Give a person another name",
    "merge": "Two people are one",
    "forget": "Delete a person",
    "status": "How I am doing",
}

UNKNOWN_COMMAND = "I don't know that command. /help lists the ones I do."
SEND_A_PHOTO = "Send me a photo, and I will tell you what is in it, and who."
REPLY_TO_A_PHOTO = "Reply to a photo with /who, and I will tell you what is in it, and who."
CANCELLED = "Cancelled."
NOT_GATHERING_ANY_MORE = "You had stopped by then, so I did not store this photo."
NOTHING_TO_CANCEL = "There is nothing to cancel."
NOTHING_TO_FINISH = "Nothing was begun here. Start with <code>/enroll Alice</code>."

# ── a photo ──
NOT_SURE = "I'm not sure what this is. It could be:"
NOT_SURE_BESIDE_PEOPLE = "I'm not sure what else is here. It could be:"
NO_IDEA_BESIDE_PEOPLE = "I'm not sure what else is here."
NOTHING_SEEN = "I don't recognise anything in this photo."
SOMEONE = "someone I don't know"
NAMES_PAUSED = "I cannot name anybody here until an owner runs /reembed: the face model has changed."


def maybe(person: str) -> str:
    return f"maybe {name(person)}"


def left_to_right(people: list[str]) -> str:
    return f"Left to right: {', '.join(people)}." if len(people) > 1 else f"I see {people[0]}."


def album_part(number: int) -> str:
    return f"<b>Photo {number}</b>"


def weights_missing(what: str, sha256: str, folder: str, command: str) -> str:
    checksum = f" (sha256 <code>{html.escape(sha256)}</code>)" if sha256 else ""
    return (
        f"Missing: <code>{html.escape(what)}</code>{checksum}. "
        f"Put it into <code>{html.escape(folder)}</code>, or run <code>{html.escape(command)}</code>."
    )


# ── enrolling ──
ENROL_WHOM = "Whose face is it? Write the name too: <code>/enroll Alice</code>"


def send_photos_of(person: str) -> str:
    return f"Send me photos of {name(person)}, one by one or as an album, then /done. /cancel stops."


def which_face(person: str) -> str:
    return f"Which of them is {name(person)}?"


def stored(person: str, photos: int, missing: int) -> str:
    kept = f"{name(person)}: {photos} photo{'s' * (photos != 1)} stored."
    if missing > 0:
        more = f"{missing} more photo{'s' * (missing != 1)} would help"
        return f"{kept} {more}, one of them from the side or in another light."
    return f"{kept} That is enough for me to know this face well."


def summary(person: str, new: int, photos: int) -> str:
    return f"{name(person)}: {new} new, {photos} photo{'s' * (photos != 1)} stored in all."


def done(person: str, photos: int) -> str:
    if photos == 0:
        return f"I have no photo of {name(person)}. Start again with <code>/enroll {name(person)}</code>."
    return f"Done: {name(person)} with {photos} photo{'s' * (photos != 1)}."


NOT_STORED = {
    "no_face": "I found no face in this photo. Send one where the face is clear and at least a thumb wide.",
    "too_many_faces": "There are too many faces in this photo to choose from. Crop it, and send it again.",
    "same_picture": "I already have this picture. A different photo would help more.",
    "too_small": "The face is too small to learn from. Send a closer photo.",
    "blurred": "The face is too blurred to learn from. Send a sharper photo.",
    "cut_off": "The face is cut off at the edge. Send a photo that shows all of it.",
    "turned_away": "The face is turned too far away. Send one that looks more towards the camera.",
    "not_a_face": "I am not sure that this is a face. Send a clearer photo.",
}

BAD_NAME = {
    "empty": ENROL_WHOM,
    "too_long": f"That name is too long: {NAME_LIMIT} characters at most.",
    "several_lines": "A name has one line.",
    "invisible": "That name has characters that cannot be seen. Type it again without them.",
    "mention": "People are enrolled by a plain name here, without the @: <code>/enroll Dave</code>",
    "command": "A name does not begin with a slash.",
}

# ── people ──
NOBODY_YET = "I know nobody in this chat yet. Teach me: a photo with the caption <code>/enroll Alice</code>"
TWO_NAMES_RENAME = (
    "Write the old name and the new one: <code>/rename Alice -&gt; Alicia</code>. /people lists who I know."
)
TWO_NAMES_MERGE = "Write two people I know: <code>/merge Ali -&gt; Alice</code>. /people lists who I know."
FORGET_WHOM = "Whom shall I forget? <code>/forget Alice</code>"
UNDONE = "Undone."


def nobody_called(person: str) -> str:
    return f"I know nobody called {name(person)} here. /people lists who I know."


def name_taken(person: str) -> str:
    return f"Somebody here is called {name(person)} already. Use /merge if they are the same person."


def people_title(count: int) -> str:
    return f"<b>{count} {'person' if count == 1 else 'people'}</b>"


def person_line(person: str, photos: int) -> str:
    return f"{name(person)} – {photos} photo{'s' * (photos != 1)}"


def renamed(old: str, new: str) -> str:
    return f"{name(old)} is {name(new)} now."


def merged(source: str, target: str, photos: int) -> str:
    return f"{name(source)} is {name(target)} now, with {photos} photo{'s' * (photos != 1)}."


def forgotten(person: str, minutes: int) -> str:
    return f"{name(person)} is forgotten. For {minutes} minutes you can undo this; then all of it is deleted."


def restored(person: str) -> str:
    return f"{name(person)} is back."


def picked(person: str, number: int) -> str:
    return f"Number {number} is {name(person)}."


def undone_enrol(count: int) -> str:
    return "Undone: the photo is deleted." if count == 1 else f"Undone: {count} photos are deleted."


# ── buttons ──
BUTTON_CANCEL = "Cancel"
BUTTON_UNDO = "Undo"
NOT_YOURS = "This is not yours to press: it is for whoever asked."
ALREADY_DONE = "This is done already."
TOO_LATE = "It is too late for this button."

# ── access ──
NOT_LET_IN = "I answer only people I was asked to answer here. Ask the owner of this bot for an invitation."
INVITED = "Welcome! You may use me now. Send me a photo."
BAD_INVITATION = "That invitation has been used or is over. Ask the owner for another."
OWNERS_ONLY = "Only the owners of this bot can do that."


def invitation(link: str) -> str:
    return f"This link lets one person or one group in:\n{html.escape(link)}"


def quota(whose: str, limit: int) -> str:
    who = "You have" if whose == "user" else "This chat has"
    photos = f"{limit} photo{'s' * (limit != 1)}"
    return f"{who} sent {photos} today, which is all I take in a day. Try again tomorrow."


# ── files ──
def too_large(limit_mb: int) -> str:
    return f"That file is too large: I take {limit_mb} MB at most. Send it as a photo, or make it smaller."


def too_many_pixels(actual: int, limit: int) -> str:
    size = f"That picture has {actual / 1e6:.0f} megapixels; I take {limit / 1e6:.0f} at most."
    return f"{size} Make it smaller and send it again."


BAD_PHOTO = {
    "not_an_image": (
        "That file is not a picture I can read. Send a JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF."
    ),
    "unsupported": "I cannot read this kind of picture. Send it as a JPEG or PNG.",
    "damaged": "That picture is damaged, so I cannot read it. Send it again, or another copy of it.",
    "too_small": "That picture is too small to see anything in. Send a larger one.",
    "empty": "That file is empty. Send it again.",
    "gone": "Telegram no longer has that file. Send the photo again.",
}
NOT_A_PHOTO = {
    "sticker": "I can only look at photos, not at stickers. Send me a photo.",
    "voice": "I can only look at photos, and cannot listen. Send me a photo.",
    "audio": "I can only look at photos, and cannot listen. Send me a photo.",
    "video": "I can only look at photos, not at videos yet. Send me a photo of it.",
    "video_note": "I can only look at photos, not at video messages yet. Send me a photo of it.",
    "animation": "I can only look at photos, not at animations yet. Send me a photo of it.",
}

# ── what goes wrong ──
WORKER_CRASHED = "This picture is more than I can handle, so I gave it up. Send another photo."
WORKER_TIMEOUT = "This picture took me too long, so I gave it up. Send a smaller copy of it."
NO_MODEL = "I have no model for that. /status says why."
STILL_LOADING = "I am still loading my models; photos are answered as soon as they are there."
WORKER_STOPPED = "I cannot look at photos just now. Try again in a few minutes."
GAVE_UP = "I tried several times and could not answer this. Send it again, or something else."
DISK_FULL = "I have no room left on my disk. The owner of this bot has to make some."
OTHER_MODEL = "I cannot learn faces here until an owner runs /reembed: the face model has changed."
SEND_AGAIN = "That is no longer waiting. Start again."


def worker_trouble(reason: str) -> str:
    return f"I cannot look at photos: {html.escape(reason)}"


def unexpected(reference: str) -> str:
    return f"Something went wrong on my side. If it happens again, tell the owner of this bot: {reference}"


# ── owners ──
def disk_warning(used_mb: int, cap_mb: int) -> str:
    used = f"My data takes {used_mb} MB of the {cap_mb} MB I may use (DISK_CAP_MB)."
    return f"{used} At the cap I stop learning faces."


def model_notice(current: str, using: str) -> str:
    return (
        f"Galleries here were made with {html.escape(current)}, and {html.escape(using)} is available now. "
        "Nothing has changed; /reembed moves them."
    )


NO_CROPS_TO_MOVE = "Every gallery is on the face model in use."


def reembedding(model: str) -> str:
    return f"Moving the galleries to {html.escape(model)}…"


def reembedded(chats: int, faces: int, unreadable: int) -> str:
    lost = f" {unreadable} could not be read and are no longer used." if unreadable else ""
    return f"Moved {faces} face{'s' * (faces != 1)} in {chats} chat{'s' * (chats != 1)}.{lost}"
