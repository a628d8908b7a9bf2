"""What is kept, what of it is whose, and how to leave."""

from __future__ import annotations

from bot.languages import LANGUAGES, ngettext
from bot.languages import gettext as _
from bot.texts.names import name

MINUTE_S, HOUR_S, DAY_S = 60, 60 * 60, 24 * 60 * 60


def duration(seconds: float) -> str:
    """A time as people say it, in the largest unit that fits."""
    if seconds >= DAY_S:
        days = round(seconds / DAY_S)
        return ngettext("{days} day", "{days} days", days).format(days=days)
    if seconds >= HOUR_S:
        hours = round(seconds / HOUR_S)
        return ngettext("{hours} hour", "{hours} hours", hours).format(hours=hours)
    minutes = max(1, round(seconds / MINUTE_S))
    return ngettext("{minutes} minute", "{minutes} minutes", minutes).format(minutes=minutes)


def title() -> str:
    return _("<b>What I keep here, and for how long</b>")


def photos(labelled: int, undo: str) -> str:
    """`labelled`: how many photos of the chat have a label."""
    if labelled == 0:
        return _(
            "Photos: not at all, unless somebody gives one a label. A photo is fetched, looked at, and "
            "deleted from my disk."
        )
    return ngettext(
        "Photos: {count} with a label, until the label is deleted (which can be undone for {undo}), or "
        "whoever sent it or is in it leaves. Any other is fetched, looked at, and deleted from my disk.",
        "Photos: {count} with a label, until the label is deleted (which can be undone for {undo}), or "
        "whoever sent one or is in it leaves. Any other is fetched, looked at, and deleted from my disk.",
        labelled,
    ).format(count=labelled, undo=undo)


def models(count: int) -> str:
    if count == 0:
        return _("Models that learnt from labelled photos or enrolled faces: none.")
    return ngettext(
        "{count} model that learnt from labelled photos or enrolled faces, until it is deleted. It goes at "
        "once when somebody leaves whose photos or faces it learnt from.",
        "{count} models that learnt from labelled photos or enrolled faces, until they are deleted. One goes "
        "at once when somebody leaves whose photos or faces it learnt from.",
        count,
    ).format(count=count)


def people(undo: str) -> str:
    return _(
        "People you enrol: crops of their faces, numbers made of them, the name, and who said that they "
        "agreed, until /forget. After that it can be undone for {undo}; then it is overwritten."
    ).format(undo=undo)


def scope() -> str:
    return _("They are known in this chat alone, and nobody sees them from another one.")


def waiting(waiting: str, gathering: str, album: str) -> str:
    """`album`: how long it is known of whom an album was sent."""
    return _(
        "Faces that wait for somebody to say which one is meant, or for the person's own Yes: {waiting}. An "
        "enrolment that awaits photos: {gathering}; whose album it was, for photos that come late: {album}."
    ).format(waiting=waiting, gathering=gathering, album=album)


def answers(kept: str) -> str:
    return _(
        "What I said about a photo, with Telegram's handle to it and where its faces are: {kept}. That holds "
        "no face and no numbers of one."
    ).format(kept=kept)


def strangers(kept: str | None) -> str:
    if kept is None:
        return _("Faces nobody enrolled: I keep nothing of them.")
    return _("Faces nobody enrolled: crops and numbers for {kept}, since this chat switched that on.").format(
        kept=kept
    )


def denials(count: int) -> str:
    if count == 0:
        return _("Corrections like “that is not Alice”: none.")
    return ngettext(
        "Corrections like “that is not Alice”: numbers of {count} face, until Alice is deleted, or somebody "
        "makes me forget them in /people.",
        "Corrections like “that is not Alice”: numbers of {count} faces, until Alice is deleted, or somebody "
        "makes me forget them in /people.",
        count,
    ).format(count=count)


def refusals(has_some: bool, usernames: str) -> str:
    """`usernames`: for how long it is remembered that a username said No."""
    if not has_some:
        return _(
            "Of somebody who says No to being recognised, only a hash of their id will stay, and one of "
            "their @username, for {usernames}. Here, nobody did."
        ).format(usernames=usernames)
    return _(
        "Of those who said No to being recognised here, a hash of their id and one of their @username, for "
        "{usernames}, under a key that never leaves this machine. They keep others from enrolling them as "
        "Telegram users; whether a plain name is theirs I cannot know."
    ).format(usernames=usernames)


def updates(kept: str) -> str:
    return _(
        "Your messages to me: until they are answered. That there was one, without its words: {kept}."
    ).format(kept=kept)


def left(kept: str) -> str:
    return _("When I am removed from this chat, all of it is deleted after {kept}.").format(kept=kept)


