"""A Telegram user is asked whether a group may recognise them.

Until they allow it their faces only wait, and the gallery knows nothing of them.
"""

from __future__ import annotations

from bot.usecases.asking.answering import allow as allow
from bot.usecases.asking.answering import enrol_user as enrol_user
from bot.usecases.asking.answering import refuse as refuse
from bot.usecases.asking.values import Allowed as Allowed
from bot.usecases.asking.values import NotTheirs as NotTheirs
from bot.usecases.asking.values import Open as Open
from bot.usecases.asking.values import Picking as Picking
from bot.usecases.asking.values import Question as Question
from bot.usecases.asking.values import Subject as Subject
from bot.usecases.asking.values import User as User
from bot.usecases.asking.waiting import ask_which as ask_which
from bot.usecases.asking.waiting import begin as begin
from bot.usecases.asking.waiting import check as check
from bot.usecases.asking.waiting import drop_pick as drop_pick
from bot.usecases.asking.waiting import gather as gather
from bot.usecases.asking.waiting import gathering as gathering
from bot.usecases.asking.waiting import get as get
from bot.usecases.asking.waiting import is_about as is_about
from bot.usecases.asking.waiting import pick as pick
from bot.usecases.asking.waiting import wait as wait
from bot.usecases.asking.waiting import withdraw as withdraw
