"""A face is taught: from a photo to a person of the chat's gallery, or to a question that is open.

`study` does the slow part (fetching, the worker) without a transaction; the rest works inside the caller's:
`place_all` for photos, `pick` and `decide` for what the asker says of faces.
"""

from __future__ import annotations

from bot.usecases.enrol.agreeing import agree as agree
from bot.usecases.enrol.agreeing import confirmed as confirmed
from bot.usecases.enrol.agreeing import known_as as known_as
from bot.usecases.enrol.albums import LATE_S as LATE_S
from bot.usecases.enrol.albums import of_album as of_album
from bot.usecases.enrol.albums import remember_album as remember_album
from bot.usecases.enrol.asked import Open as Open
from bot.usecases.enrol.asked import confirm as confirm
from bot.usecases.enrol.asked import drop as drop
from bot.usecases.enrol.asked import hand_over as hand_over
from bot.usecases.enrol.asked import is_about as is_about
from bot.usecases.enrol.asked import open_in as open_in
from bot.usecases.enrol.asked import open_question as open_question
from bot.usecases.enrol.asked import question as question
from bot.usecases.enrol.asked import wait as wait
from bot.usecases.enrol.asked import withdraw as withdraw
from bot.usecases.enrol.comparing import compared as compared
from bot.usecases.enrol.comparing import other_person as other_person
from bot.usecases.enrol.comparing import resembled as resembled
from bot.usecases.enrol.gathering import LINK_PREFIX as LINK_PREFIX
from bot.usecases.enrol.gathering import Gathering as Gathering
from bot.usecases.enrol.gathering import LinkOver as LinkOver
from bot.usecases.enrol.gathering import NotYourLink as NotYourLink
from bot.usecases.enrol.gathering import await_photos as await_photos
from bot.usecases.enrol.gathering import drop_everything as drop_everything
from bot.usecases.enrol.gathering import finish as finish
from bot.usecases.enrol.gathering import go_private as go_private
from bot.usecases.enrol.gathering import has_questions as has_questions
from bot.usecases.enrol.gathering import is_guest as is_guest
from bot.usecases.enrol.gathering import linked as linked
from bot.usecases.enrol.gathering import still_for as still_for
from bot.usecases.enrol.gathering import under_way as under_way
from bot.usecases.enrol.picking import LooksLike as LooksLike
from bot.usecases.enrol.picking import Waiting as Waiting
from bot.usecases.enrol.picking import ask_which as ask_which
from bot.usecases.enrol.picking import ask_who as ask_who
from bot.usecases.enrol.picking import decide as decide
from bot.usecases.enrol.picking import drop_pending as drop_pending
from bot.usecases.enrol.picking import pick as pick
from bot.usecases.enrol.picking import place_all as place_all
from bot.usecases.enrol.picking import waiting as waiting
from bot.usecases.enrol.storing import outlook as outlook
from bot.usecases.enrol.storing import photos_of as photos_of
from bot.usecases.enrol.storing import place as place
from bot.usecases.enrol.storing import store as store
from bot.usecases.enrol.storing import undo as undo
from bot.usecases.enrol.studying import check as check
from bot.usecases.enrol.studying import study as study
from bot.usecases.enrol.values import CONFLICT as CONFLICT
from bot.usecases.enrol.values import DISK_FULL_NOTE as DISK_FULL_NOTE
from bot.usecases.enrol.values import PICK as PICK
from bot.usecases.enrol.values import DiskFull as DiskFull
from bot.usecases.enrol.values import Enrolled as Enrolled
from bot.usecases.enrol.values import FoundFace as FoundFace
from bot.usecases.enrol.values import NothingPending as NothingPending
from bot.usecases.enrol.values import NotStored as NotStored
from bot.usecases.enrol.values import OtherModel as OtherModel
from bot.usecases.enrol.values import Outcome as Outcome
from bot.usecases.enrol.values import Studied as Studied
from bot.usecases.enrol.values import Waits as Waits
from bot.usecases.enrol.values import Whom as Whom
from bot.usecases.enrol.values import new_face as new_face
