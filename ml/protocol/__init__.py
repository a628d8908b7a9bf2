"""What the bot asks of the ML worker, and what comes back: frozen values, typed on both ends.

Coordinates are pixels of the upright photo (EXIF orientation applied), x to the right, y down.
Paths name files in the spool folder that both processes see.
"""

from ml.protocol.frames import Answer, Ask, FromBot, FromWorker, Ready, Started
from ml.protocol.models import ClassifierInfo, Description, EmbedderInfo, IdentityThresholds
from ml.protocol.requests import (
    Analyse,
    Cluster,
    Compare,
    Draw,
    Drawing,
    Embed,
    Exhibit,
    Keep,
    Mark,
    Request,
    Sheet,
    SheetTile,
)
from ml.protocol.results import (
    Analysis,
    Classification,
    Clustered,
    Drawn,
    Embedded,
    Face,
    Label,
    Outcome,
    Quality,
    Refused,
    Result,
    Unequipped,
)
from ml.protocol.values import Box, Device, Metric, Point, QualityProblem, StoredCrop, Strictness, Tone, Value

__all__ = [
    "Analyse",
    "Analysis",
    "Answer",
    "Ask",
    "Box",
    "Classification",
    "ClassifierInfo",
    "Cluster",
    "Clustered",
    "Compare",
    "Description",
    "Device",
    "Draw",
    "Drawing",
    "Drawn",
    "Embed",
    "Embedded",
    "EmbedderInfo",
    "Exhibit",
    "Face",
    "FromBot",
    "FromWorker",
    "IdentityThresholds",
    "Keep",
    "Label",
    "Mark",
    "Metric",
    "Outcome",
    "Point",
    "Quality",
    "QualityProblem",
    "Ready",
    "Refused",
    "Request",
    "Result",
    "Sheet",
    "SheetTile",
    "Started",
    "StoredCrop",
    "Strictness",
    "Tone",
    "Unequipped",
    "Value",
]
