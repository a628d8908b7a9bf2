"""Results into replies: pure functions, no Telegram and no database. A module for each room."""

from __future__ import annotations

from bot.views import common as common
from bot.views import consent as consent
from bot.views import correcting as correcting
from bot.views import enrolling as enrolling
from bot.views import explaining as explaining
from bot.views import finding as finding
from bot.views import labelling as labelling
from bot.views import labels as labels
from bot.views import mistakes as mistakes
from bot.views import people as people
from bot.views import photos as photos
from bot.views import privacy as privacy
from bot.views import settings as settings
from bot.views import status as status
from bot.views import teach as teach
from bot.views import training as training
from bot.views import unknown as unknown
