"""From updates to use cases to replies. `register` is the routing table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import CallbackQueryHandler, ChatMemberHandler, MessageHandler, TypeHandler, filters

from bot.handlers import (
    answering_back,
    basics,
    buttons,
    consent,
    enrol,
    failures,
    find,
    gate,
    group,
    labels,
    models,
    owner,
    people,
    photo,
    privacy,
    questions,
    settings,
    tagging,
    teach,
    training,
    unknown,
)
from bot.handlers.matching import ANY_COMMAND, PICTURE, REPLY_TO_US, CommandIs
from bot.handlers.privacy import LINKS_TO_MY_DATA
from bot.handlers.subjects import ENROLS_A_USER

if TYPE_CHECKING:
    from bot.context import GlanceApplication

BEFORE_ALL = -2
# An answer to a question is for whoever asked, whatever else such a text could mean.
ANSWERS = -1


def register(app: GlanceApplication) -> None:
    """Route every update to the function that answers it; the first that fits is the only one."""
    app.add_error_handler(failures.on_error)
    app.add_handler(TypeHandler(object, gate.check), BEFORE_ALL)
    app.add_handler(MessageHandler(filters.TEXT & ~ANY_COMMAND, questions.answered), ANSWERS)
    private = filters.ChatType.PRIVATE

    app.add_handler(CallbackQueryHandler(buttons.pressed))
    app.add_handler(ChatMemberHandler(group.membership_changed, ChatMemberHandler.MY_CHAT_MEMBER))
    app.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, group.migrated))

    app.add_handler(MessageHandler(LINKS_TO_MY_DATA, privacy.my_data))
    app.add_handler(MessageHandler(CommandIs("start"), basics.start))
    app.add_handler(MessageHandler(CommandIs("help"), basics.show))
    app.add_handler(MessageHandler(CommandIs("status"), basics.status))
    app.add_handler(MessageHandler(CommandIs("who"), photo.who))
    app.add_handler(MessageHandler(ENROLS_A_USER, consent.ask))
    app.add_handler(MessageHandler(CommandIs("enroll"), enrol.enrol))
    app.add_handler(MessageHandler(CommandIs("done"), enrol.done))
    app.add_handler(MessageHandler(CommandIs("cancel"), enrol.cancel))
    app.add_handler(MessageHandler(CommandIs("people"), people.everybody))
    app.add_handler(MessageHandler(CommandIs("rename"), people.rename))
    app.add_handler(MessageHandler(CommandIs("merge"), people.merge))
    app.add_handler(MessageHandler(CommandIs("forget"), people.forget))
    app.add_handler(MessageHandler(CommandIs("find"), find.find))
    app.add_handler(MessageHandler(CommandIs("unknown"), unknown.unknown))
    app.add_handler(MessageHandler(CommandIs("label"), labels.label))
    app.add_handler(MessageHandler(CommandIs("labels"), labels.listing))
    app.add_handler(MessageHandler(CommandIs("train"), training.train))
    app.add_handler(MessageHandler(CommandIs("teach"), teach.teach))
    app.add_handler(MessageHandler(CommandIs("models"), models.listing))
    app.add_handler(MessageHandler(CommandIs("tagging"), tagging.switch))
    app.add_handler(MessageHandler(CommandIs("settings"), settings.settings))
    app.add_handler(MessageHandler(CommandIs("privacy"), privacy.privacy))
    app.add_handler(MessageHandler(CommandIs("mydata"), privacy.my_data))
    app.add_handler(MessageHandler(CommandIs("forgetme"), privacy.forget_me))
    app.add_handler(MessageHandler(CommandIs("invite"), owner.invite))
    app.add_handler(MessageHandler(CommandIs("reembed"), owner.reembed))

    app.add_handler(MessageHandler(private & ANY_COMMAND & ~PICTURE, basics.unknown_command))
    app.add_handler(MessageHandler(filters.TEXT & ~ANY_COMMAND & REPLY_TO_US, answering_back.replied))
    app.add_handler(MessageHandler(PICTURE, photo.sent))
    app.add_handler(MessageHandler(private & filters.ALL, basics.not_a_photo))
