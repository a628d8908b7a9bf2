"""The context that handlers get: the services, typed, and the turn that answers an update."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.commands import Command, parse
from bot.intake import Delivery
from bot.services import Services
from bot.turn import Turn, turn

if TYPE_CHECKING:
    Base = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
else:
    Base = CallbackContext

SERVICES = "services"


class GlanceContext(Base):
    """One update's context."""

    @property
    def services(self) -> Services:
        """What the application was built with."""
        services: Services = self.bot_data[SERVICES]
        return services

    def turn(self, update: Update, made: Sequence[str] = ()) -> AbstractAsyncContextManager[Turn]:
        """The transaction that answers `update`; `made` for it are files that go where it is not stored."""
        return turn(self.services, update, made)

    def delivery(self, update: Update) -> Delivery:
        """How `update` reached us: its attempts, and its album's other updates."""
        return self.services.deliveries[update.update_id]


GlanceApplication = Application[Any, GlanceContext, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]


def command_of(update: Update) -> Command:
    """The command that an update's text or caption is."""
    message = update.effective_message
    assert message is not None
    command = parse(message.text or message.caption)
    assert command is not None
    return command
