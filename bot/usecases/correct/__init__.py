"""An answer is corrected, and the correction undone. Anybody in the chat may; the records keep who did.

But what was enrolled of a photo is taken from a person by whoever enrolled it, that person, or an admin.
Each function works inside the caller's transaction.
"""

from __future__ import annotations

from bot.usecases.correct.calling import Call as Call
from bot.usecases.correct.calling import Called as Called
from bot.usecases.correct.calling import Named as Named
from bot.usecases.correct.calling import call_faces as call_faces
from bot.usecases.correct.faces import LEARN as LEARN
from bot.usecases.correct.faces import bring_back as bring_back
from bot.usecases.correct.faces import call_known as call_known
from bot.usecases.correct.faces import confirm as confirm
from bot.usecases.correct.faces import deny as deny
from bot.usecases.correct.faces import dismiss as dismiss
from bot.usecases.correct.recording import KIND as KIND
from bot.usecases.correct.recording import last_record as last_record
from bot.usecases.correct.recording import look as look
from bot.usecases.correct.recording import record as record
from bot.usecases.correct.recording import removed_from as removed_from
from bot.usecases.correct.undoing import undo as undo
from bot.usecases.correct.values import Correction as Correction
from bot.usecases.correct.values import NamedTwice as NamedTwice
from bot.usecases.correct.values import NotTheirs as NotTheirs
from bot.usecases.correct.values import NotYours as NotYours
from bot.usecases.correct.values import Outdated as Outdated
from bot.usecases.correct.values import Person as Person
from bot.usecases.correct.values import Spot as Spot
from bot.usecases.correct.values import spot as spot
