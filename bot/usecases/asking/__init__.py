"""A Telegram user is asked whether a group may recognise them.

Until they allow it their faces only wait, and the gallery knows nothing of them.
"""

from __future__ import annotations

from bot.usecases.asking.answering import allow as allow
from bot.usecases.asking.answering import enrol_user as enrol_user
from bot.usecases.asking.answering import enrol_waiting as enrol_waiting
from bot.usecases.asking.answering import known_as as known_as
from bot.usecases.asking.answering import lookalikes as lookalikes
from bot.usecases.asking.answering import refuse as refuse
from bot.usecases.asking.checking import check as check
from bot.usecases.asking.checking import check_authors as check_authors
from bot.usecases.asking.checking import holder as holder
from bot.usecases.asking.checking import whom_of as whom_of
from bot.usecases.asking.picking import ask_which as ask_which
from bot.usecases.asking.picking import ask_who as ask_who
from bot.usecases.asking.picking import drop_pick as drop_pick
from bot.usecases.asking.picking import give_to_other as give_to_other
from bot.usecases.asking.picking import keep_anyway as keep_anyway
from bot.usecases.asking.picking import pick as pick
from bot.usecases.asking.values import Allowed as Allowed
from bot.usecases.asking.values import AlreadyAsked as AlreadyAsked
from bot.usecases.asking.values import AuthorRefused as AuthorRefused
from bot.usecases.asking.values import NotTheirs as NotTheirs
from bot.usecases.asking.values import Open as Open
from bot.usecases.asking.values import Picking as Picking
from bot.usecases.asking.values import Question as Question
from bot.usecases.asking.values import Subject as Subject
from bot.usecases.asking.values import Unsure as Unsure
from bot.usecases.asking.values import User as User
from bot.usecases.asking.waiting import begin as begin
from bot.usecases.asking.waiting import confirm as confirm
from bot.usecases.asking.waiting import drop as drop
from bot.usecases.asking.waiting import gather as gather
from bot.usecases.asking.waiting import gathering as gathering
from bot.usecases.asking.waiting import get as get
from bot.usecases.asking.waiting import is_about as is_about
from bot.usecases.asking.waiting import wait as wait
from bot.usecases.asking.waiting import withdraw as withdraw
