"""/privacy, /mydata and /forgetme."""

from __future__ import annotations

from datetime import UTC, datetime

from telegram import Chat, Message, Update
from telegram.ext import filters

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.matching import command_in
from bot.handlers.pressing import Press, Routed
from bot.handlers.roles import people_only
from bot.handlers.subjects import user_of
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import forget_me as leaving
from bot.usecases import my_data as holding
from bot.usecases import privacy as usecase

# The deep link from a group to one's own data.
MY_DATA = "mydata"


class _LinksToMyData(filters.MessageFilter):
    """`/start mydata`: the deep link from a group."""

    def filter(self, message: Message) -> bool:
        command = command_in(message)
        return command is not None and command.name == "start" and command.arguments == MY_DATA


LINKS_TO_MY_DATA = _LinksToMyData("LinksToMyData")


async def privacy(update: Update, context: GlanceContext) -> None:
    """/privacy: what is kept in this chat, as it is set now."""
    message = message_of(update)
    async with context.turn(update) as turn:
        terms = await usecase.terms(turn.session, context.services.settings, message.chat_id)
        await turn.reply(address_of(message), views.privacy.privacy(terms))


@people_only
async def my_data(update: Update, context: GlanceContext) -> None:
    """/mydata: a file with everything about whoever asks, which only they get to see."""
    message, user = message_of(update), update.effective_user
    assert user is not None
    if message.chat.type != Chat.PRIVATE:
        link = f"https://t.me/{context.bot.username}?start={MY_DATA}"
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.privacy.my_data_in_private(link)))
        return
    files = await holding.collect(context.services.ports, user_of(user), texts.privacy.my_data_readme())
    async with context.turn(update, [str(file) for file in files]) as turn:
        today = datetime.fromtimestamp(turn.now, UTC).date().isoformat()
        for number, file in enumerate(files, start=1):
            part = f"-{number}-of-{len(files)}" if len(files) > 1 else ""
            caption = texts.privacy.my_data_caption(number, len(files))
            await turn.reply_file(address_of(message), file, f"glance-my-data-{today}{part}", caption)


@people_only
async def forget_me(update: Update, context: GlanceContext) -> None:
    """/forgetme: says what goes, and asks."""
    message, user_id = message_of(update), sender_of(update)
    async with context.turn(update) as turn:
        going = await leaving.what_goes(turn.session, user_id)
        await turn.reply(address_of(message), views.privacy.forget_me(going, user_id))


async def _forget_me(press: Press) -> None:
    turn = press.turn
    gone = await leaving.forget(turn.session, user_of(press.user), turn.update_id or 0, turn.now)
    turn.crops_to_delete += gone.files
    turn.leaves_no_trace = True
    await turn.revise(press.message, views.privacy.forgotten_you(gone.models))


async def _keep_me(press: Press) -> None:
    await press.turn.revise(press.message, texts.privacy.not_forgotten())


ACTIONS: dict[str, Routed] = {
    "forget_me": _forget_me,
    "keep_me": _keep_me,
}