def tagging(on: bool) -> str:
    if on:
        return _("I look at every photo I can see here, and name people I know (/tagging is on).")
    return _("I look only at photos that somebody asks me about (/tagging is off).")


def language(language: str | None) -> str:
    if language is None:
        return _("I speak the language of whoever writes.")
    return _("I speak {language} here.").format(language=LANGUAGES.get(language, language))


def where() -> str:
    return _(
        "All of it lies on the machine that runs me, in files only its operator can read. I pass nothing on."
    )


def owner(owners: str, access: str) -> str:
    """`owners`: their mentions, or "" where the operator did not say. Raises KeyError for no such access."""
    who = {
        "open": _("Everybody may use me."),
        "invite": _("Whoever was invited may use me."),
        "owner": _("Only my owners may use me."),
    }[access]
    if not owners:
        return who
    return _("Run by: {owners}.").format(owners=owners) + " " + who


def ways_out() -> str:
    return _(
        "/mydata – everything I hold about you, as a file\n"
        "/forgetme – delete everything about you, in every chat\n"
        "/settings – what this chat keeps"
    )


def owner_number(number: int) -> str:
    return _("owner {number}").format(number=number)


def forget_me_title() -> str:
    return _("<b>Shall I delete everything about you?</b> It cannot be undone. What goes:")


def forget_me_person(person: str, chat: str, faces: int) -> str:
    return ngettext(
        "• {person} in “{chat}”: {faces} photo, the numbers made of it, every correction and consent",
        "• {person} in “{chat}”: {faces} photos, the numbers made of them, every correction and consent",
        faces,
    ).format(person=name(person), chat=name(chat), faces=faces)


def forget_me_nobody() -> str:
    return _("• I know your face in no group.")


def forget_me_own_chat(people: int) -> str:
    if people == 0:
        return _("• our private chat: its settings and what I said there")
    return ngettext(
        "• our private chat: its settings, what I said there, and the {people} person you enrolled there",
        "• our private chat: its settings, what I said there, and the {people} people you enrolled there",
        people,
    ).format(people=people)


def forget_me_rest() -> str:
    return _(
        "• your name in what I said lately in groups, where I can still change it\n"
        "• what you began, and what you sent and I have not answered yet\n"
        "• Telegram's handles to photos you sent, how many they were, your invitations\n"
        "What others enrolled stays theirs, without your id. If you said No somewhere, a hash stays that "
        "keeps it so."
    )


def button_forget_me() -> str:
    return _("Delete everything about me")


def forget_me_photos(count: int) -> str:
    return ngettext(
        "• {count} photo with a label that you sent or are in",
        "• {count} photos with a label that you sent or are in",
        count,
    ).format(count=count)


def forget_me_models(models: str) -> str:
    """`models`: as `texts.teaching.models_in` lists them."""
    return _("• what learnt from photos of yours: {models}").format(models=models)


def forgotten_you(models: str) -> str:
    """`models`: those in other chats that went, as `texts.teaching.models_in` lists them; "" for none."""
    done = _("Done. I know nothing about you any more.")
    if not models:
        return done
    return done + " " + _("What learnt from photos of yours is deleted: {models}.").format(models=models)


def not_forgotten() -> str:
    return _("Nothing was deleted.")


def my_data_caption(part: int, parts: int) -> str:
    """Of the first file, and of those that follow where there is more than Telegram takes at once."""
    if part == 1:
        return _("Everything I hold about you. The file README.txt in it says what is what.")
    return _("Part {part} of {parts}: more of your photos.").format(part=part, parts=parts)


def my_data_in_private(link: str) -> str:
    return _('I show it to nobody but you: <a href="{link}">open our private chat</a>.').format(link=link)


def my_data_readme() -> str:
    """Plain text, in the file."""
    return _(
        "Everything this bot holds about you.\n\n"
        "data.json – everything, as text. Times are in UTC.\n"
        "  people: who you are in which chat, how you are called there, who said that you agreed, and your "
        "faces with their quality and the numbers made of them (vectors: base64 of little-endian float32).\n"
        "  answers: what was said about photos you are in; of others in them, nothing.\n"
        "  not_me: faces that were said not to be you.\n"
        "  waiting: faces that wait for your own Yes.\n"
        "  taken_away: faces that somebody said are not yours, for as long as that can be undone.\n"
        "  labelled: photos with a label that you sent, or that you are in.\n"
        "  learnt_from_you: models that learnt from such photos, or from your faces.\n"
        "  acts: what you did: whom you enrolled, what you labelled and began, how many photos you sent.\n"
        "faces/ – the crops of your face.\n"
        "labelled/ – the photos with a label that you sent.\n\n"
        "What you said in our chat is not here: I do not keep it. /forgetme deletes all of this.\n"
    )
