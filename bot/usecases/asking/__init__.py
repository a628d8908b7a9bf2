"""A Telegram user is asked whether a group may recognise them.

Until they allow it their faces only wait (`bot.usecases.enrol.asked`), and the gallery knows nothing of them.
"""

from __future__ import annotations

from bot.usecases.asking.answering import allow as allow
from bot.usecases.asking.answering import lookalikes as lookalikes
from bot.usecases.asking.answering import refuse as refuse
from bot.usecases.asking.checking import check as check
from bot.usecases.asking.checking import check_author as check_author
from bot.usecases.asking.checking import check_authors as check_authors
from bot.usecases.asking.checking import check_named as check_named
from bot.usecases.asking.checking import holder as holder
from bot.usecases.asking.checking import said_no as said_no
from bot.usecases.asking.checking import whom_of as whom_of
from bot.usecases.asking.errors import AlreadyAsked as AlreadyAsked
from bot.usecases.asking.errors import AuthorRefused as AuthorRefused
from bot.usecases.asking.errors import HasToBeAsked as HasToBeAsked
from bot.usecases.asking.errors import NotTheirs as NotTheirs
from bot.usecases.asking.errors import Refused as Refused
